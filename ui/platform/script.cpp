#include "ui/platform/script.hpp"

#include <charconv>
#include <filesystem>
#include <string>

#include "ui/platform/headless.hpp"
#include "ui/platform/synthetic.hpp"

namespace till::ui {
namespace {

constexpr Micros kSecond{1'000'000};
constexpr Micros kWaitPatience = 10 * kSecond;
constexpr Micros kScannerGap{1'000};
// After input: one frame that takes it in, two in which what it changed is laid out.
constexpr std::uint64_t kFramesToSettle = 3;

Result<double> number_from(const std::string& text) {
  double value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || end != text.data() + text.size()) return invalid("'" + text + "' is not a number");
  return value;
}

Result<Micros> seconds_from(const std::string& text) {
  auto seconds = number_from(text);
  if (!seconds) return fail(seconds.error());
  if (*seconds < 0 || *seconds > 3'600) return invalid("'" + text + "' seconds is too long or negative");
  return Micros(static_cast<Micros::rep>(*seconds * 1e6));
}

std::string with_control_characters(std::string code) {
  for (auto at = code.find("\\x1d"); at != std::string::npos; at = code.find("\\x1d", at + 1))
    code.replace(at, 4, "\x1d");
  return code;
}

}  // namespace

ScriptPlayer::ScriptPlayer(std::vector<ScriptStep> steps, Driver& driver, ScriptHooks hooks)
    : steps_(std::move(steps)), driver_(driver), hooks_(std::move(hooks)) {}

std::optional<Micros> ScriptPlayer::tick(Micros now) {
  constexpr Micros kPoll{20'000};
  while (state_ == State::working) {
    if (is_busy(now)) return played_ < to_play_.size() ? to_play_[played_].time : now + kPoll;
    if (next_ == steps_.size()) {
      state_ = State::done;
      break;
    }
    const ScriptStep& step = steps_[next_];
    if (!step_began_) step_began_ = now;
    const Progress progress = perform(step, now);
    if (!progress) {
      fail_step(step, progress.error());
    } else if (*progress) {
      ++next_;
      step_began_.reset();
      waiting_ = false;
    } else {
      waiting_ = true;
      return now + kPoll;
    }
  }
  return std::nullopt;
}

bool ScriptPlayer::is_busy(Micros now) {
  if (pause_until_ && now < *pause_until_) return true;
  pause_until_.reset();
  while (played_ < to_play_.size()) {
    if (to_play_[played_].time > now) return true;
    driver_.post(std::move(to_play_[played_++]));
    frames_before_next_ = driver_.frame().frames_drawn() + kFramesToSettle;
  }
  to_play_.clear();
  played_ = 0;
  Frame& frame = driver_.frame();
  if (!frame.queue().empty() || frame.router().holding()) {
    frames_before_next_ = frame.frames_drawn() + kFramesToSettle;
    return true;
  }
  if (frame.frames_drawn() >= frames_before_next_) return false;
  driver_.wake();
  return true;
}

void ScriptPlayer::play(std::vector<InputEvent> events) {
  to_play_ = std::move(events);
  played_ = 0;
}

void ScriptPlayer::fail_step(const ScriptStep& step, const Error& why) {
  state_ = State::failed;
  std::string words = step.verb;
  for (const std::string& argument : step.arguments) words += " " + argument;
  error_ = {ErrorKind::invalid, "line " + std::to_string(step.line) + ", '" + words + "': " + why.message,
            "on the screen: " + driver_.frame().registry().summary()};
}

ScriptPlayer::Progress ScriptPlayer::perform(const ScriptStep& step, Micros now) {
  using Perform = Progress (ScriptPlayer::*)(const ScriptStep&, Micros);
  static const std::map<std::string, Perform, std::less<>> kPerform{
      {"tap", &ScriptPlayer::perform_tap},       {"type", &ScriptPlayer::perform_type},
      {"key", &ScriptPlayer::perform_key},       {"scan", &ScriptPlayer::perform_scan},
      {"wait", &ScriptPlayer::perform_wait},     {"expect", &ScriptPlayer::perform_expect},
      {"absent", &ScriptPlayer::perform_absent}, {"shot", &ScriptPlayer::perform_shot},
      {"drag", &ScriptPlayer::perform_drag},     {"size", &ScriptPlayer::perform_size},
      {"theme", &ScriptPlayer::perform_theme},   {"pause", &ScriptPlayer::perform_pause}};
  const auto it = kPerform.find(step.verb);
  if (it == kPerform.end()) return invalid("there is no step '" + step.verb + "'");
  return (this->*it->second)(step, now);
}

ScriptPlayer::Progress ScriptPlayer::again_until(Micros limit, Micros now, Error otherwise) {
  if (now - *step_began_ >= limit) return fail(std::move(otherwise));
  return false;
}

Result<WidgetRect> ScriptPlayer::target(const std::string& name) const {
  const WidgetInfo* widget = driver_.frame().registry().find(name);
  if (!widget) return invalid("it is not on the screen");
  if (!widget->is_visible()) return invalid("it is scrolled out of sight");
  if (!widget->enabled) return invalid("it is disabled");
  return widget->visible;
}

ScriptPlayer::Progress ScriptPlayer::perform_tap(const ScriptStep& step, Micros now) {
  const auto rect = target(step.arguments[0]);
  if (!rect) return again_until(hooks_.tap_patience, now, rect.error());
  play(finger_tap(rect->x + rect->width / 2, rect->y + rect->height / 2, now));
  return true;
}

ScriptPlayer::Progress ScriptPlayer::perform_type(const ScriptStep& step, Micros now) {
  play(key_strokes(step.arguments[0], now, kTypingGap));
  return true;
}

ScriptPlayer::Progress ScriptPlayer::perform_key(const ScriptStep& step, Micros now) {
  const auto chord = key_from_name(step.arguments[0]);
  if (!chord) return invalid("there is no such key");
  play(chord_strokes(*chord, now));
  return true;
}

ScriptPlayer::Progress ScriptPlayer::perform_scan(const ScriptStep& step, Micros now) {
  play(scanner_burst(with_control_characters(step.arguments[0]), now, kScannerGap));
  return true;
}

ScriptPlayer::Progress ScriptPlayer::perform_wait(const ScriptStep& step, Micros now) {
  Micros limit = kWaitPatience;
  if (step.arguments.size() > 1) {
    const auto seconds = seconds_from(step.arguments[1]);
    if (!seconds) return fail(seconds.error());
    limit = *seconds;
  }
  const std::string& name = step.arguments[0];
  const auto answer = hooks_.state ? hooks_.state(name) : std::nullopt;
  const WidgetInfo* widget = driver_.frame().registry().find(name);
  if ((answer && answer->empty()) || (!answer && widget && widget->is_visible())) return true;
  const std::string why = answer ? *answer : "there is neither such a state nor such a widget";
  return again_until(limit, now, {ErrorKind::invalid, "waited in vain: " + why, {}});
}

ScriptPlayer::Progress ScriptPlayer::perform_expect(const ScriptStep& step, Micros now) {
  const WidgetInfo* widget = driver_.frame().registry().find(step.arguments[0]);
  if (!widget) return again_until(hooks_.expect_patience, now, {ErrorKind::invalid, "it is not on the screen", {}});
  if (step.arguments.size() < 2 || widget->label.find(step.arguments[1]) != std::string::npos) return true;
  return again_until(hooks_.expect_patience, now, {ErrorKind::invalid, "it says \"" + widget->label + "\"", {}});
}

ScriptPlayer::Progress ScriptPlayer::perform_absent(const ScriptStep& step, Micros now) {
  if (!driver_.frame().registry().find(step.arguments[0])) return true;
  return again_until(hooks_.expect_patience, now, {ErrorKind::invalid, "it is still on the screen", {}});
}

ScriptPlayer::Progress ScriptPlayer::perform_shot(const ScriptStep& step, Micros) {
  std::error_code problem;
  std::filesystem::create_directories(hooks_.shots_folder, problem);
  auto picture = driver_.picture();
  if (!picture) return fail(picture.error());
  const Status saved = save_png(*picture, hooks_.shots_folder + "/" + step.arguments[0]);
  if (!saved) return fail(saved.error());
  return true;
}

ScriptPlayer::Progress ScriptPlayer::perform_drag(const ScriptStep& step, Micros now) {
  const auto dx = number_from(step.arguments[1]);
  const auto dy = number_from(step.arguments[2]);
  if (!dx || !dy) return fail(dx ? dy.error() : dx.error());
  const auto rect = target(step.arguments[0]);
  if (!rect) return again_until(hooks_.tap_patience, now, rect.error());
  play(finger_drag(rect->x + rect->width / 2, rect->y + rect->height / 2, static_cast<float>(*dx),
                   static_cast<float>(*dy), now));
  return true;
}

ScriptPlayer::Progress ScriptPlayer::perform_size(const ScriptStep& step, Micros now) {
  constexpr double kLeast = 320, kMost = 8192;
  const auto width = number_from(step.arguments[0]);
  const auto height = number_from(step.arguments[1]);
  if (!width || !height) return fail(width ? height.error() : width.error());
  if (*width < kLeast || *height < kLeast / 2 || *width > kMost || *height > kMost)
    return invalid("a window cannot have that size");
  const PixelSize wanted{static_cast<int>(*width), static_cast<int>(*height)};
  if (driver_.frame().size() == wanted) {
    frames_before_next_ = driver_.frame().frames_drawn() + kFramesToSettle;
    return true;
  }
  driver_.resize(wanted);
  driver_.wake();
  return again_until(hooks_.expect_patience, now, {ErrorKind::invalid, "the window kept its size", {}});
}

ScriptPlayer::Progress ScriptPlayer::perform_theme(const ScriptStep& step, Micros) {
  if (!hooks_.set_theme) return invalid("this program has no themes");
  const Status set = hooks_.set_theme(step.arguments[0]);
  if (!set) return fail(set.error());
  frames_before_next_ = driver_.frame().frames_drawn() + kFramesToSettle;
  return true;
}

ScriptPlayer::Progress ScriptPlayer::perform_pause(const ScriptStep& step, Micros now) {
  const auto seconds = seconds_from(step.arguments[0]);
  if (!seconds) return fail(seconds.error());
  pause_until_ = now + *seconds;
  return true;
}

Status play_headless(ScriptPlayer& player, Headless& window) {
  constexpr std::chrono::milliseconds kPatience{20};
  while (player.state() == ScriptPlayer::State::working) {
    player.tick(window.now());
    if (player.state() != ScriptPlayer::State::working) break;
    // Workers live in real time: while one is awaited, a frame's virtual time takes at least as long.
    if (player.is_waiting()) window.wait_for_wake(kPatience);
    if (const Status drawn = window.step(); !drawn) return drawn;
  }
  if (player.state() == ScriptPlayer::State::failed) return fail(player.error());
  return {};
}

}  // namespace till::ui

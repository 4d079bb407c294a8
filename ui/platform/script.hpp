// Plays a file of steps through a window's own input queue, for demonstrations and tests. One step a line, words
// separated by blanks, text with blanks in "double quotes", '#' starts a comment.
//
//   tap NAME                 presses and releases a named widget; waits up to 5 s until it can be pressed
//   type TEXT                keys as a person types them, 80 ms apart
//   key NAME                 one key: enter, escape, f11, ctrl+a, ...
//   scan CODE                a scanner's burst, ended by Enter; \x1d in it is GS
//   wait STATE [SECONDS]     until the program's predicate STATE holds (10 s unless said), or "wait NAME" with a
//   widget's name expect NAME [TEXT]       the widget is on the screen, and what it says contains TEXT absent NAME no
//   such widget is on the screen shot FILE.png            a picture of the next frame, into the folder of pictures drag
//   NAME DX DY          presses on the widget's centre, moves by that many pixels, releases size WIDTH HEIGHT another
//   window size theme NAME               asks the program for another theme pause SECONDS            nothing, for films
//
// A failed step ends the play with an Error that names the file, the line and what was on the screen.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ui/platform/driver.hpp"

namespace till::ui {

struct ScriptStep {
  int line = 0;
  std::string verb;
  std::vector<std::string> arguments;
};

// Refuses unknown verbs and wrong numbers of words, with the line's number.
Result<std::vector<ScriptStep>> parse_script(std::string_view text);
Result<std::vector<ScriptStep>> load_script(const std::string& path);

struct ScriptHooks {
  // What the program knows by name: "synced", "sale.done". nullopt: no such state is known; "": it holds; other text:
  // it does not hold yet, and why.
  std::function<std::optional<std::string>(std::string_view state)> state;
  std::function<Status(std::string_view name)> set_theme;
  std::string shots_folder = ".";
  // How long a widget may take to become what a step needs.
  Micros tap_patience{5'000'000};
  Micros expect_patience{2'000'000};
};

class ScriptPlayer {
 public:
  enum class State : unsigned char { working, done, failed };

  ScriptPlayer(std::vector<ScriptStep> steps, Driver& driver, ScriptHooks hooks);

  // Does what can be done now; returns when to be called again at the latest (of driver.now()). Call on each turn.
  std::optional<Micros> tick(Micros now);
  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] const Error& error() const { return error_; }
  [[nodiscard]] std::size_t steps_done() const { return next_; }
  // A state of the program is awaited, which time alone may not bring.
  [[nodiscard]] bool is_waiting() const { return waiting_; }

 private:
  // Done, or not yet; an Error fails the script.
  using Progress = Result<bool>;
  Progress perform(const ScriptStep& step, Micros now);
  Progress perform_tap(const ScriptStep& step, Micros now);
  Progress perform_type(const ScriptStep& step, Micros now);
  Progress perform_key(const ScriptStep& step, Micros now);
  Progress perform_scan(const ScriptStep& step, Micros now);
  Progress perform_wait(const ScriptStep& step, Micros now);
  Progress perform_expect(const ScriptStep& step, Micros now);
  Progress perform_absent(const ScriptStep& step, Micros now);
  Progress perform_shot(const ScriptStep& step, Micros now);
  Progress perform_drag(const ScriptStep& step, Micros now);
  Progress perform_size(const ScriptStep& step, Micros now);
  Progress perform_theme(const ScriptStep& step, Micros now);
  Progress perform_pause(const ScriptStep& step, Micros now);

  Result<WidgetRect> target(const std::string& name) const;
  Progress again_until(Micros limit, Micros now, Error otherwise);
  void play(std::vector<InputEvent> events);
  // True while input that was played has not been drawn yet.
  bool is_busy(Micros now);
  void fail_step(const ScriptStep& step, const Error& why);

  std::vector<ScriptStep> steps_;
  Driver& driver_;
  ScriptHooks hooks_;
  std::size_t next_ = 0;
  State state_ = State::working;
  Error error_;
  std::optional<Micros> step_began_;
  bool waiting_ = false;
  std::vector<InputEvent> to_play_;  // each due at its time
  std::size_t played_ = 0;
  std::uint64_t frames_before_next_ = 0;  // the next step starts when so many frames have been drawn
  std::optional<Micros> pause_until_;
};

// Plays a script on a headless window to its end; waits for wake() in real time while a state is awaited.
class Headless;
Status play_headless(ScriptPlayer& player, Headless& window);

}  // namespace till::ui

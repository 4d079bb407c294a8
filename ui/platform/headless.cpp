#include "ui/platform/headless.hpp"

#include "ui/platform/synthetic.hpp"

namespace till::ui {
namespace {

constexpr Micros kFrameTime{16'000};
constexpr int kSettlingFrames = 3;

}  // namespace

Result<std::unique_ptr<Headless>> Headless::create(const HeadlessConfig& config) {
  std::unique_ptr<Headless> window(new Headless);
  window->frame_ = TRY(Frame::create(config.frame));
  window->renderer_ = std::make_unique<CpuRenderer>(make_memory_target());
  window->size_ = config.size;
  return window;
}

Headless::~Headless() = default;

void Headless::post(InputEvent event) {
  frame_->router().push(std::move(event));
}

void Headless::wake() {
  {
    std::lock_guard lock(mutex_);
    wake_pending_ = true;
  }
  woken_.notify_all();
}

bool Headless::wait_for_wake(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  const bool woken = woken_.wait_for(lock, limit, [&] { return wake_pending_; });
  wake_pending_ = false;
  return woken;
}

void Headless::advance(Micros by) {
  now_ += by;
  frame_->router().settle(now_);
}

Status Headless::step() {
  advance(kFrameTime);
  return frame_->run(*renderer_, size_, now_);
}

Result<Image> Headless::picture() {
  advance(kFrameTime);
  Image image;
  TRY(frame_->run(*renderer_, size_, now_, &image));
  return image;
}

Status Headless::settle(int max_frames) {
  int quiet = 0;
  for (int i = 0; i < max_frames && quiet < kSettlingFrames; ++i) {
    const bool busy = !frame_->queue().empty() || frame_->router().holding();
    TRY(step());
    quiet = busy || frame_->frame_requested() ? 0 : quiet + 1;
  }
  return {};
}

Status Headless::play(std::vector<InputEvent> events) {
  for (InputEvent& event : events) {
    while (now_ < event.time) TRY(step());
    event.time = event.earliest = now_;
    post(std::move(event));
  }
  return settle();
}

Status Headless::tap(float x, float y) {
  return play(finger_tap(x, y, now_));
}

Status Headless::tap(std::string_view widget) {
  const WidgetInfo* info = frame_->registry().find(widget);
  const std::string name(widget);
  if (!info) return invalid("no widget " + name + " is on the screen; there are: " + frame_->registry().summary());
  if (!info->enabled) return invalid("the widget " + name + " is disabled");
  if (!info->is_visible()) return invalid("the widget " + name + " is scrolled out of sight");
  const WidgetRect r = info->visible;
  return tap(r.x + r.width / 2, r.y + r.height / 2);
}

Status Headless::press(std::string_view key_name) {
  const auto chord = key_from_name(key_name);
  if (!chord) return invalid("there is no key " + std::string(key_name));
  return play(chord_strokes(*chord, now_));
}

Status Headless::type(std::string_view utf8) {
  return play(key_strokes(utf8, now_, kTypingGap));
}

Status Headless::scan(std::string_view code, Micros gap) {
  for (InputEvent& event : scanner_burst(code, now_, gap)) {
    now_ = event.time;
    post(std::move(event));
  }
  return settle();
}

Status Headless::drag(float x, float y, float dx, float dy) {
  return play(finger_drag(x, y, dx, dy, now_));
}

Status Headless::save_png(const std::string& path) {
  return ui::save_png(TRY(picture()), path);
}

}  // namespace till::ui

// A window without a display: fixed size, the CPU renderer, time that passes only when told. The same frame, the same
// input path and the same draw callback as the real one. One thread, except wake().
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "ui/platform/driver.hpp"
#include "ui/platform/renderer_cpu.hpp"

namespace till::ui {

struct HeadlessConfig {
  PixelSize size{1024, 768};
  FrameConfig frame{};
};

class Headless final : public Driver {
 public:
  static Result<std::unique_ptr<Headless>> create(const HeadlessConfig& config);
  ~Headless() override;

  [[nodiscard]] Frame& frame() override { return *frame_; }
  [[nodiscard]] CpuRenderer& renderer() override { return *renderer_; }
  [[nodiscard]] Micros now() override { return now_; }
  void post(InputEvent event) override;
  void resize(PixelSize size) override { size_ = size; }
  Result<Image> picture() override;
  void wake() override;

  // One frame, 16 ms after the last one.
  Status step();
  // Frames until input is used up and nothing asks for another, then the three that settle a window; at most
  // `max_frames`.
  Status settle(int max_frames = 500);
  // Time passes without a frame; the router decides what the pause ended.
  void advance(Micros by);
  // Real time: until some thread calls wake(), or the limit. False at the limit.
  bool wait_for_wake(std::chrono::milliseconds limit);

  // A person: each of these runs the frames it needs.
  Status tap(float x, float y);
  Status tap(std::string_view widget);  // its centre; refused when it is not there, hidden or disabled
  Status press(std::string_view key_name);
  Status type(std::string_view utf8);  // 80 ms a key
  // A scanner: keys `gap` apart, then Enter, and no frame between them.
  Status scan(std::string_view code, Micros gap = Micros{1'000});
  Status drag(float x, float y, float dx, float dy);
  Status save_png(const std::string& path);

 private:
  Headless() = default;
  // Posts each event when its time has come, drawing frames meanwhile.
  Status play(std::vector<InputEvent> events);

  std::unique_ptr<Frame> frame_;
  std::unique_ptr<CpuRenderer> renderer_;
  PixelSize size_;
  Micros now_{1'000'000};
  std::mutex mutex_;
  std::condition_variable woken_;
  bool wake_pending_ = false;
};

}  // namespace till::ui

// One Dear ImGui context with its input, fonts and widget names: what the real window and the headless one share. A
// frame is: replay input, hand scans over, run the draw callback, draw, present. The window's thread.
#pragma once

#include <imgui.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "ui/platform/fonts.hpp"
#include "ui/platform/input_queue.hpp"
#include "ui/platform/input_router.hpp"
#include "ui/platform/renderer.hpp"
#include "ui/platform/widget_registry.hpp"

namespace till::ui {

struct FrameConfig {
  FontPlan fonts{};
  RouterConfig router{};
  Rgb background{};
};

class Frame {
 public:
  static Result<std::unique_ptr<Frame>> create(const FrameConfig& config);
  ~Frame();
  Frame(const Frame&) = delete;
  Frame& operator=(const Frame&) = delete;

  // Set by the program. `draw` is one ImGui frame's content; `on_scan` runs before it, in the order of input.
  std::function<void()> draw;
  std::function<void(const std::string& code)> on_scan;

  [[nodiscard]] Fonts& fonts() { return fonts_; }
  [[nodiscard]] InputRouter& router() { return router_; }
  [[nodiscard]] InputQueue& queue() { return queue_; }
  [[nodiscard]] WidgetRegistry& registry() { return registry_; }
  [[nodiscard]] PixelSize size() const { return size_; }
  [[nodiscard]] std::uint64_t frames_drawn() const { return frames_drawn_; }

  void set_background(Rgb background) { background_ = background; }
  // Takes effect before the next frame: a theme's new sizes, another scale, another language.
  void rebuild_fonts(FontPlan plan);

  // Draws one frame. `capture` gets the pixels before they are presented.
  Status run(Renderer& renderer, PixelSize size, Micros now, Image* capture = nullptr);
  // Set by the draw callback's widgets while something moves by itself: one more frame is due after this one.
  void request_frame() { frame_requested_ = true; }
  [[nodiscard]] bool frame_requested() const { return frame_requested_; }
  // A text field is active: its cursor blinks.
  [[nodiscard]] bool wants_blink() const;

 private:
  explicit Frame(const FrameConfig& config);
  Status apply_fonts(Renderer& renderer);

  ImGuiContext* context_ = nullptr;
  Fonts fonts_;
  std::optional<FontPlan> new_fonts_;
  Renderer* fonts_in_ = nullptr;
  WidgetRegistry registry_;
  InputQueue queue_;
  InputRouter router_;
  Rgb background_;
  PixelSize size_;
  Micros last_frame_{0};
  bool frame_requested_ = false;
  std::uint64_t frames_drawn_ = 0;
};

}  // namespace till::ui

// The real window (GLFW) and its loop. It sleeps when nothing happens: every callback and every wake() makes three
// frames due, and the loop blocks only when none is due and the input queue is empty. Timers and the blinking of a text
// cursor wake it too. The window's thread is the one that called create(); only wake() and close() may come from
// others.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "ui/platform/driver.hpp"
#include "ui/platform/renderer_choice.hpp"

namespace till::ui {

struct WindowConfig {
  std::string title = "Tillstick";
  PixelSize size{1024, 768};
  bool fullscreen = false;  // kiosk: the whole screen
  RendererWish renderer = RendererWish::automatic;
  FrameConfig frame{};
};

class Window final : public Driver {
 public:
  static Result<std::unique_ptr<Window>> create(const WindowConfig& config);
  ~Window() override;

  [[nodiscard]] Frame& frame() override;
  [[nodiscard]] Renderer& renderer() override;
  [[nodiscard]] Micros now() override;
  void post(InputEvent event) override;
  void resize(PixelSize size) override;
  Result<Image> picture() override;
  void wake() override;

  // Runs until close(), the window's close button (unless `on_close` says no), or an error of the renderer.
  Status run();
  void close();
  // Asked when a person closes the window; false keeps it open.
  std::function<bool()> on_close;
  // Runs on each turn of the loop, before its frame; returns when it wants to be called again at the latest, or
  // nothing. For the script player.
  std::function<std::optional<Micros>(Micros now)> on_turn;

  // One-shot: wakes the loop at that time of now(); returns an id. The callback runs before the frame.
  int call_at(Micros when, std::function<void()> callback);
  void cancel_call(int id);

  void set_fullscreen(bool fullscreen);  // F11 toggles it too
  [[nodiscard]] bool fullscreen() const;
  [[nodiscard]] PixelSize size() const;
  // Pixels per millimetre of the monitor the window is on, from what it reports of itself; nothing when it reports
  // nonsense (outside 2 to 12), as virtual and projector screens do.
  [[nodiscard]] std::optional<float> pixels_per_mm() const;
  [[nodiscard]] std::uint64_t frames_drawn() const;
  [[nodiscard]] const std::string& renderer_reason() const;

 private:
  Window();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace till::ui

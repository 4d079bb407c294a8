// What a script needs of a window, real or headless. The window's thread, except wake().
#pragma once

#include <functional>
#include <string>

#include "ui/platform/events.hpp"
#include "ui/platform/frame.hpp"

namespace till::ui {

class Driver {
 public:
  virtual ~Driver() = default;
  [[nodiscard]] virtual Frame& frame() = 0;
  [[nodiscard]] virtual Renderer& renderer() = 0;
  // The clock that events are stamped with.
  [[nodiscard]] virtual Micros now() = 0;
  // Puts an event where the real ones arrive: before the router.
  virtual void post(InputEvent event) = 0;
  virtual void resize(PixelSize size) = 0;
  // Draws one frame now and keeps its picture.
  virtual Result<Image> picture() = 0;
  // Something may have changed: draw. Any thread.
  virtual void wake() = 0;
};

}  // namespace till::ui

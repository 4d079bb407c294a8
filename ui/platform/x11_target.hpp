// Pixels that go to an X11 window without OpenGL: through memory shared with the server (MIT-SHM), or sent over the
// connection where it cannot be shared. Screens of 24 or 32 bits are drawn in place; 15 and 16 bits are converted.
#pragma once

#include <memory>

#include "ui/platform/renderer_cpu.hpp"

struct GLFWwindow;

namespace till::ui {

// The window must outlive the target. The window's thread.
Result<std::unique_ptr<PixelTarget>> make_x11_target(GLFWwindow* window);

}  // namespace till::ui

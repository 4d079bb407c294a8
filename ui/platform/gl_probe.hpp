// What OpenGL this machine has, found out in a child process: loading Mesa's software driver costs a hundred megabytes
// that are never given back, and an old driver that crashes takes only the child with it. Call before glfwInit().
#pragma once

#include <optional>

#include "ui/platform/renderer_choice.hpp"

namespace till::ui {

// A kernel graphics device or NVIDIA's own: without one, OpenGL can only be software.
[[nodiscard]] bool has_graphics_device();

// Waits at most five seconds for the driver.
std::optional<GlFound> probe_gl(RendererKind kind);

// Sets GLFW's hints for a window with such a context, or with none for the CPU.
void set_context_hints(RendererKind kind);

}  // namespace till::ui

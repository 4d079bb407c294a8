// OpenGL through Dear ImGui's own backends. The program does not link a GL library: OpenGL 3 loads its entry points
// itself, OpenGL 2 calls go through gl_entry_points.cpp; both come from the context's own library at run time.
#pragma once

#include <functional>
#include <memory>

#include "ui/platform/renderer.hpp"

namespace till::ui {

// What the renderer needs of the window that owns the context, which must be current.
struct GlContext {
  std::function<void*(const char* name)> entry_point;
  std::function<void()> swap;
};

Result<std::unique_ptr<Renderer>> make_gl2_renderer(GlContext context);
Result<std::unique_ptr<Renderer>> make_gl3_renderer(GlContext context);

}  // namespace till::ui

// The OpenGL 1.1 calls that Dear ImGui's OpenGL 2 backend makes are ordinary functions; here they are defined as jumps
// to what the running context offers, so that the program needs no GL library to start. Not exported from the program.
#pragma once

#include <functional>

namespace till::ui {

// False, with the first missing name in `missing`, when the context lacks one; then none of them may be called.
bool bind_gl_entry_points(const std::function<void*(const char*)>& entry_point, const char*& missing);

}  // namespace till::ui

#include "ui/platform/gl_entry_points.hpp"

// One line per call of OpenGL 1.1's specification: name, parameters, and the parameters again as arguments.
#define TILL_GL_CALLS(CALL)                                                                                          \
  CALL(glBindTexture, (unsigned target, unsigned texture), (target, texture))                                        \
  CALL(glBlendFunc, (unsigned source, unsigned destination), (source, destination))                                  \
  CALL(glColorPointer, (int size, unsigned type, int stride, const void* data), (size, type, stride, data))          \
  CALL(glDeleteTextures, (int count, const unsigned* textures), (count, textures))                                   \
  CALL(glDisable, (unsigned what), (what))                                                                           \
  CALL(glDisableClientState, (unsigned what), (what))                                                                \
  CALL(glDrawElements, (unsigned mode, int count, unsigned type, const void* indices), (mode, count, type, indices)) \
  CALL(glEnable, (unsigned what), (what))                                                                            \
  CALL(glEnableClientState, (unsigned what), (what))                                                                 \
  CALL(glGenTextures, (int count, unsigned* textures), (count, textures))                                            \
  CALL(glGetIntegerv, (unsigned what, int* out), (what, out))                                                        \
  CALL(glGetTexEnviv, (unsigned target, unsigned what, int* out), (target, what, out))                               \
  CALL(glLoadIdentity, (), ())                                                                                       \
  CALL(glMatrixMode, (unsigned mode), (mode))                                                                        \
  CALL(glOrtho, (double left, double right, double bottom, double top, double near, double far),                     \
       (left, right, bottom, top, near, far))                                                                        \
  CALL(glPixelStorei, (unsigned what, int value), (what, value))                                                     \
  CALL(glPolygonMode, (unsigned face, unsigned mode), (face, mode))                                                  \
  CALL(glPopAttrib, (), ())                                                                                          \
  CALL(glPopMatrix, (), ())                                                                                          \
  CALL(glPushAttrib, (unsigned mask), (mask))                                                                        \
  CALL(glPushMatrix, (), ())                                                                                         \
  CALL(glScissor, (int x, int y, int width, int height), (x, y, width, height))                                      \
  CALL(glShadeModel, (unsigned mode), (mode))                                                                        \
  CALL(glTexCoordPointer, (int size, unsigned type, int stride, const void* data), (size, type, stride, data))       \
  CALL(glTexEnvi, (unsigned target, unsigned what, int value), (target, what, value))                                \
  CALL(glTexImage2D,                                                                                                 \
       (unsigned target, int level, int format, int width, int height, int border, unsigned pixel_format,            \
        unsigned type, const void* pixels),                                                                          \
       (target, level, format, width, height, border, pixel_format, type, pixels))                                   \
  CALL(glTexParameteri, (unsigned target, unsigned what, int value), (target, what, value))                          \
  CALL(glVertexPointer, (int size, unsigned type, int stride, const void* data), (size, type, stride, data))         \
  CALL(glViewport, (int x, int y, int width, int height), (x, y, width, height))

#define TILL_GL_SLOT(name, parameters, arguments) static void(*slot_##name) parameters = nullptr;
TILL_GL_CALLS(TILL_GL_SLOT)

#define TILL_GL_JUMP(name, parameters, arguments)                         \
  extern "C" __attribute__((visibility("hidden"))) void name parameters { \
    slot_##name arguments;                                                \
  }
TILL_GL_CALLS(TILL_GL_JUMP)

namespace till::ui {

bool bind_gl_entry_points(const std::function<void*(const char*)>& entry_point, const char*& missing) {
#define TILL_GL_BIND(name, parameters, arguments)                         \
  slot_##name = reinterpret_cast<void(*) parameters>(entry_point(#name)); \
  if (!slot_##name) {                                                     \
    missing = #name;                                                      \
    return false;                                                         \
  }
  TILL_GL_CALLS(TILL_GL_BIND)
  return true;
}

}  // namespace till::ui

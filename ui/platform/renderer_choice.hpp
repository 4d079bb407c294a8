// Which renderer this machine gets. Pure: what the machine has comes in.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "ui/platform/renderer.hpp"

namespace till::ui {

enum class RendererWish : std::uint8_t { automatic, cpu, gl2, gl3 };

// "auto", "cpu", "gl2", "gl3".
Result<RendererWish> renderer_wish_from(std::string_view text);

struct GlFound {
  std::string renderer;  // GL_RENDERER
  std::string version;   // GL_VERSION
};

struct RendererChoice {
  RendererKind kind = RendererKind::cpu;
  std::string reason;  // for the log
};

// Mesa draws on the CPU under these names, several times slower than CpuRenderer and with ten times its memory.
[[nodiscard]] bool is_software_gl(std::string_view gl_renderer);

struct Machine {
  bool has_graphics_device = false;
  // Makes a hidden context of that kind and tells what it is, or nothing when there is none.
  std::function<std::optional<GlFound>(RendererKind)> try_gl;
};

// Automatic: OpenGL 3, then 2, where a graphics device draws it, otherwise the CPU; without a device no GL library is
// even loaded. An explicit wish for GL takes software GL too, and gets the CPU only when there is no context at all.
RendererChoice choose_renderer(RendererWish wish, const Machine& machine);

}  // namespace till::ui

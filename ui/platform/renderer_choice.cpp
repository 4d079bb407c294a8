#include "ui/platform/renderer_choice.hpp"

#include <array>

#include "core/text.hpp"

namespace till::ui {

std::string_view to_string(RendererKind kind) {
  switch (kind) {
    case RendererKind::cpu:
      return "cpu";
    case RendererKind::gl2:
      return "gl2";
    case RendererKind::gl3:
      return "gl3";
  }
  return "cpu";
}

Result<RendererWish> renderer_wish_from(std::string_view text) {
  if (text == "auto") return RendererWish::automatic;
  if (text == "cpu") return RendererWish::cpu;
  if (text == "gl2") return RendererWish::gl2;
  if (text == "gl3") return RendererWish::gl3;
  return invalid("there is no renderer " + std::string(text) + "; use auto, cpu, gl2 or gl3");
}

bool is_software_gl(std::string_view gl_renderer) {
  constexpr std::array<std::string_view, 5> kNames{"llvmpipe", "softpipe", "swrast", "swr ", "software rasterizer"};
  const std::string low = lowered(gl_renderer);
  for (const std::string_view name : kNames)
    if (low.find(name) != std::string::npos) return true;
  return false;
}

namespace {

RendererChoice wished_gl(RendererKind kind, const Machine& machine) {
  const std::string name(to_string(kind));
  if (const auto found = machine.try_gl(kind)) return {kind, name + " as asked for: " + found->renderer};
  return {RendererKind::cpu, name + " was asked for, but this machine has no such OpenGL"};
}

}  // namespace

RendererChoice choose_renderer(RendererWish wish, const Machine& machine) {
  if (wish == RendererWish::cpu) return {RendererKind::cpu, "cpu as asked for"};
  if (wish == RendererWish::gl2) return wished_gl(RendererKind::gl2, machine);
  if (wish == RendererWish::gl3) return wished_gl(RendererKind::gl3, machine);
  if (!machine.has_graphics_device) return {RendererKind::cpu, "no graphics device"};
  std::string reason = "no OpenGL";
  for (const RendererKind kind : {RendererKind::gl3, RendererKind::gl2}) {
    const auto found = machine.try_gl(kind);
    if (!found) continue;
    if (!is_software_gl(found->renderer)) return {kind, found->renderer + ", OpenGL " + found->version};
    reason = "OpenGL is only drawn in software (" + found->renderer + ")";
    break;
  }
  return {RendererKind::cpu, reason};
}

}  // namespace till::ui

// Who turns Dear ImGui's draw lists into pixels. One interface, three of them: on the CPU, OpenGL 2, OpenGL 3. A frame
// is begin, draw, (read_pixels), present, in this order, on the window's thread. Colours are sRGB, blended as they are.
#pragma once

#include <imgui.h>

#include <cstdint>
#include <string_view>

#include "core/result.hpp"
#include "ui/platform/image.hpp"

namespace till::ui {

enum class RendererKind : std::uint8_t { cpu, gl2, gl3 };
std::string_view to_string(RendererKind kind);

struct Rgb {
  std::uint8_t r = 0, g = 0, b = 0;
  bool operator==(const Rgb&) const = default;
};

struct PixelSize {
  int width = 0, height = 0;
  bool operator==(const PixelSize&) const = default;
};

class Renderer {
 public:
  virtual ~Renderer() = default;
  [[nodiscard]] virtual RendererKind kind() const = 0;

  // Takes the built atlas over as the fonts' texture; again after every rebuild. The atlas must outlive its use.
  virtual Status set_fonts(ImFontAtlas& atlas) = 0;
  // For ImGui::Image. The pixels are copied; the id lives until remove_texture.
  virtual Result<ImTextureID> add_texture(const Image& image) = 0;
  virtual void remove_texture(ImTextureID id) = 0;

  virtual void begin(PixelSize size, Rgb background) = 0;
  virtual void draw(ImDrawData& data) = 0;
  // What draw() made; only between draw and present.
  virtual Image read_pixels() = 0;
  virtual void present() = 0;
};

}  // namespace till::ui

// A frame's draw lists taken apart: vertices in raster form, once, and primitives in painting order, each with the
// pixels it can touch and a hash of all that decides how they look. Pairs of triangles that are an axis-aligned
// rectangle become one primitive. Pure; reused from frame to frame for its memory.
#pragma once

#include <imgui.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "ui/platform/raster.hpp"

namespace till::ui {

enum class PrimitiveKind : std::uint8_t { rect, quad, flat_triangle, shaded_triangle };

struct Primitive {
  PrimitiveKind kind = PrimitiveKind::rect;
  bool textured = false;
  std::uint32_t vertex[3] = {0, 0, 0};  // rect and quad: top left, (unused), bottom right
  PixelRect box{};                      // inside the clip rectangle and the frame
  const Texture* texture = nullptr;
  std::uint64_t hash = 0;
};

class DrawStream {
 public:
  using TextureOf = std::function<const Texture*(ImTextureID)>;

  // Commands with an unknown texture are left out.
  void read(const ImDrawData& data, PixelSize size, const TextureOf& texture_of);

  [[nodiscard]] const std::vector<Primitive>& primitives() const { return primitives_; }
  [[nodiscard]] const std::vector<RasterVertex>& vertices() const { return vertices_; }

 private:
  struct Command;
  void read_list(const ImDrawList& list, ImVec2 origin, PixelSize size, const TextureOf& texture_of);
  void read_command(const ImDrawList& list, const ImDrawCmd& command, std::size_t base, PixelRect clip,
                    const Texture& texture, std::uint64_t seed);
  bool read_rect(const Command& command, const ImDrawIdx* index);
  void read_triangle(const Command& command, const ImDrawIdx* index);
  void add(const Command& command, PrimitiveKind kind, bool textured, std::uint32_t a, std::uint32_t b,
           std::uint32_t c);
  [[nodiscard]] bool is_blank(const Command& command, const RasterVertex& vertex) const;

  std::vector<RasterVertex> vertices_;
  std::vector<std::uint64_t> vertex_hashes_;
  std::vector<Primitive> primitives_;
};

}  // namespace till::ui

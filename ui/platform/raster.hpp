// Filling pixels: rectangles, glyphs, triangles, each inside a clip rectangle. A pixel belongs to a shape that holds
// its centre; a centre exactly on a left or top edge is inside, on a right or bottom edge outside, so that shapes that
// share an edge neither overlap nor leave a gap. Coordinates are 1/256 pixel. Colours are 0xAARRGGBB, surfaces opaque.
// Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "ui/platform/renderer_cpu.hpp"

namespace till::ui {

inline constexpr int kSubpixel = 256;

struct Surface {
  std::uint32_t* pixels = nullptr;
  int stride = 0;
  [[nodiscard]] std::uint32_t* row(int y) const { return pixels + static_cast<std::ptrdiff_t>(y) * stride; }
};

// Either coverage only (the fonts) or full colour.
struct Texture {
  int width = 0, height = 0;
  const std::uint8_t* coverage = nullptr;  // borrowed
  std::vector<std::uint32_t> argb{};
  float white_u = -1, white_v = -1;  // 0 to 1: where a texel is white and opaque, for shapes without a texture
};

struct RasterVertex {
  int x = 0, y = 0;  // 1/256 pixel
  std::uint32_t argb = 0;
  float u = 0, v = 0;  // texels here; 0 to 1 as ImGui gives them in a DrawStream
};

// The first pixel whose centre is at or right of (below) that coordinate.
inline int first_pixel(int subpixel) {
  return (subpixel + kSubpixel / 2 - 1) >> 8;
}

std::uint32_t blended(std::uint32_t below, std::uint32_t argb);
std::uint32_t sampled(const Texture& texture, float u, float v);

void fill_rect(const Surface& surface, PixelRect rect, std::uint32_t argb);
// An axis-aligned piece of a texture, tinted: `a` is its top left corner, `c` its bottom right.
void fill_quad(const Surface& surface, PixelRect clip, const Texture& texture, const RasterVertex& a,
               const RasterVertex& c);
// One colour for all three.
void fill_flat_triangle(const Surface& surface, PixelRect clip, const RasterVertex (&v)[3]);
// Colours run from corner to corner; the texture may be absent.
void fill_shaded_triangle(const Surface& surface, PixelRect clip, const Texture* texture, const RasterVertex (&v)[3]);

}  // namespace till::ui

#include "ui/platform/raster.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

namespace till::ui {
namespace {

constexpr std::uint32_t kOpaque = 0xFF000000U;
constexpr std::uint32_t kOddLanes = 0x00FF00FFU;

std::uint32_t divided_by_255(std::uint32_t lanes) {
  lanes += 0x00800080U;
  return ((lanes + ((lanes >> 8) & kOddLanes)) >> 8) & kOddLanes;
}

std::uint32_t mixed(std::uint32_t below, std::uint32_t rgb, std::uint32_t alpha) {
  const std::uint32_t rest = 255 - alpha;
  const std::uint32_t rb = divided_by_255((rgb & kOddLanes) * alpha + (below & kOddLanes) * rest);
  const std::uint32_t g = divided_by_255(((rgb >> 8) & 0xFFU) * alpha + ((below >> 8) & 0xFFU) * rest);
  return kOpaque | rb | ((g & 0xFFU) << 8);
}

std::uint32_t product_255(std::uint32_t a, std::uint32_t b) {
  const std::uint32_t t = a * b + 128;
  return (t + (t >> 8)) >> 8;
}

std::uint32_t tinted(std::uint32_t texel, std::uint32_t tint) {
  std::uint32_t out = 0;
  for (int shift = 0; shift < 32; shift += 8)
    out |= product_255((texel >> shift) & 0xFFU, (tint >> shift) & 0xFFU) << shift;
  return out;
}

void fill_span(std::uint32_t* row, int x0, int x1, std::uint32_t argb) {
  const std::uint32_t alpha = argb >> 24;
  if (alpha == 255) {
    std::fill(row + x0, row + x1, argb);
    return;
  }
  for (int x = x0; x < x1; ++x) row[x] = mixed(row[x], argb, alpha);
}

struct FloorDiv {
  std::int64_t quotient, remainder;
};

FloorDiv floor_div(std::int64_t a, std::int64_t b) {
  std::int64_t q = a / b;
  std::int64_t r = a % b;
  if (r < 0) {
    r += b;
    --q;
  }
  return {q, r};
}

// The first pixel at or right of an edge, row after row, exactly: two triangles that share the edge get the same
// answer.
class EdgeWalk {
 public:
  EdgeWalk(const RasterVertex& top, const RasterVertex& bottom, int y) {
    const std::int64_t dx = bottom.x - top.x;
    const std::int64_t dy = bottom.y - top.y;
    divisor_ = kSubpixel * dy;
    const std::int64_t centre_y = std::int64_t{y} * kSubpixel + kSubpixel / 2;
    const std::int64_t distance = (top.x - kSubpixel / 2) * dy + (centre_y - top.y) * dx;
    const auto start = floor_div(distance + divisor_ - 1, divisor_);
    const auto step = floor_div(kSubpixel * dx, divisor_);
    x_ = start.quotient;
    remainder_ = start.remainder;
    step_ = step.quotient;
    step_remainder_ = step.remainder;
  }
  [[nodiscard]] int x() const { return static_cast<int>(x_); }
  void next_row() {
    x_ += step_;
    remainder_ += step_remainder_;
    if (remainder_ >= divisor_) {
      remainder_ -= divisor_;
      ++x_;
    }
  }

 private:
  std::int64_t x_, remainder_, step_, step_remainder_, divisor_;
};

// Calls span(y, x0, x1) for each row of the triangle inside the clip.
template <class Span>
void walk_triangle(PixelRect clip, const RasterVertex (&v)[3], const Span& span) {
  const RasterVertex* top = &v[0];
  const RasterVertex* middle = &v[1];
  const RasterVertex* bottom = &v[2];
  if (middle->y < top->y) std::swap(top, middle);
  if (bottom->y < middle->y) std::swap(middle, bottom);
  if (middle->y < top->y) std::swap(top, middle);
  const std::int64_t turn =
      std::int64_t{middle->x - top->x} * (bottom->y - top->y) - std::int64_t{bottom->x - top->x} * (middle->y - top->y);
  if (turn == 0) return;
  const bool middle_right = turn > 0;

  const auto half = [&](const RasterVertex& from, const RasterVertex& to) {
    const int y0 = std::max(first_pixel(from.y), clip.y0);
    const int y1 = std::min(first_pixel(to.y), clip.y1);
    if (y0 >= y1) return;
    EdgeWalk long_edge(*top, *bottom, y0);
    EdgeWalk short_edge(from, to, y0);
    EdgeWalk& left = middle_right ? long_edge : short_edge;
    EdgeWalk& right = middle_right ? short_edge : long_edge;
    for (int y = y0; y < y1; ++y) {
      const int x0 = std::max(left.x(), clip.x0);
      const int x1 = std::min(right.x(), clip.x1);
      if (x0 < x1) span(y, x0, x1);
      left.next_row();
      right.next_row();
    }
  };
  half(*top, *middle);
  half(*middle, *bottom);
}

// A value that runs linearly over a triangle, at pixel centres.
struct Gradient {
  float origin = 0, per_x = 0, per_y = 0;
  [[nodiscard]] float at(int x, int y) const {
    return origin + per_x * static_cast<float>(x) + per_y * static_cast<float>(y);
  }
};

class GradientMaker {
 public:
  explicit GradientMaker(const RasterVertex (&v)[3]) {
    for (int i = 0; i < 3; ++i) {
      x_[i] = static_cast<float>(v[i].x) / kSubpixel - 0.5F;
      y_[i] = static_cast<float>(v[i].y) / kSubpixel - 0.5F;
    }
    const float area = (x_[1] - x_[0]) * (y_[2] - y_[0]) - (x_[2] - x_[0]) * (y_[1] - y_[0]);
    scale_ = area == 0 ? 0 : 1 / area;
  }
  [[nodiscard]] Gradient make(float a, float b, float c) const {
    Gradient g;
    g.per_x = ((b - a) * (y_[2] - y_[0]) - (c - a) * (y_[1] - y_[0])) * scale_;
    g.per_y = ((c - a) * (x_[1] - x_[0]) - (b - a) * (x_[2] - x_[0])) * scale_;
    g.origin = a - g.per_x * x_[0] - g.per_y * y_[0];
    return g;
  }

 private:
  float x_[3], y_[3], scale_;
};

float channel(std::uint32_t argb, int shift) {
  return static_cast<float>((argb >> shift) & 0xFFU);
}

std::uint32_t rounded(float value) {
  return static_cast<std::uint32_t>(std::clamp(static_cast<int>(value + 0.5F), 0, 255));
}

// Anti-aliased edges: one colour that fades out, by far the commonest shading.
void fill_fading(const Surface& surface, PixelRect clip, const RasterVertex (&v)[3]) {
  const std::uint32_t rgb = v[0].argb;
  const Gradient alpha = GradientMaker(v).make(channel(v[0].argb, 24), channel(v[1].argb, 24), channel(v[2].argb, 24));
  walk_triangle(clip, v, [&](int y, int x0, int x1) {
    std::uint32_t* row = surface.row(y);
    float a = alpha.at(x0, y);
    for (int x = x0; x < x1; ++x, a += alpha.per_x) row[x] = mixed(row[x], rgb, rounded(a));
  });
}

std::uint32_t texel(const Texture& texture, int x, int y) {
  x = std::clamp(x, 0, texture.width - 1);
  y = std::clamp(y, 0, texture.height - 1);
  const std::size_t at =
      static_cast<std::size_t>(y) * static_cast<std::size_t>(texture.width) + static_cast<std::size_t>(x);
  return texture.coverage ? (std::uint32_t{texture.coverage[at]} << 24) | 0x00FFFFFFU : texture.argb[at];
}

void copy_glyph(const Surface& surface, PixelRect rect, const Texture& texture, int left, int top, std::uint32_t argb) {
  const std::uint32_t alpha = argb >> 24;
  const std::uint32_t solid = argb | kOpaque;
  for (int y = rect.y0; y < rect.y1; ++y) {
    std::uint32_t* row = surface.row(y);
    const std::uint8_t* from = texture.coverage + static_cast<std::ptrdiff_t>(y - top) * texture.width - left;
    for (int x = rect.x0; x < rect.x1; ++x) {
      const std::uint32_t coverage = from[x];
      if (coverage == 0) continue;
      const std::uint32_t a = alpha == 255 ? coverage : product_255(coverage, alpha);
      row[x] = a == 255 ? solid : mixed(row[x], argb, a);
    }
  }
}

bool is_whole(float value) {
  return std::fabs(value - std::round(value)) < 1.0F / 64;
}

}  // namespace

std::uint32_t blended(std::uint32_t below, std::uint32_t argb) {
  return mixed(below, argb, argb >> 24);
}

std::uint32_t sampled(const Texture& texture, float u, float v) {
  const float x = u - 0.5F;
  const float y = v - 0.5F;
  const int x0 = static_cast<int>(std::floor(x));
  const int y0 = static_cast<int>(std::floor(y));
  const float fx = x - static_cast<float>(x0);
  const float fy = y - static_cast<float>(y0);
  const std::uint32_t corner[4] = {texel(texture, x0, y0), texel(texture, x0 + 1, y0), texel(texture, x0, y0 + 1),
                                   texel(texture, x0 + 1, y0 + 1)};
  const float weight[4] = {(1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy};
  std::uint32_t out = 0;
  for (int shift = 0; shift < 32; shift += 8) {
    float sum = 0;
    for (int i = 0; i < 4; ++i) sum += channel(corner[i], shift) * weight[i];
    out |= rounded(sum) << shift;
  }
  return out;
}

void fill_rect(const Surface& surface, PixelRect rect, std::uint32_t argb) {
  if (rect.empty() || argb >> 24 == 0) return;
  for (int y = rect.y0; y < rect.y1; ++y) fill_span(surface.row(y), rect.x0, rect.x1, argb);
}

void fill_quad(const Surface& surface, PixelRect clip, const Texture& texture, const RasterVertex& a,
               const RasterVertex& c) {
  const int left = first_pixel(a.x);
  const int top = first_pixel(a.y);
  const PixelRect rect{std::max(left, clip.x0), std::max(top, clip.y0), std::min(first_pixel(c.x), clip.x1),
                       std::min(first_pixel(c.y), clip.y1)};
  if (rect.empty() || a.argb >> 24 == 0) return;
  const float width = static_cast<float>(c.x - a.x) / kSubpixel;
  const float height = static_cast<float>(c.y - a.y) / kSubpixel;
  const float per_x = (c.u - a.u) / width;
  const float per_y = (c.v - a.v) / height;
  const bool aligned = a.x % kSubpixel == 0 && a.y % kSubpixel == 0 && is_whole(a.u) && is_whole(a.v) &&
                       std::fabs(c.u - a.u - width) < 1.0F / 64 && std::fabs(c.v - a.v - height) < 1.0F / 64;
  if (aligned && texture.coverage) {
    const int u = static_cast<int>(std::lround(a.u));
    const int v = static_cast<int>(std::lround(a.v));
    copy_glyph(surface, rect, texture, left - u, top - v, a.argb);
    return;
  }
  const float start_u = a.u + (static_cast<float>(rect.x0) + 0.5F - static_cast<float>(a.x) / kSubpixel) * per_x;
  float v = a.v + (static_cast<float>(rect.y0) + 0.5F - static_cast<float>(a.y) / kSubpixel) * per_y;
  for (int y = rect.y0; y < rect.y1; ++y, v += per_y) {
    std::uint32_t* row = surface.row(y);
    float u = start_u;
    for (int x = rect.x0; x < rect.x1; ++x, u += per_x)
      row[x] = blended(row[x], tinted(sampled(texture, u, v), a.argb));
  }
}

void fill_flat_triangle(const Surface& surface, PixelRect clip, const RasterVertex (&v)[3]) {
  const std::uint32_t argb = v[0].argb;
  if (argb >> 24 == 0) return;
  walk_triangle(clip, v, [&](int y, int x0, int x1) { fill_span(surface.row(y), x0, x1, argb); });
}

void fill_shaded_triangle(const Surface& surface, PixelRect clip, const Texture* texture, const RasterVertex (&v)[3]) {
  const bool one_hue = ((v[0].argb ^ v[1].argb) & 0x00FFFFFFU) == 0 && ((v[0].argb ^ v[2].argb) & 0x00FFFFFFU) == 0;
  if (!texture && one_hue) {
    fill_fading(surface, clip, v);
    return;
  }
  const GradientMaker maker(v);
  Gradient colour[4];
  for (int i = 0; i < 4; ++i)
    colour[i] = maker.make(channel(v[0].argb, i * 8), channel(v[1].argb, i * 8), channel(v[2].argb, i * 8));
  const Gradient u = maker.make(v[0].u, v[1].u, v[2].u);
  const Gradient w = maker.make(v[0].v, v[1].v, v[2].v);
  walk_triangle(clip, v, [&](int y, int x0, int x1) {
    std::uint32_t* row = surface.row(y);
    for (int x = x0; x < x1; ++x) {
      std::uint32_t argb = 0;
      for (int i = 0; i < 4; ++i) argb |= rounded(colour[i].at(x, y)) << (i * 8);
      if (texture) argb = tinted(sampled(*texture, u.at(x, y), w.at(x, y)), argb);
      row[x] = blended(row[x], argb);
    }
  });
}

}  // namespace till::ui

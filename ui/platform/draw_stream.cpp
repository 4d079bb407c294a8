#include "ui/platform/draw_stream.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace till::ui {
namespace {

constexpr float kFarthest = 4'000'000;  // pixels; keeps 1/256 pixels inside an int

int to_subpixel(float pixels) {
  return static_cast<int>(std::lround(std::clamp(pixels, -kFarthest, kFarthest) * kSubpixel));
}

std::uint32_t to_argb(ImU32 abgr) {
  return (abgr & 0xFF00FF00U) | ((abgr & 0xFFU) << 16) | ((abgr >> 16) & 0xFFU);
}

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9E3779B97F4A7C15ULL;
  return hash ^ (hash >> 29);
}

std::uint64_t hash_of(const ImDrawVert& v) {
  const auto pair = [](float a, float b) {
    return (std::uint64_t{std::bit_cast<std::uint32_t>(a)} << 32) | std::bit_cast<std::uint32_t>(b);
  };
  return mix(mix(mix(1, pair(v.pos.x, v.pos.y)), pair(v.uv.x, v.uv.y)), v.col);
}

PixelRect clip_of(const ImDrawCmd& command, ImVec2 origin, PixelSize size) {
  const auto near = [](float edge, int last) {
    return static_cast<int>(std::clamp(edge, 0.0F, static_cast<float>(last)));
  };
  return {near(command.ClipRect.x - origin.x, size.width), near(command.ClipRect.y - origin.y, size.height),
          near(command.ClipRect.z - origin.x, size.width), near(command.ClipRect.w - origin.y, size.height)};
}

}  // namespace

struct DrawStream::Command {
  const Texture* texture;
  PixelRect clip;
  std::size_t base;  // of its vertices in vertices_
  std::uint64_t seed;
};

void DrawStream::read(const ImDrawData& data, PixelSize size, const TextureOf& texture_of) {
  vertices_.clear();
  vertex_hashes_.clear();
  primitives_.clear();
  for (int i = 0; i < data.CmdListsCount; ++i) read_list(*data.CmdLists[i], data.DisplayPos, size, texture_of);
}

void DrawStream::read_list(const ImDrawList& list, ImVec2 origin, PixelSize size, const TextureOf& texture_of) {
  const std::size_t base = vertices_.size();
  for (const ImDrawVert& v : list.VtxBuffer) {
    vertices_.push_back(
        {to_subpixel(v.pos.x - origin.x), to_subpixel(v.pos.y - origin.y), to_argb(v.col), v.uv.x, v.uv.y});
    vertex_hashes_.push_back(hash_of(v));
  }
  for (const ImDrawCmd& command : list.CmdBuffer) {
    const PixelRect clip = clip_of(command, origin, size);
    const Texture* texture = texture_of(command.GetTexID());
    if (command.UserCallback || clip.empty() || !texture) continue;
    const auto seed = reinterpret_cast<std::uintptr_t>(command.GetTexID());
    read_command(list, command, base + command.VtxOffset, clip, *texture, seed);
  }
}

void DrawStream::read_command(const ImDrawList& list, const ImDrawCmd& draw, std::size_t base, PixelRect clip,
                              const Texture& texture, std::uint64_t seed) {
  const Command command{&texture, clip, base, seed};
  const ImDrawIdx* index = list.IdxBuffer.Data + draw.IdxOffset;
  const ImDrawIdx* end = index + draw.ElemCount;
  while (index + 3 <= end) {
    if (index + 6 <= end && read_rect(command, index)) {
      index += 6;
    } else {
      read_triangle(command, index);
      index += 3;
    }
  }
}

bool DrawStream::is_blank(const Command& command, const RasterVertex& vertex) const {
  return vertex.u == command.texture->white_u && vertex.v == command.texture->white_v;
}

bool DrawStream::read_rect(const Command& command, const ImDrawIdx* index) {
  if (index[0] != index[3] || index[2] != index[4]) return false;
  const auto at = [&](ImDrawIdx i) -> const RasterVertex& { return vertices_[command.base + i]; };
  const RasterVertex& a = at(index[0]);
  const RasterVertex& b = at(index[1]);
  const RasterVertex& c = at(index[2]);
  const RasterVertex& d = at(index[5]);
  const bool upright = a.y == b.y && b.x == c.x && c.y == d.y && d.x == a.x && a.x < c.x && a.y < c.y;
  const bool one_colour = a.argb == b.argb && a.argb == c.argb && a.argb == d.argb;
  const bool straight = a.v == b.v && b.u == c.u && c.v == d.v && d.u == a.u;
  if (!upright || !one_colour || !straight) return false;
  const bool blank = is_blank(command, a) && is_blank(command, c);
  const auto first = static_cast<std::uint32_t>(command.base + index[0]);
  const auto last = static_cast<std::uint32_t>(command.base + index[2]);
  add(command, blank ? PrimitiveKind::rect : PrimitiveKind::quad, !blank, first, first, last);
  return true;
}

void DrawStream::read_triangle(const Command& command, const ImDrawIdx* index) {
  const auto i = [&](int corner) { return static_cast<std::uint32_t>(command.base + index[corner]); };
  const RasterVertex& a = vertices_[i(0)];
  const RasterVertex& b = vertices_[i(1)];
  const RasterVertex& c = vertices_[i(2)];
  const bool blank = is_blank(command, a) && is_blank(command, b) && is_blank(command, c);
  const bool flat = blank && a.argb == b.argb && a.argb == c.argb;
  add(command, flat ? PrimitiveKind::flat_triangle : PrimitiveKind::shaded_triangle, !blank, i(0), i(1), i(2));
}

void DrawStream::add(const Command& command, PrimitiveKind kind, bool textured, std::uint32_t a, std::uint32_t b,
                     std::uint32_t c) {
  const RasterVertex& va = vertices_[a];
  const RasterVertex& vb = vertices_[b];
  const RasterVertex& vc = vertices_[c];
  if (((va.argb | vb.argb | vc.argb) >> 24) == 0) return;
  const auto [x0, x1] = std::minmax({va.x, vb.x, vc.x});
  const auto [y0, y1] = std::minmax({va.y, vb.y, vc.y});
  const PixelRect box{std::max(first_pixel(x0), command.clip.x0), std::max(first_pixel(y0), command.clip.y0),
                      std::min(first_pixel(x1), command.clip.x1), std::min(first_pixel(y1), command.clip.y1)};
  if (box.empty()) return;
  std::uint64_t hash = mix(command.seed, vertex_hashes_[a]);
  hash = mix(mix(hash, vertex_hashes_[b]), vertex_hashes_[c]);
  hash = mix(hash, (std::uint64_t(box.x0) << 48) ^ (std::uint64_t(box.y0) << 32) ^ (std::uint64_t(box.x1) << 16) ^
                       std::uint64_t(box.y1));
  primitives_.push_back({kind, textured, {a, b, c}, box, command.texture, hash});
}

}  // namespace till::ui

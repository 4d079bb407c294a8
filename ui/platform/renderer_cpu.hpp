// Dear ImGui drawn by the CPU: for PCs whose GPU has no driver, for tests, and for pictures with no display at all.
// Needs no GL library. Triangles follow the top-left fill rule (a pixel belongs to the triangle that holds its centre,
// shared edges to exactly one), at 1/256 pixel; textures are sampled bilinearly, texel-aligned glyphs copied; blending
// is source over, 8 bits.
//
// Only what changed is drawn and presented: a frame's primitives are hashed into tiles of 32 pixels, and tiles whose
// hash equals the last frame's keep their pixels.
#pragma once

#include <memory>
#include <span>

#include "ui/platform/renderer.hpp"

namespace till::ui {

struct PixelRect {
  int x0 = 0, y0 = 0, x1 = 0, y1 = 0;  // x1, y1 are outside
  [[nodiscard]] bool empty() const { return x0 >= x1 || y0 >= y1; }
  [[nodiscard]] std::int64_t area() const { return empty() ? 0 : std::int64_t{x1 - x0} * (y1 - y0); }
  bool operator==(const PixelRect&) const = default;
};

// Where the pixels live and go: 0xFFRRGGBB words, `stride` of them a row.
class PixelTarget {
 public:
  virtual ~PixelTarget() = default;
  virtual Status resize(PixelSize size) = 0;
  [[nodiscard]] virtual std::uint32_t* pixels() = 0;
  [[nodiscard]] virtual int stride() const = 0;
  virtual void present(std::span<const PixelRect> changed) = 0;
};

// Plain memory; presenting does nothing.
std::unique_ptr<PixelTarget> make_memory_target();

class CpuRenderer final : public Renderer {
 public:
  explicit CpuRenderer(std::unique_ptr<PixelTarget> target);
  ~CpuRenderer() override;

  [[nodiscard]] RendererKind kind() const override { return RendererKind::cpu; }
  Status set_fonts(ImFontAtlas& atlas) override;
  Result<ImTextureID> add_texture(const Image& image) override;
  void remove_texture(ImTextureID id) override;
  void begin(PixelSize size, Rgb background) override;
  void draw(ImDrawData& data) override;
  Image read_pixels() override;
  void present() override;

  // What the last draw() drew again; empty when nothing changed.
  [[nodiscard]] std::span<const PixelRect> changed() const;
  // The next draw() draws everything: the window's content was lost.
  void invalidate();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace till::ui

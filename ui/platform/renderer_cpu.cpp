#include "ui/platform/renderer_cpu.hpp"

#include <algorithm>
#include <map>

#include "ui/platform/dirty_tiles.hpp"
#include "ui/platform/draw_stream.hpp"

namespace till::ui {
namespace {

class MemoryTarget final : public PixelTarget {
 public:
  Status resize(PixelSize size) override {
    width_ = size.width;
    pixels_.assign(static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height), 0);
    return {};
  }
  std::uint32_t* pixels() override { return pixels_.data(); }
  [[nodiscard]] int stride() const override { return width_; }
  void present(std::span<const PixelRect>) override {}

 private:
  int width_ = 0;
  std::vector<std::uint32_t> pixels_;
};

PixelRect common(const PixelRect& a, const PixelRect& b) {
  return {std::max(a.x0, b.x0), std::max(a.y0, b.y0), std::min(a.x1, b.x1), std::min(a.y1, b.y1)};
}

std::uint32_t to_argb(Rgb colour) {
  return 0xFF000000U | (std::uint32_t{colour.r} << 16) | (std::uint32_t{colour.g} << 8) | colour.b;
}

}  // namespace

std::unique_ptr<PixelTarget> make_memory_target() {
  return std::make_unique<MemoryTarget>();
}

struct CpuRenderer::Impl {
  std::unique_ptr<PixelTarget> target;
  std::map<std::uintptr_t, Texture> textures;
  std::uintptr_t last_texture = 0;
  std::uintptr_t fonts = 0;
  PixelSize size;
  bool usable = false;
  std::uint32_t background = 0xFF000000U;
  DrawStream stream;
  DirtyTiles tiles;
  std::span<const PixelRect> changed;

  ImTextureID keep(Texture texture) {
    textures.emplace(++last_texture, std::move(texture));
    return reinterpret_cast<ImTextureID>(last_texture);
  }

  void paint(const Surface& surface, const Primitive& primitive, const PixelRect& clip) const {
    const auto& vertices = stream.vertices();
    const RasterVertex& first = vertices[primitive.vertex[0]];
    if (primitive.kind == PrimitiveKind::rect) {
      fill_rect(surface, clip, first.argb);
      return;
    }
    RasterVertex v[3] = {first, vertices[primitive.vertex[1]], vertices[primitive.vertex[2]]};
    for (RasterVertex& corner : v) {
      corner.u *= static_cast<float>(primitive.texture->width);
      corner.v *= static_cast<float>(primitive.texture->height);
    }
    switch (primitive.kind) {
      case PrimitiveKind::quad:
        fill_quad(surface, clip, *primitive.texture, v[0], v[2]);
        break;
      case PrimitiveKind::flat_triangle:
        fill_flat_triangle(surface, clip, v);
        break;
      default:
        fill_shaded_triangle(surface, clip, primitive.textured ? primitive.texture : nullptr, v);
    }
  }
};

CpuRenderer::CpuRenderer(std::unique_ptr<PixelTarget> target) : impl_(std::make_unique<Impl>()) {
  impl_->target = std::move(target);
}

CpuRenderer::~CpuRenderer() = default;

Status CpuRenderer::set_fonts(ImFontAtlas& atlas) {
  Texture texture;
  unsigned char* coverage = nullptr;
  atlas.GetTexDataAsAlpha8(&coverage, &texture.width, &texture.height);
  if (!coverage) return fail(ErrorKind::permanent, "the fonts could not be drawn; reinstall the program");
  texture.coverage = coverage;
  texture.white_u = atlas.TexUvWhitePixel.x;
  texture.white_v = atlas.TexUvWhitePixel.y;
  impl_->textures.erase(impl_->fonts);
  const ImTextureID id = impl_->keep(std::move(texture));
  impl_->fonts = impl_->last_texture;
  atlas.SetTexID(id);
  invalidate();
  return {};
}

Result<ImTextureID> CpuRenderer::add_texture(const Image& image) {
  if (image.empty() || image.rgba.size() != std::size_t(image.width) * std::size_t(image.height) * 4)
    return invalid("the picture is empty or damaged");
  Texture texture;
  texture.width = image.width;
  texture.height = image.height;
  texture.argb.reserve(image.rgba.size() / 4);
  for (std::size_t i = 0; i < image.rgba.size(); i += 4) {
    const std::uint8_t* p = image.rgba.data() + i;
    texture.argb.push_back((std::uint32_t{p[3]} << 24) | (std::uint32_t{p[0]} << 16) | (std::uint32_t{p[1]} << 8) |
                           p[2]);
  }
  return impl_->keep(std::move(texture));
}

void CpuRenderer::remove_texture(ImTextureID id) {
  impl_->textures.erase(reinterpret_cast<std::uintptr_t>(id));
}

void CpuRenderer::begin(PixelSize size, Rgb background) {
  impl_->background = to_argb(background);
  if (size == impl_->size && impl_->usable) return;
  impl_->size = size;
  impl_->usable = size.width > 0 && size.height > 0 && impl_->target->resize(size).has_value();
  invalidate();
}

void CpuRenderer::draw(ImDrawData& data) {
  Impl& in = *impl_;
  in.changed = {};
  if (!in.usable) return;
  in.stream.read(data, in.size, [&](ImTextureID id) -> const Texture* {
    const auto it = in.textures.find(reinterpret_cast<std::uintptr_t>(id));
    return it == in.textures.end() ? nullptr : &it->second;
  });
  in.tiles.begin(in.size, in.background);
  for (const Primitive& p : in.stream.primitives()) in.tiles.add(p.box, p.hash);
  in.changed = in.tiles.finish();
  const Surface surface{in.target->pixels(), in.target->stride()};
  for (const PixelRect& rect : in.changed) {
    fill_rect(surface, rect, in.background);
    for (const Primitive& p : in.stream.primitives()) {
      const PixelRect clip = common(p.box, rect);
      if (!clip.empty()) in.paint(surface, p, clip);
    }
  }
}

Image CpuRenderer::read_pixels() {
  Image image;
  if (!impl_->usable) return image;
  image.width = impl_->size.width;
  image.height = impl_->size.height;
  image.rgba.reserve(std::size_t(image.width) * std::size_t(image.height) * 4);
  const Surface surface{impl_->target->pixels(), impl_->target->stride()};
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x) {
      const std::uint32_t p = surface.row(y)[x];
      image.rgba.insert(image.rgba.end(),
                        {std::uint8_t(p >> 16), std::uint8_t(p >> 8), std::uint8_t(p), std::uint8_t(255)});
    }
  return image;
}

void CpuRenderer::present() {
  if (impl_->usable && !impl_->changed.empty()) impl_->target->present(impl_->changed);
}

std::span<const PixelRect> CpuRenderer::changed() const {
  return impl_->changed;
}

void CpuRenderer::invalidate() {
  impl_->tiles.invalidate();
}

}  // namespace till::ui

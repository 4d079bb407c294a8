#include "ui/platform/image.hpp"

#include <png.h>

#include <cerrno>
#include <cstring>

namespace till::ui {
namespace {

constexpr png_uint_32 kMaxSide = 8192;

struct PngImage {
  png_image image{};
  PngImage() { image.version = PNG_IMAGE_VERSION; }
  ~PngImage() { png_image_free(&image); }
  PngImage(const PngImage&) = delete;
  PngImage& operator=(const PngImage&) = delete;
};

Result<Image> finish(PngImage& png) {
  if (png.image.width > kMaxSide || png.image.height > kMaxSide)
    return invalid("the picture is too large; use one of at most 8192 pixels a side");
  png.image.format = PNG_FORMAT_RGBA;
  Image image{static_cast<int>(png.image.width), static_cast<int>(png.image.height), {}};
  image.rgba.resize(PNG_IMAGE_SIZE(png.image));
  if (!png_image_finish_read(&png.image, nullptr, image.rgba.data(), 0, nullptr))
    return fail(ErrorKind::corrupt, "the picture is damaged; save it again as PNG", png.image.message);
  return image;
}

}  // namespace

Status save_png(const Image& image, const std::string& path) {
  if (image.empty()) return invalid("there is no picture to save");
  PngImage png;
  png.image.width = static_cast<png_uint_32>(image.width);
  png.image.height = static_cast<png_uint_32>(image.height);
  png.image.format = PNG_FORMAT_RGBA;
  png.image.flags = PNG_IMAGE_FLAG_FAST;
  if (!png_image_write_to_file(&png.image, path.c_str(), 0, image.rgba.data(), 0, nullptr))
    return fail(ErrorKind::permanent,
                "the picture cannot be saved as " + path + "; check the folder and the free space",
                std::string(png.image.message) + ": " + std::strerror(errno));
  return {};
}

Result<Image> load_png(const std::string& path) {
  PngImage png;
  if (!png_image_begin_read_from_file(&png.image, path.c_str()))
    return fail(ErrorKind::invalid, "the picture " + path + " cannot be read; give a PNG file", png.image.message);
  return finish(png);
}

Result<Image> decode_png(ByteView bytes) {
  PngImage png;
  if (!png_image_begin_read_from_memory(&png.image, bytes.data(), bytes.size()))
    return fail(ErrorKind::invalid, "the picture cannot be read; give a PNG file", png.image.message);
  return finish(png);
}

}  // namespace till::ui

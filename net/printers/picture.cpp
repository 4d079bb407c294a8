#include "net/printers/picture.hpp"

#include <png.h>

#include "net/printers/picture_jpeg.hpp"

namespace till::net {
namespace {

struct PngImage {
  png_image image{};
  PngImage() { image.version = PNG_IMAGE_VERSION; }
  ~PngImage() { png_image_free(&image); }
  PngImage(const PngImage&) = delete;
  PngImage& operator=(const PngImage&) = delete;
};

tl::unexpected<Error> unreadable(const PngImage& png) {
  return fail(ErrorKind::invalid, "the picture is damaged; save it again as PNG", png.image.message);
}

Result<Picture> decode_png(ByteView bytes) {
  constexpr png_color kPaper{255, 255, 255};
  PngImage png;
  if (!png_image_begin_read_from_memory(&png.image, bytes.data(), bytes.size())) return unreadable(png);
  TRY(check_picture_size(png.image.width, png.image.height));
  png.image.format = PNG_FORMAT_RGB;
  Picture picture{static_cast<int>(png.image.width), static_cast<int>(png.image.height), {}};
  picture.rgb.resize(PNG_IMAGE_SIZE(png.image));
  if (!png_image_finish_read(&png.image, &kPaper, picture.rgb.data(), 0, nullptr)) return unreadable(png);
  return picture;
}

}  // namespace

Status check_picture_size(std::int64_t width, std::int64_t height) {
  if (width < 1 || height < 1) return invalid("the picture is empty; choose another one");
  if (width > kMaxPictureSide || height > kMaxPictureSide || width * height > kMaxPicturePixels) {
    return invalid("the picture has " + std::to_string(width) + " by " + std::to_string(height) +
                   " pixels, which is too large; make it smaller first, 1000 pixels a side are plenty");
  }
  return {};
}

Result<Picture> decode_picture(ByteView bytes) {
  if (bytes.size() >= 2 && bytes[0] == 0xff && bytes[1] == 0xd8) return decode_jpeg(bytes);
  return decode_png(bytes);
}

}  // namespace till::net

#include "net/printers/logo.hpp"

#include <stb_image_resize.h>

#include <algorithm>

namespace till::net {
namespace {

constexpr int kWhite = 255;

// Perceived brightness (ITU-R BT.601). A JPEG's white is seldom quite white: what is almost white or almost black
// counts as such, or dots would be sprinkled over the paper around the logo.
int brightness(const std::uint8_t* rgb) {
  constexpr int kAlmost = 16;
  const int level = (299 * rgb[0] + 587 * rgb[1] + 114 * rgb[2]) / 1000;
  return std::clamp((level - kAlmost) * kWhite / (kWhite - 2 * kAlmost), 0, kWhite);
}

}  // namespace

Extent fitted(Extent size, Extent room) {
  if (size.width <= room.width && size.height <= room.height) return size;
  const std::int64_t width = size.width, height = size.height;
  if (width * room.height > height * room.width)
    return {room.width, static_cast<int>(std::max<std::int64_t>(height * room.width / width, 1))};
  return {static_cast<int>(std::max<std::int64_t>(width * room.height / height, 1)), room.height};
}

Picture shrunk(Picture picture, Extent room) {
  const Extent size = fitted({picture.width, picture.height}, room);
  if (size == Extent{picture.width, picture.height}) return picture;
  Picture small{size.width, size.height, {}};
  small.rgb.resize(std::size_t{3} * static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height),
                   kWhite);
  stbir_resize_uint8(picture.rgb.data(), picture.width, picture.height, 0, small.rgb.data(), size.width, size.height, 0,
                     3);
  return small;
}

Raster black_and_white(const Picture& picture, Extent room_dots) {
  const Picture small = shrunk(picture, room_dots);
  Raster raster{small.width, small.height, {}};
  raster.bits.resize(raster.row_bytes() * static_cast<std::size_t>(small.height));
  const auto width = static_cast<std::size_t>(small.width);
  // What each dot is too bright or too dark goes to its neighbours, in sixteenths; one column of margin on both sides.
  std::vector<int> carried(width + 2), below(width + 2);
  const std::uint8_t* rgb = small.rgb.data();
  for (std::size_t row = 0; row < static_cast<std::size_t>(small.height); ++row) {
    for (std::size_t x = 0; x < width; ++x, rgb += 3) {
      const int wanted = brightness(rgb) + carried[x + 1] / 16;
      const bool black = wanted < (kWhite + 1) / 2;
      if (black) raster.bits[row * raster.row_bytes() + x / 8] |= static_cast<std::uint8_t>(0x80 >> (x % 8));
      const int error = black ? wanted : wanted - kWhite;
      carried[x + 2] += 7 * error;
      below[x] += 3 * error;
      below[x + 1] += 5 * error;
      below[x + 2] += error;
    }
    carried.swap(below);
    std::ranges::fill(below, 0);
  }
  return raster;
}

}  // namespace till::net

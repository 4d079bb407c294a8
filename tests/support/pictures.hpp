// Pictures as files, drawn by a function of each pixel's place, for tests of what reads them. Made by libpng and
// libjpeg.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace till::test {

struct Colour {
  std::uint8_t red = 0, green = 0, blue = 0, opacity = 255;
};
constexpr Colour kBlack{0, 0, 0, 255}, kWhite{255, 255, 255, 255}, kClear{0, 0, 0, 0};

using Drawing = std::function<Colour(int x, int y)>;

std::vector<std::uint8_t> png_of(int width, int height, const Drawing& drawing);
enum class JpegKind : std::uint8_t { baseline, progressive, cmyk, many_scans };
// Of best quality; opacity is left out.
std::vector<std::uint8_t> jpeg_of(int width, int height, const Drawing& drawing, JpegKind kind = JpegKind::baseline);

}  // namespace till::test

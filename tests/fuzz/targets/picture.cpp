// Pictures that people choose as the receipt's logo, or that another terminal sent: to pixels, and from them to dots.
#include "fuzz/harness.hpp"
#include "net/printers/logo.hpp"

namespace till::fuzz {

FUZZ_TARGET(picture, 128 * kMiB) {
  const auto picture = net::decode_picture(input);
  if (!good(picture)) return;
  must(picture->width > 0 && picture->height > 0, "a picture has pixels");
  must(picture->width <= net::kMaxPictureSide && picture->height <= net::kMaxPictureSide, "its sides are bounded");
  const auto pixels = static_cast<std::size_t>(picture->width) * static_cast<std::size_t>(picture->height);
  must(pixels <= net::kMaxPicturePixels && picture->rgb.size() == 3 * pixels, "its pixels are bounded and complete");
  const auto raster = net::black_and_white(*picture, net::kLogoRoom_dots);
  must(raster.width_dots <= net::kLogoRoom_dots.width && raster.height_dots <= net::kLogoRoom_dots.height,
       "it is no larger than its room");
  must(net::EscPos().raster(raster).has_value(), "its dots can be printed");
}

}  // namespace till::fuzz

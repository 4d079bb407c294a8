// A picture of the shop, PNG or JPEG, as pixels for paper: what is transparent becomes white, as paper is. libpng and
// libjpeg decode; the files are foreign bytes, so a picture of more than kMaxPicturePixels (or of a longer side) is
// refused before room is made for it, and while one is decoded up to 100 MB are in use, hardly a tenth of that for a
// logo as people have them. Invalid with a sentence when it cannot be decoded; CMYK is among what cannot. A damaged
// file is refused as a whole. Pure; any thread.
#pragma once

#include <cstdint>

#include "core/bytes.hpp"
#include "core/result.hpp"

namespace till::net {

constexpr int kMaxPictureSide = 10'000;
constexpr std::int64_t kMaxPicturePixels = 10'000'000;

// Red, green, blue, 8 bits each, rows from the top without gaps.
struct Picture {
  int width = 0, height = 0;
  Bytes rgb;
};

Result<Picture> decode_picture(ByteView bytes);

}  // namespace till::net

// The part of picture.hpp that is libjpeg's, and the limits that both formats keep to. Pure; any thread.
#pragma once

#include "net/printers/picture.hpp"

namespace till::net {

Status check_picture_size(std::int64_t width, std::int64_t height);
Result<Picture> decode_jpeg(ByteView bytes);

}  // namespace till::net

// A picture in memory and as a PNG file. Pixels are RGBA, 8 bits each, not premultiplied, rows from the top without
// gaps.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/bytes.hpp"
#include "core/result.hpp"

namespace till::ui {

struct Image {
  int width = 0, height = 0;
  std::vector<std::uint8_t> rgba;

  [[nodiscard]] bool empty() const { return width <= 0 || height <= 0; }
};

Status save_png(const Image& image, const std::string& path);
// Refuses what is no PNG, is damaged, or is larger than 8192 pixels a side.
Result<Image> load_png(const std::string& path);
Result<Image> decode_png(ByteView bytes);

}  // namespace till::ui

// Which parts of a frame differ from the frame before: each tile of 32 pixels has the hash of what was painted on it,
// in order. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "ui/platform/renderer_cpu.hpp"

namespace till::ui {

class DirtyTiles {
 public:
  static constexpr int kTile = 32;
  static constexpr std::size_t kMaxRects = 48;  // more than that are joined into one

  // Another size makes everything dirty.
  void begin(PixelSize size, std::uint64_t background);
  void add(const PixelRect& box, std::uint64_t hash);
  // Rectangles that cover exactly the changed tiles, none overlapping another. Remembers this frame.
  std::span<const PixelRect> finish();
  void invalidate() { all_dirty_ = true; }

 private:
  void add_row(int row);

  PixelSize size_;
  int columns_ = 0, rows_ = 0;
  bool all_dirty_ = true;
  std::vector<std::uint64_t> now_, before_;
  std::vector<PixelRect> rects_;
};

}  // namespace till::ui

#include "ui/platform/dirty_tiles.hpp"

#include <algorithm>

namespace till::ui {

void DirtyTiles::begin(PixelSize size, std::uint64_t background) {
  if (size != size_) {
    size_ = size;
    columns_ = (size.width + kTile - 1) / kTile;
    rows_ = (size.height + kTile - 1) / kTile;
    all_dirty_ = true;
  }
  now_.assign(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_), background + 1);
}

void DirtyTiles::add(const PixelRect& box, std::uint64_t hash) {
  const int column0 = box.x0 / kTile;
  const int column1 = (box.x1 - 1) / kTile;
  for (int row = box.y0 / kTile; row <= (box.y1 - 1) / kTile; ++row) {
    std::uint64_t* tiles = now_.data() + static_cast<std::ptrdiff_t>(row) * columns_;
    for (int column = column0; column <= column1; ++column)
      tiles[column] = (tiles[column] ^ hash) * 0x9E3779B97F4A7C15ULL + (tiles[column] >> 31);
  }
}

std::span<const PixelRect> DirtyTiles::finish() {
  rects_.clear();
  if (all_dirty_ || before_.size() != now_.size()) {
    if (size_.width > 0 && size_.height > 0) rects_.push_back({0, 0, size_.width, size_.height});
  } else {
    for (int row = 0; row < rows_; ++row) add_row(row);
  }
  if (rects_.size() > kMaxRects) {
    PixelRect all = rects_.front();
    for (const PixelRect& r : rects_)
      all = {std::min(all.x0, r.x0), std::min(all.y0, r.y0), std::max(all.x1, r.x1), std::max(all.y1, r.y1)};
    rects_.assign(1, all);
  }
  std::swap(now_, before_);
  all_dirty_ = false;
  return rects_;
}

void DirtyTiles::add_row(int row) {
  const auto rects_above = static_cast<std::ptrdiff_t>(rects_.size());
  const std::size_t offset = static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_);
  const int y0 = row * kTile;
  const int y1 = std::min(y0 + kTile, size_.height);
  for (int column = 0; column < columns_;) {
    const auto dirty = [&](int c) {
      return now_[offset + static_cast<std::size_t>(c)] != before_[offset + static_cast<std::size_t>(c)];
    };
    if (!dirty(column)) {
      ++column;
      continue;
    }
    const int begin = column;
    while (column < columns_ && dirty(column)) ++column;
    const PixelRect run{begin * kTile, y0, std::min(column * kTile, size_.width), y1};
    const auto end = rects_.begin() + rects_above;
    const auto above = std::find_if(rects_.begin(), end,
                                    [&](const PixelRect& r) { return r.y1 == y0 && r.x0 == run.x0 && r.x1 == run.x1; });
    if (above != end) {
      above->y1 = y1;
    } else {
      rects_.push_back(run);
    }
  }
}

}  // namespace till::ui

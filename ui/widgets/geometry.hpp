// Rectangles in pixels and how a screen is cut into them. `take_*` cuts a strip off and leaves the rest.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

namespace till::ui {

struct Rect {
  float x = 0, y = 0, w = 0, h = 0;

  [[nodiscard]] float right() const { return x + w; }
  [[nodiscard]] float bottom() const { return y + h; }
  [[nodiscard]] float centre_x() const { return x + w / 2; }
  [[nodiscard]] float centre_y() const { return y + h / 2; }
  [[nodiscard]] bool is_empty() const { return w <= 0 || h <= 0; }
  [[nodiscard]] bool contains(float px, float py) const { return px >= x && py >= y && px < right() && py < bottom(); }
  [[nodiscard]] bool overlaps(const Rect& o) const {
    return x < o.right() && o.x < right() && y < o.bottom() && o.y < bottom();
  }
  [[nodiscard]] Rect inset(float by) const { return inset(by, by); }
  [[nodiscard]] Rect inset(float by_x, float by_y) const { return {x + by_x, y + by_y, w - 2 * by_x, h - 2 * by_y}; }
  [[nodiscard]] Rect moved(float dx, float dy) const { return {x + dx, y + dy, w, h}; }
  [[nodiscard]] Rect cut_to(const Rect& o) const {
    const float l = std::max(x, o.x), t = std::max(y, o.y);
    return {l, t, std::min(right(), o.right()) - l, std::min(bottom(), o.bottom()) - t};
  }
  [[nodiscard]] Rect centred(float width, float height) const {
    return {std::floor(x + (w - width) / 2), std::floor(y + (h - height) / 2), width, height};
  }

  Rect take_top(float height, float gap = 0) {
    const Rect taken{x, y, w, height};
    y += height + gap, h -= height + gap;
    return taken;
  }
  Rect take_bottom(float height, float gap = 0) {
    const Rect taken{x, bottom() - height, w, height};
    h -= height + gap;
    return taken;
  }
  Rect take_left(float width, float gap = 0) {
    const Rect taken{x, y, width, h};
    x += width + gap, w -= width + gap;
    return taken;
  }
  Rect take_right(float width, float gap = 0) {
    const Rect taken{right() - width, y, width, h};
    w -= width + gap;
    return taken;
  }
  // The cell of a grid of `columns` x `rows` with gaps between, on whole pixels; may span several cells.
  [[nodiscard]] Rect cell(int column, int row, int columns, int rows, float gap, int span_x = 1, int span_y = 1) const {
    const auto edge = [&](float start, float length, int index, int count) {
      return std::floor(start + (length + gap) * static_cast<float>(index) / static_cast<float>(count));
    };
    const float left = edge(x, w, column, columns), top = edge(y, h, row, rows);
    return {left, top, edge(x, w, column + span_x, columns) - gap - left, edge(y, h, row + span_y, rows) - gap - top};
  }
};

}  // namespace till::ui

#include "ui/widgets/drag_list.hpp"

#include <algorithm>
#include <cmath>

namespace till::ui {

float begin_scroll(Ui& ui, Scroll& scroll, Rect area, float content_height) {
  const float furthest = std::max(0.0F, content_height - area.h);
  if (furthest > 0) {
    scroll.offset -= ui.take_drag(area);
    if (ui.take_key(Key::page_down, true)) scroll.offset += area.h * 0.9F;
    if (ui.take_key(Key::page_up, true)) scroll.offset -= area.h * 0.9F;
  }
  if (scroll.to_end) scroll.offset = furthest, scroll.to_end = false;
  scroll.offset = std::floor(std::clamp(scroll.offset, 0.0F, furthest));
  if (furthest > 0) {
    const float width = ui.mm(0.8F), height = std::max(ui.mm(6), area.h * area.h / content_height);
    const float y = area.y + (area.h - height) * scroll.offset / furthest;
    ui.fill({area.right() + ui.mm(0.5F), y, width, height}, ui.colours().ink_off, width / 2);
  }
  ui.push_clip(area);
  return area.y - scroll.offset;
}

void drag_grid(Ui& ui, Scroll& scroll, Rect area, std::size_t cells, int columns, float cell_height, float gap,
               const std::function<void(std::size_t, Rect)>& cell) {
  const auto per_row = static_cast<std::size_t>(columns);
  const std::size_t rows = (cells + per_row - 1) / per_row;
  const float pitch = cell_height + gap;
  const float top = begin_scroll(ui, scroll, area, std::max(0.0F, static_cast<float>(rows) * pitch - gap));
  const auto first = static_cast<std::size_t>(std::max(0.0F, std::floor(scroll.offset / pitch)));
  for (std::size_t row = first; row < rows; ++row) {
    const float y = top + static_cast<float>(row) * pitch;
    if (y >= area.bottom()) break;
    for (std::size_t column = 0; column < per_row && row * per_row + column < cells; ++column) {
      const Rect line{area.x, y, area.w, cell_height};
      cell(row * per_row + column, line.cell(static_cast<int>(column), 0, columns, 1, gap));
    }
  }
  ui.pop_clip();
}

void drag_list(Ui& ui, Scroll& scroll, Rect area, std::size_t rows, float row_height, float gap,
               const std::function<void(std::size_t, Rect)>& row) {
  drag_grid(ui, scroll, area, rows, 1, row_height, gap, row);
}

}  // namespace till::ui

#include "ui/widgets/table.hpp"

#include <cmath>

namespace till::ui {

namespace {

void draw_cells(Ui& ui, Rect row, const TableSpec& spec, const std::vector<std::string>* texts) {
  const Palette& p = ui.colours();
  float shares = 0;
  for (const auto& column : spec.columns) shares += column.share;
  const Rect inner = row.inset(ui.mm(2), 0);
  float x = inner.x;
  for (std::size_t i = 0; i < spec.columns.size(); ++i) {
    const Column& column = spec.columns[i];
    const float width = std::floor(inner.w * column.share / shares);
    const Rect cell{x, inner.y, width - ui.mm(1.5F), inner.h};
    if (texts == nullptr) {
      ui.text(cell, column.title, Type::small, p.ink_soft, column.align);
    } else if (i < texts->size()) {
      ui.text(cell, (*texts)[i], i == 0 ? Type::strong : Type::body, p.ink, column.align);
    }
    x += width;
  }
}

}  // namespace

int table(Ui& ui, std::string_view prefix, Rect rect, Scroll& scroll, const TableSpec& spec) {
  const Palette& p = ui.colours();
  const Rect head = rect.take_top(ui.mm(7));
  draw_cells(ui, head, spec, nullptr);
  ui.line(head.x, head.bottom() - 1, head.right(), head.bottom() - 1, p.outline, ui.mm(0.3F));
  int tapped = -1;
  drag_list(ui, scroll, rect, spec.rows.size(), ui.mm(spec.row_mm), 0, [&](std::size_t i, Rect row) {
    if (static_cast<int>(i) == spec.selected) ui.fill(row, p.selected);
    if (spec.tappable) {
      const std::string key = i < spec.keys.size() ? spec.keys[i] : std::to_string(i + 1);
      const Touch touch = ui.touch(std::string(prefix) + "." + key, spec.rows[i].empty() ? "" : spec.rows[i][0], row);
      if (touch.held) ui.fill(row, mix(p.panel, p.ink, 0.15F));
      if (touch.tapped) tapped = static_cast<int>(i);
    }
    draw_cells(ui, row, spec, &spec.rows[i]);
    ui.line(row.x, row.bottom() - 1, row.right(), row.bottom() - 1, p.separator);
  });
  return tapped;
}

}  // namespace till::ui

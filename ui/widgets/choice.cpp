#include "ui/widgets/choice.hpp"

#include "ui/widgets/button.hpp"

namespace till::ui {

int segmented(Ui& ui, std::string_view prefix, Rect rect, const std::vector<ChoiceItem>& items,
              std::string_view chosen) {
  int tapped = -1;
  const int count = static_cast<int>(items.size());
  for (int i = 0; i < count; ++i) {
    const ChoiceItem& item = items[static_cast<std::size_t>(i)];
    const Rect cell = rect.cell(i, 0, count, 1, ui.gap());
    const KeySpec spec{.label = item.label, .icon = item.icon, .selected = item.value == chosen};
    if (key_button(ui, std::string(prefix) + "." + item.value, cell, spec)) tapped = i;
    if (item.value == chosen) {
      ui.fill({cell.x + ui.mm(2), cell.bottom() - ui.mm(1.4F), cell.w - ui.mm(4), ui.mm(0.8F)},
              ui.colours().accent_ink);
    }
  }
  return tapped;
}

int tabs(Ui& ui, std::string_view prefix, Rect rect, const std::vector<ChoiceItem>& items, std::string_view chosen) {
  const Palette& p = ui.colours();
  int tapped = -1;
  const int count = static_cast<int>(items.size());
  ui.line(rect.x, rect.bottom() - 1, rect.right(), rect.bottom() - 1, p.separator);
  for (int i = 0; i < count; ++i) {
    const ChoiceItem& item = items[static_cast<std::size_t>(i)];
    const Rect cell = rect.cell(i, 0, count, 1, ui.gap());
    const bool is_chosen = item.value == chosen;
    const Touch touch = ui.touch(std::string(prefix) + "." + item.value, item.label, cell);
    if (touch.held) ui.fill(cell, mix(p.panel, p.ink, 0.15F), ui.radius());
    const Type type = is_chosen ? Type::strong : Type::body;
    if (!ui.text(cell.inset(ui.mm(1), 0), item.label, type, is_chosen ? p.accent_ink : p.ink, Align::centre))
      ui.note_cut();
    if (is_chosen) ui.fill({cell.x, cell.bottom() - ui.mm(0.9F), cell.w, ui.mm(0.9F)}, p.accent_ink);
    if (touch.tapped) tapped = i;
  }
  return tapped;
}

}  // namespace till::ui

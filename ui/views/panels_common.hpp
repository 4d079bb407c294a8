// Pieces that several sheets share.
#pragma once

#include "ui/views/view.hpp"
#include "ui/widgets/button.hpp"
#include "ui/widgets/choice.hpp"
#include "ui/widgets/status.hpp"
#include "ui/widgets/table.hpp"
#include "ui/widgets/text_field.hpp"

namespace till::ui {

// A white card on the ground of a panel; answers its inside.
inline Rect card(Ui& ui, Rect rect, std::string_view title = {}) {
  const Palette& p = ui.colours();
  ui.fill(rect, p.panel, ui.radius());
  ui.outline(rect, p.outline, ui.radius());
  Rect inner = rect.inset(ui.mm(3), ui.mm(2.5F));
  if (!title.empty()) ui.text(inner.take_top(ui.mm(7), ui.mm(1.5F)), title, Type::strong, p.ink);
  return inner;
}

// The key that does what the sheet is for, at its bottom.
inline bool main_key(Ui& ui, std::string_view name, Rect rect, std::string_view label, bool enabled = true,
                     Tone tone = Tone::primary, std::string_view icon = {}) {
  const KeySpec spec{.label = label,
                     .shortcut = {"Enter", Key::enter},
                     .icon = icon,
                     .tone = tone,
                     .enabled = enabled,
                     .type = Type::strong};
  return key_button(ui, name, rect, spec);
}

// A value from the data: a word of ours is translated, a text of theirs is not.
inline std::string shown(const std::string& value, bool is_word) {
  return is_word ? std::string(tr(value.c_str())) : value;
}

// Two columns of a panel or dialog, the left one with this part of the width.
struct Columns {
  Rect left, right;
};
inline Columns two_columns(const Ui& ui, Rect rect, float left_part) {
  Columns out;
  out.left = rect.take_left(std::floor(rect.w * left_part), ui.mm(4));
  out.right = rect;
  return out;
}

// Up to two lines, in the middle of their place.
inline void middle_text(Ui& ui, Rect rect, std::string_view text, Type type, Colour colour) {
  const auto lines = std::min<std::size_t>(2, ui.wrapped(text, type, rect.w).size());
  ui.paragraph(rect.centred(rect.w, static_cast<float>(lines) * ui.line_height(type)), text, type, colour, Align::left,
               2);
}

}  // namespace till::ui

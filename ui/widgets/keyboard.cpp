#include "ui/widgets/keyboard.hpp"

#include <array>
#include <string>
#include <vector>

#include "ui/widgets/button.hpp"
#include "ui/widgets/tr.hpp"

namespace till::ui {

namespace {

using Row = std::u32string_view;

constexpr std::array<Row, 4> kSmall = {U"1234567890", U"qwertyuiop", U"asdfghjkl'", U"zxcvbnm.-@"};
constexpr std::array<Row, 4> kLarge = {U"1234567890", U"QWERTYUIOP", U"ASDFGHJKL\"", U"ZXCVBNM,_&"};
constexpr std::array<Row, 4> kSigns = {U"1234567890", U"!?#%&*()+=", U"/\\:;\"'<>[]",
                                       U"\u20AC\u00A3$\u00A5~^|{}\u00B0"};
constexpr Row kAccents =
    U"\u00E4\u00F6\u00FC\u00DF\u00E1\u00E0\u00E2\u00E9\u00E8\u00EA\u00ED\u00F3\u00F1\u00E7\u00E5\u00F8";
constexpr Row kAccentsLarge =
    U"\u00C4\u00D6\u00DC\u00DF\u00C1\u00C0\u00C2\u00C9\u00C8\u00CA\u00CD\u00D3\u00D1\u00C7\u00C5\u00D8";
constexpr float kKeyMm = 10.4F;

void draw_row(Ui& ui, Rect rect, Row row, KeyboardState& state) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    const std::string label = to_utf8(row.substr(i, 1));
    const Rect cell = rect.cell(static_cast<int>(i), 0, static_cast<int>(row.size()), 1, ui.gap());
    if (key_button(ui, "osk." + label, cell, {.label = label, .type = Type::strong})) {
      ui.inject(row[i]);
      state.shift = false;
    }
  }
}

void draw_bottom(Ui& ui, Rect rect, KeyboardState& state) {
  const auto cell = [&](int column, int span) { return rect.cell(column, 0, 20, 1, ui.gap(), span); };
  if (key_button(ui, "osk.shift", cell(0, 3), {.label = state.shift ? "abc" : "ABC", .selected = state.shift})) {
    state.shift = !state.shift;
  }
  if (key_button(ui, "osk.signs", cell(3, 3), {.label = state.signs ? "abc" : "#+=", .selected = state.signs})) {
    state.signs = !state.signs;
  }
  if (key_button(ui, "osk.space", cell(6, 6), {.label = tr("Space")})) ui.inject(U' ');
  if (key_button(ui, "osk.backspace", cell(12, 3), {.label = tr("Delete"), .icon = "backspace"}))
    ui.inject(Key::backspace);
  if (key_button(ui, "osk.hide", cell(15, 2), {.label = tr("Hide")})) ui.leave_text();
  if (key_button(ui, "osk.enter", cell(17, 3), {.label = tr("Enter"), .tone = Tone::primary})) ui.inject(Key::enter);
}

}  // namespace

Rect keyboard_rect(const Ui& ui) {
  const Rect screen = ui.screen();
  const float height = 6 * ui.mm(kKeyMm) + 5 * ui.gap() + 2 * ui.mm(2.5F);
  return {screen.x, screen.bottom() - height, screen.w, height};
}

void keyboard(Ui& ui, KeyboardState& state) {
  const Palette& p = ui.colours();
  const Rect place = keyboard_rect(ui);
  ui.fill(place, p.ground);
  ui.line(place.x, place.y, place.right(), place.y, p.outline, ui.mm(0.5F));
  const Rect inner = place.inset(ui.mm(2.5F));
  const auto& rows = state.signs ? kSigns : state.shift ? kLarge : kSmall;
  draw_row(ui, inner.cell(0, 0, 1, 6, ui.gap()), state.shift ? kAccentsLarge : kAccents, state);
  for (int i = 0; i < 4; ++i)
    draw_row(ui, inner.cell(0, i + 1, 1, 6, ui.gap()), rows[static_cast<std::size_t>(i)], state);
  draw_bottom(ui, inner.cell(0, 5, 1, 6, ui.gap()), state);
}

}  // namespace till::ui

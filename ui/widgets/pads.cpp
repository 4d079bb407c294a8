#include "ui/widgets/pads.hpp"

#include <array>

#include "core/decimal.hpp"
#include "ui/widgets/button.hpp"
#include "ui/widgets/tr.hpp"

namespace till::ui {

namespace {

constexpr std::int64_t kMostMinor = 99'999'999'99;

void put_digit(AmountEntry& entry, int digit) {
  if (!entry.touched) entry.minor = 0;
  entry.touched = true;
  if (entry.minor * 10 + digit <= kMostMinor) entry.minor = entry.minor * 10 + digit;
}

void take_back(AmountEntry& entry) {
  entry.touched = true;
  entry.minor /= 10;
}

// The digit that was tapped on a 7-8-9 block, or -1. `zero` is the cell of 0.
int tapped_digit(Ui& ui, std::string_view prefix, Rect rect, int rows) {
  static constexpr std::array<const char*, 9> kLabels = {"7", "8", "9", "4", "5", "6", "1", "2", "3"};
  int tapped = -1;
  for (int i = 0; i < 9; ++i) {
    const std::string_view label = kLabels[static_cast<std::size_t>(i)];
    const Rect cell = rect.cell(i % 3, i / 3, 3, rows, ui.gap());
    if (key_button(ui, std::string(prefix) + "." + std::string(label), cell, {.label = label, .type = Type::digit})) {
      tapped = label[0] - '0';
    }
  }
  return tapped;
}

}  // namespace

std::string format_minor(std::int64_t minor, int digits) {
  return domain::display_money({minor}, domain::Currency{"", 1, digits});
}

void amount_display(Ui& ui, std::string_view name, Rect rect, std::string_view label, const AmountEntry& entry,
                    int digits, bool active) {
  const Palette& p = ui.colours();
  ui.fill(rect, p.sunken, ui.radius());
  ui.outline(rect, active ? p.accent_ink : p.outline, ui.radius(), active ? ui.mm(0.7F) : 0);
  Rect inner = rect.inset(ui.mm(3), 0);
  const std::string amount = format_minor(entry.minor, digits);
  const float width = std::min(inner.w * 0.7F, ui.text_width(amount, Type::amount));
  ui.text(inner.take_right(width, ui.mm(2)), amount, Type::amount, p.ink, Align::right);
  const auto lines = static_cast<float>(std::min<std::size_t>(2, ui.wrapped(label, Type::small, inner.w).size()));
  ui.paragraph(inner.centred(inner.w, lines * ui.line_height(Type::small)), label, Type::small, p.ink_soft, Align::left,
               2);
  ui.show_text(name, amount, rect);
}

bool amount_pad(Ui& ui, std::string_view prefix, Rect rect, AmountEntry& entry) {
  const AmountEntry before = entry;
  const int digit = tapped_digit(ui, prefix, rect, 5);
  if (digit >= 0) put_digit(entry, digit);
  for (const char32_t c : ui.take_digits()) put_digit(entry, static_cast<int>(c - U'0'));
  const std::string name(prefix);
  const auto cell = [&](int column, int row, int span) { return rect.cell(column, row, 3, 5, ui.gap(), span); };
  if (key_button(ui, name + ".0", cell(0, 3, 1), {.label = "0", .type = Type::digit})) put_digit(entry, 0);
  if (key_button(ui, name + ".00", cell(1, 3, 1), {.label = "00", .type = Type::digit})) {
    put_digit(entry, 0);
    put_digit(entry, 0);
  }
  const KeySpec back{.shortcut = {"", Key::backspace}, .icon = "backspace"};
  if (key_button(ui, name + ".backspace", cell(2, 3, 1), back) && !ui.is_writing()) take_back(entry);
  if (key_button(ui, name + ".clear", rect.cell(0, 4, 3, 5, ui.gap(), 3),
                 {.label = tr("Clear"), .shortcut = {"Del", Key::remove}})) {
    entry = {0, true};
  }
  return entry.minor != before.minor;
}

PinEvent pin_pad(Ui& ui, std::string_view prefix, Rect rect, std::string& pin) {
  const Palette& p = ui.colours();
  Rect rest = rect;
  const Rect dots = rest.take_top(ui.mm(14), ui.gap());
  ui.fill(dots, p.sunken, ui.radius());
  ui.outline(dots, p.outline, ui.radius());
  const float pitch = ui.mm(6), radius = ui.mm(1.6F);
  const std::size_t shown = std::max<std::size_t>(4, pin.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const float x = dots.centre_x() + (static_cast<float>(i) - (static_cast<float>(shown) - 1) / 2) * pitch;
    if (i < pin.size()) {
      ui.dot(x, dots.centre_y(), radius, p.ink);
    } else {
      ui.ring(x, dots.centre_y(), radius, p.outline, ui.mm(0.4F));
    }
  }
  const std::string name(prefix);
  const auto put = [&](char digit) {
    if (pin.size() < kPinMax) pin += digit;
  };
  if (const int digit = tapped_digit(ui, prefix, rest, 4); digit >= 0) put(static_cast<char>('0' + digit));
  for (const char32_t c : ui.take_digits()) put(static_cast<char>(c));
  const auto cell = [&](int column) { return rest.cell(column, 3, 3, 4, ui.gap()); };
  if (key_button(ui, name + ".backspace", cell(0), {.shortcut = {"", Key::backspace}, .icon = "backspace"}) &&
      !pin.empty()) {
    pin.pop_back();
  }
  if (key_button(ui, name + ".0", cell(1), {.label = "0", .type = Type::digit})) put('0');
  const KeySpec ok{.label = tr("OK"),
                   .shortcut = {"Enter", Key::enter},
                   .tone = Tone::primary,
                   .enabled = !pin.empty(),
                   .type = Type::strong};
  return key_button(ui, name + ".enter", cell(2), ok) ? PinEvent::entered : PinEvent::none;
}

}  // namespace till::ui

// Pads of digits, always 7-8-9 on top as on a calculator: for an amount in the currency (digits fill in from the right,
// so no point is needed: 5 0 0 is 5.00), for a PIN (dots), for a plain number. Real number keys work as well.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "domain/money.hpp"
#include "ui/widgets/ui.hpp"

namespace till::ui {

struct AmountEntry {
  std::int64_t minor = 0;
  bool touched = false;  // false: the next digit replaces what was filled in
  void set(domain::Money money) { minor = money.minor, touched = false; }
};

std::string format_minor(std::int64_t minor, int digits);

// Shows the amount with its label; a pad below belongs to it.
void amount_display(Ui& ui, std::string_view name, Rect rect, std::string_view label, const AmountEntry& entry,
                    int digits, bool active = true);
// Digits, 00, C and backspace in three columns and four rows plus a row; true when the entry changed.
bool amount_pad(Ui& ui, std::string_view prefix, Rect rect, AmountEntry& entry);

enum class PinEvent : std::uint8_t { none, entered };
constexpr std::size_t kPinMax = 8;
// Dots and a pad; Enter or the OK key ends the entry.
PinEvent pin_pad(Ui& ui, std::string_view prefix, Rect rect, std::string& pin);

}  // namespace till::ui

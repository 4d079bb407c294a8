#include "core/decimal.hpp"

#include <fmt/format.h>

namespace till {
namespace {

std::string shown(std::string_view text) { return std::string(text.substr(0, 40)); }

}  // namespace

Result<std::int64_t> parse_decimal(std::string_view text, int scale, std::string_view what) {
  const auto bad = [&](std::string_view why) { return invalid(fmt::format("{} '{}' {}", what, shown(text), why)); };
  std::size_t at = 0;
  const bool negative = !text.empty() && text[0] == '-';
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) ++at;
  std::int64_t value = 0;
  int decimals = -1;  // -1 until the point
  bool any_digit = false;
  const auto push = [&](int digit) {
    return !__builtin_mul_overflow(value, 10, &value) && !__builtin_add_overflow(value, digit, &value);
  };
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '.' && decimals < 0) {
      decimals = 0;
      continue;
    }
    if (c < '0' || c > '9') return bad("is not a number; write it like 15.70");
    any_digit = true;
    if (decimals >= scale) {
      if (c != '0') return bad(fmt::format("has more than {} decimals", scale));
      continue;
    }
    if (!push(c - '0')) return bad("is too large");
    if (decimals >= 0) ++decimals;
  }
  if (!any_digit) return bad("is not a number; write it like 15.70");
  for (int d = decimals < 0 ? 0 : decimals; d < scale; ++d)
    if (!push(0)) return bad("is too large");
  return negative ? -value : value;
}

std::string format_decimal(std::int64_t scaled, int scale) {
  const bool negative = scaled < 0;
  const std::uint64_t magnitude = negative ? 0ULL - static_cast<std::uint64_t>(scaled) : static_cast<std::uint64_t>(scaled);
  auto digits = std::to_string(magnitude);
  if (scale > 0) {
    const auto width = static_cast<std::size_t>(scale);
    if (digits.size() <= width) digits.insert(0, width + 1 - digits.size(), '0');
    digits.insert(digits.size() - width, ".");
  }
  return negative ? "-" + digits : digits;
}

std::string format_decimal_short(std::int64_t scaled, int scale) {
  auto text = format_decimal(scaled, scale);
  if (scale == 0) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace till

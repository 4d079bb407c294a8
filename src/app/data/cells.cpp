#include "app/data/cells.hpp"

#include <algorithm>
#include <array>

#include "core/text.hpp"

namespace till::app {
namespace {

// Digits, points, commas and a sign; empty when there is anything else than what people put around numbers.
std::string bare_number(std::string_view cell) {
  static constexpr std::array<std::string_view, 5> kBetween = {"\xc2\xa0", "\xe2\x80\xaf", "\xe2\x80\x89",
                                                               "\xe2\x80\x99", " "};
  static constexpr std::array<std::string_view, 11> kAround = {"€",   "$",   "£",  "¥",   "EUR", "USD",
                                                               "CHF", "GBP", "kr", "Fr.", "%"};
  constexpr std::size_t kLongest = 64;
  if (cell.size() > kLongest) return {};
  std::string text = trimmed(cell);
  for (const auto sign : kAround) {
    if (text.starts_with(sign)) text.erase(0, sign.size());
    if (text.ends_with(sign)) text.resize(text.size() - sign.size());
    text = trimmed(text);
  }
  for (const auto gap : kBetween)
    for (auto at = text.find(gap); at != std::string::npos; at = text.find(gap)) text.erase(at, gap.size());
  std::erase(text, '\'');
  const auto digits = text.substr(text.starts_with('-') || text.starts_with('+') ? 1 : 0);
  const bool is_number = digits.find_first_of("0123456789") != std::string::npos &&
                         digits.find_first_not_of("0123456789.,") == std::string::npos;
  return is_number ? text : std::string();
}

struct Signs {
  std::size_t points = 0, commas = 0;
  std::size_t last = std::string::npos;
};

Signs signs_of(std::string_view number) {
  Signs signs;
  signs.points = static_cast<std::size_t>(std::ranges::count(number, '.'));
  signs.commas = static_cast<std::size_t>(std::ranges::count(number, ','));
  signs.last = number.find_last_of(".,");
  return signs;
}

DecimalSign sign_from(char c) {
  return c == '.' ? DecimalSign::point : DecimalSign::comma;
}
DecimalSign other(DecimalSign sign) {
  return sign == DecimalSign::point ? DecimalSign::comma : DecimalSign::point;
}

// "1.234": a thousand or one and a bit.
bool could_be_a_thousand(std::string_view number, std::size_t sign_at) {
  const auto digits = number.substr(number.front() == '-' || number.front() == '+' ? 1 : 0);
  const auto before = sign_at - (number.size() - digits.size());
  return number.size() - sign_at - 1 == 3 && before >= 1 && before <= 3 && digits.front() != '0';
}

bool is_grouped(std::string_view whole, char group) {
  auto at = whole.find(group);
  if (at == std::string_view::npos) return true;
  if (at < 1 || at > 3) return false;
  while (at != std::string_view::npos) {
    const auto next = whole.find(group, at + 1);
    if ((next == std::string_view::npos ? whole.size() : next) - at != 4) return false;
    at = next;
  }
  return true;
}

tl::unexpected<Error> no_number(std::string_view cell, std::string_view what) {
  return invalid(std::string(what) + " '" + clipped(cell, 40) + "' is not a number; write it like 1234.50");
}

}  // namespace

Result<DecimalSign> decimal_sign_from(std::string_view word) {
  if (word == "point") return DecimalSign::point;
  if (word == "comma") return DecimalSign::comma;
  return invalid("the decimal sign is point or comma, not '" + clipped(word, 20) + "'");
}

DecimalSign decimal_sign_of(std::string_view cell) {
  const auto number = bare_number(cell);
  const auto signs = signs_of(number);
  if (signs.last == std::string::npos) return DecimalSign::unknown;
  const auto last = sign_from(number[signs.last]);
  if (signs.points > 0 && signs.commas > 0) return last;
  if (signs.points + signs.commas > 1) return other(last);
  return could_be_a_thousand(number, signs.last) ? DecimalSign::unknown : last;
}

Result<std::string> plain_number(std::string_view cell, DecimalSign sign, std::string_view what) {
  auto number = bare_number(cell);
  if (number.empty()) return no_number(cell, what);
  const auto signs = signs_of(number);
  auto decimal = decimal_sign_of(number);
  if (decimal == DecimalSign::unknown) decimal = sign;
  if (decimal == DecimalSign::unknown && signs.last != std::string::npos) {
    return invalid(std::string(what) + " '" + clipped(cell, 40) +
                   "' can be read in two ways; say whether the file's decimals follow a point or a comma");
  }
  const char decimal_character = decimal == DecimalSign::comma ? ',' : '.';
  const char group = decimal == DecimalSign::comma ? '.' : ',';
  const auto whole = number.find(decimal_character);
  const auto begin = number.starts_with('-') || number.starts_with('+') ? 1U : 0U;
  const bool is_one_number =
      std::ranges::count(number, decimal_character) <= 1 &&
      number.find(group, whole == std::string::npos ? number.size() : whole) == std::string::npos &&
      is_grouped(std::string_view(number).substr(begin, whole == std::string::npos ? whole : whole - begin), group);
  if (!is_one_number) return no_number(cell, what);
  std::erase(number, group);
  std::ranges::replace(number, ',', '.');
  if (number.ends_with('.')) number.pop_back();
  if (number.starts_with('+')) number.erase(0, 1);
  return number;
}

Result<bool> yes_or_no(std::string_view cell, std::string_view what) {
  static constexpr std::array<std::string_view, 9> kYes = {"yes", "y", "true", "1", "x", "ja", "j", "wahr", "t"};
  static constexpr std::array<std::string_view, 7> kNo = {"no", "n", "false", "0", "nein", "falsch", "f"};
  const auto word = lowered(trimmed(cell));
  if (std::ranges::find(kYes, word) != kYes.end()) return true;
  if (std::ranges::find(kNo, word) != kNo.end()) return false;
  return invalid("'" + std::string(what) + "' must be yes or no, not '" + clipped(cell, 40) + "'");
}

}  // namespace till::app

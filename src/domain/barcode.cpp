#include "domain/barcode.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace till::domain {
namespace {

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

void add(std::vector<std::string>& out, std::string candidate) {
  if (!candidate.empty() && std::find(out.begin(), out.end(), candidate) == out.end())
    out.push_back(std::move(candidate));
}

Error wrong_check_digit(std::string_view digits) {
  const auto right = check_digit(digits.substr(0, digits.size() - 1)).value_or('?');
  return {ErrorKind::invalid,
          fmt::format("{} has the wrong check digit: it ends in {} but should end in {}; scan it again or type it anew",
                      digits, digits.back(), right),
          {}};
}

// Number system and six digits to the eleven of UPC-A, by the last digit.
std::string expanded(char system, std::string_view six) {
  const std::string d(six);
  const std::string head(1, system);
  const char last = d[5];
  if (last <= '2') return head + d.substr(0, 2) + last + "0000" + d.substr(2, 3);
  if (last == '3') return head + d.substr(0, 3) + "00000" + d.substr(3, 2);
  if (last == '4') return head + d.substr(0, 4) + "00000" + d[4];
  return head + d.substr(0, 5) + "0000" + last;
}

RetailCode upc_e(std::string_view digits, const std::string& eleven) {
  return {Symbology::upc_e, std::string(digits), eleven + check_digit(eleven).value_or('0')};
}

}  // namespace

std::string_view to_string(Symbology symbology) {
  switch (symbology) {
    case Symbology::ean13:
      return "EAN-13";
    case Symbology::ean8:
      return "EAN-8";
    case Symbology::upc_a:
      return "UPC-A";
    case Symbology::upc_e:
      return "UPC-E";
    case Symbology::gtin14:
      return "GTIN-14";
    case Symbology::plu:
      return "PLU";
    case Symbology::gs1:
      return "GS1";
    case Symbology::other:
      return "other";
  }
  return "other";
}

Result<char> check_digit(std::string_view digits) {
  if (!all_digits(digits))
    return invalid(fmt::format("'{}' is not all digits; a check digit needs digits", digits.substr(0, 48)));
  int sum = 0, weight = 3;
  for (auto it = digits.rbegin(); it != digits.rend(); ++it, weight = 4 - weight) sum += (*it - '0') * weight;
  return static_cast<char>('0' + (10 - sum % 10) % 10);
}

bool has_right_check_digit(std::string_view digits) {
  if (digits.size() < 2) return false;
  const auto right = check_digit(digits.substr(0, digits.size() - 1));
  return right && *right == digits.back();
}

Result<std::string> expand_upc_e(std::string_view digits) {
  if (!all_digits(digits) || digits.size() < 6 || digits.size() > 8)
    return invalid(fmt::format("'{}' is not a UPC-E code; it has 6, 7 or 8 digits", digits.substr(0, 48)));
  const char system = digits.size() == 6 ? '0' : digits[0];
  if (system > '1') return invalid(fmt::format("{} is not a UPC-E code; it begins with 0 or 1", digits));
  auto eleven = expanded(system, digits.substr(digits.size() == 6 ? 0 : 1, 6));
  if (digits.size() < 8) return eleven;
  eleven += digits.back();
  if (!has_right_check_digit(eleven))
    return invalid(fmt::format("{} has the wrong check digit; scan it again or type it anew", digits));
  return eleven;
}

Result<RetailCode> read_retail_code(std::string_view digits) {
  if (!all_digits(digits))
    return invalid(fmt::format("'{}' is not a barcode of digits; type the item's number", digits.substr(0, 48)));
  const std::string code(digits);
  switch (digits.size()) {
    case 4:
    case 5:
      return RetailCode{Symbology::plu, code, code};
    case 6:
    case 7: {
      const auto eleven = TRY(expand_upc_e(digits));
      return upc_e(digits, eleven);
    }
    case 8: {
      if (has_right_check_digit(digits)) return RetailCode{Symbology::ean8, code, code};
      if (const auto twelve = expand_upc_e(digits)) return upc_e(digits, twelve->substr(0, 11));
      return fail(wrong_check_digit(digits));
    }
    case 12:
    case 13:
    case 14: {
      if (!has_right_check_digit(digits)) return fail(wrong_check_digit(digits));
      const auto symbology = digits.size() == 12   ? Symbology::upc_a
                             : digits.size() == 13 ? Symbology::ean13
                                                   : Symbology::gtin14;
      return RetailCode{symbology, code, code};
    }
    default:
      return invalid(
          fmt::format("{} has {} digits, which no retail barcode has; scan it again or type the item's number",
                      digits.substr(0, 48), digits.size()));
  }
}

std::vector<std::string> lookup_candidates(std::string_view code) {
  std::vector<std::string> out;
  add(out, std::string(code));
  if (!all_digits(code)) return out;
  std::string gtin(code);
  if (code.size() >= 6 && code.size() <= 8 && !(code.size() == 8 && has_right_check_digit(code))) {
    if (const auto eleven = expand_upc_e(code)) gtin = upc_e(code, eleven->substr(0, 11)).item;
    add(out, gtin);
  }
  if (gtin.size() == 14 && gtin[0] == '0') add(out, gtin = gtin.substr(1));
  if (gtin.size() == 13 && gtin[0] == '0') {
    add(out, gtin.substr(1));
    if (gtin.starts_with("00000") && has_right_check_digit(gtin.substr(5))) add(out, gtin.substr(5));
  }
  if (gtin.size() == 12) add(out, "0" + gtin);
  if (gtin.size() == 12 || gtin.size() == 13) add(out, std::string(14 - gtin.size(), '0') + gtin);
  if (gtin.size() == 8) {
    add(out, "00000" + gtin);
    // Right as EAN-8 and as UPC-E: the catalogue decides, EAN-8 first.
    if (const auto twelve = expand_upc_e(gtin)) {
      add(out, *twelve);
      add(out, "0" + *twelve);
    }
  }
  return out;
}

}  // namespace till::domain

#include "domain/card_numbers.hpp"

#include <algorithm>
#include <array>

namespace till::domain {

bool is_code_field(std::string_view field) {
  static constexpr std::array<std::string_view, 22> kCodes = {
      "sku",     "barcode",      "card_code", "phone",  "tax_number", "email", "address", "key",
      "value",   "code",         "receipt",   "series", "currency",   "mime",  "icon",    "letter",
      "version", "tax_rounding", "number",    "report", "program",    "list"};
  return std::ranges::find(kCodes, field) != kCodes.end();
}

bool is_text_setting(std::string_view key) {
  return key == "shop.name" || key == "shop.address" || key == "receipt.footer" || key.starts_with("department.");
}

}  // namespace till::domain

// Codes that carry a price or a weight: a shop's table of patterns. In a pattern '.' is any digit of the item number, N
// an integer digit and D a decimal digit of the value between braces, other digits are literal; a pattern may be
// shorter than the code. The first rule that matches wins. The item is the code with its value digits zeroed and its
// check digit recomputed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace till::domain {

enum class EmbeddedKind : std::uint8_t { price, weight, value };
std::string_view to_string(EmbeddedKind kind);

struct BarcodeRule {
  EmbeddedKind kind = EmbeddedKind::price;
  std::string pattern;
};
using BarcodeRules = std::vector<BarcodeRule>;

struct EmbeddedValue {
  EmbeddedKind kind = EmbeddedKind::price;
  std::string item;
  std::int64_t scaled = 0;  // the value's digits as one number
  int decimals = 0;         // how many of them are behind the point
};

// Invalid: no braces or two pairs, other letters, decimals before integers, longer than 48.
Result<BarcodeRule> parse_rule(std::string_view kind, std::string_view pattern);
// JSON: an array of {"name": "price", "pattern": "23.....{NNNDD}"}; "kind" is accepted for "name". Or an object
// with that array under "rules" and a "unit_price" besides.
struct BarcodeRulesFile {
  BarcodeRules rules;
  std::optional<std::int64_t> unit_price_micro;
};
Result<BarcodeRulesFile> parse_rules_file(std::string_view json);

// Empty when no rule matches. The code's own check digit is the caller's to verify.
std::optional<EmbeddedValue> match_rules(std::string_view code, const BarcodeRules& rules);

}  // namespace till::domain

#include "domain/barcode_rules.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/decimal.hpp"
#include "core/text.hpp"
#include "domain/barcode.hpp"
#include "domain/json_reader.hpp"

namespace till::domain {
namespace {

constexpr std::size_t kMaxPattern = 48;
constexpr std::size_t kMaxRules = 200;
constexpr std::size_t kMaxRulesFileBytes = 64 * 1024;
constexpr std::size_t kMaxValueDigits = 12;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

Status check_braces(std::string_view pattern) {
  const auto bad = [&](std::string_view why) {
    return invalid(fmt::format("the barcode pattern '{}' {}", pattern.substr(0, 60), why));
  };
  const auto open = pattern.find('{'), close = pattern.find('}');
  if (pattern.size() > kMaxPattern) return bad("is too long; 48 characters are enough");
  if (open == std::string_view::npos || close == std::string_view::npos || close < open ||
      pattern.find('{', open + 1) != std::string_view::npos || pattern.find('}', close + 1) != std::string_view::npos)
    return bad("needs one pair of braces around the value's digits, like 23.....{NNNDD}");
  if (close == open + 1 || close - open - 1 > kMaxValueDigits)
    return bad("needs 1 to 12 letters N and D between its braces");
  bool decimals = false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    const bool inside = i > open && i < close;
    if (i == open || i == close) continue;
    if (inside && c != 'N' && c != 'D') return bad("may have only N and D between its braces");
    if (!inside && c != '.' && !is_digit(c)) return bad("may have only dots and digits outside its braces");
    if (inside && c == 'N' && decimals) return bad("has an N after a D; integer digits come first");
    decimals = decimals || (inside && c == 'D');
  }
  return {};
}

bool has_check_digit_length(std::size_t size) {
  return size == 8 || (size >= 12 && size <= 14);
}

std::optional<EmbeddedValue> match(std::string_view code, const BarcodeRule& rule) {
  EmbeddedValue out{rule.kind, std::string(code), 0, 0};
  std::size_t at = 0;
  for (const char c : rule.pattern) {
    if (c == '{' || c == '}') continue;
    if (at >= code.size() || !is_digit(code[at])) return std::nullopt;
    if (is_digit(c) && code[at] != c) return std::nullopt;
    if (c == 'N' || c == 'D') {
      out.scaled = out.scaled * 10 + (code[at] - '0');
      out.decimals += c == 'D' ? 1 : 0;
      out.item[at] = '0';
    }
    ++at;
  }
  if (has_check_digit_length(code.size()) && is_digit(code.back()))
    if (const auto digit = check_digit(std::string_view(out.item).substr(0, code.size() - 1))) out.item.back() = *digit;
  return out;
}

}  // namespace

std::string_view to_string(EmbeddedKind kind) {
  switch (kind) {
    case EmbeddedKind::price:
      return "price";
    case EmbeddedKind::weight:
      return "weight";
    case EmbeddedKind::value:
      return "value";
  }
  return "?";
}

Result<BarcodeRule> parse_rule(std::string_view kind, std::string_view pattern) {
  TRY(check_braces(pattern));
  for (const auto known : {EmbeddedKind::price, EmbeddedKind::weight, EmbeddedKind::value})
    if (to_string(known) == kind) return BarcodeRule{known, std::string(pattern)};
  return invalid(fmt::format("the barcode rule '{}' is not known; use price, weight or value", clipped(kind, 20)));
}

Result<BarcodeRulesFile> parse_rules_file(std::string_view text) {
  const auto value = TRY(parse_json(text, kMaxRulesFileBytes, "rules file"));
  BarcodeRulesFile out;
  const boost::json::array* rules = nullptr;
  if (value.is_array()) {
    rules = &value.get_array();
  } else {
    const auto top = TRY(JsonObject::of(value, "the rules file"));
    TRY(top.only({"rules", "unit_price"}));
    rules = TRY(top.array("rules"));
    if (top.find("unit_price") != nullptr) out.unit_price_micro = TRY(top.decimal("unit_price", 6));
  }
  if (rules->size() > kMaxRules)
    return invalid(fmt::format("the rules file has more than {} rules; leave some out", kMaxRules));
  for (std::size_t i = 0; i < rules->size(); ++i) {
    const auto rule = TRY(JsonObject::of((*rules)[i], fmt::format("rule {}", i + 1)));
    TRY(rule.only({"name", "kind", "pattern"}));
    const auto kind = TRY(rule.text(rule.find("kind") != nullptr ? "kind" : "name"));
    const auto pattern = TRY(rule.text("pattern"));
    auto parsed = parse_rule(kind, pattern);
    if (!parsed) return fail(parsed.error().context(rule.where()));
    out.rules.push_back(std::move(*parsed));
  }
  return out;
}

std::optional<EmbeddedValue> match_rules(std::string_view code, const BarcodeRules& rules) {
  for (const auto& rule : rules)
    if (auto found = match(code, rule)) return found;
  return std::nullopt;
}

}  // namespace till::domain

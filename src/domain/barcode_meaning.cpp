#include "domain/barcode_meaning.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "core/decimal.hpp"
#include "core/text.hpp"
#include "domain/rational.hpp"

namespace till::domain {
namespace {

constexpr std::size_t kMaxCode = 512;

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Rational power_of_ten(int exponent) {
  Rational out = 1;
  for (int i = 0; i < exponent; ++i) out *= 10;
  return out;
}

Symbology symbology_of(std::size_t digits) {
  switch (digits) {
    case 8:
      return Symbology::ean8;
    case 12:
      return Symbology::upc_a;
    case 13:
      return Symbology::ean13;
    case 14:
      return Symbology::gtin14;
    default:
      return Symbology::other;
  }
}

void refuse(BarcodeMeaning& out, std::string sentence) {
  out.kind = BarcodeKind::error;
  out.error = std::move(sentence);
}

std::optional<Quantity> as_quantity(std::int64_t scaled, int decimals) {
  const auto milli = round_half_away(Rational(scaled) * 1000 / power_of_ten(decimals));
  if (!milli || *milli > kMaxQuantityMilli) return std::nullopt;
  return Quantity{*milli};
}

bool read_label(BarcodeMeaning& out, const BarcodeRules& rules, const ClassifyOptions& options) {
  auto found = match_rules(out.code, rules);
  // Scanners send EAN-13 that begins with 0 as the twelve digits of UPC-A.
  if (!found && out.code.size() == 12) found = match_rules("0" + out.code, rules);
  if (!found) return false;
  out.symbology = symbology_of(out.code.size());
  if (out.symbology != Symbology::other && !has_right_check_digit(out.code)) {
    refuse(out, fmt::format("{} has the wrong check digit; scan it again or type it anew", out.code));
    return true;
  }
  out.item = found->item;
  out.scaled = found->scaled;
  out.decimals = found->decimals;
  switch (found->kind) {
    case EmbeddedKind::price:
      out.kind = BarcodeKind::price;
      if (options.unit_price_micro)
        out.quantity = derived_quantity(out.scaled, out.decimals, *options.unit_price_micro);
      break;
    case EmbeddedKind::weight:
      out.kind = BarcodeKind::weight;
      out.quantity = as_quantity(out.scaled, out.decimals);
      if (!out.quantity) refuse(out, fmt::format("{} carries a weight that is out of range", out.code));
      break;
    case EmbeddedKind::value:
      out.kind = BarcodeKind::value;
      break;
  }
  return true;
}

// Net weight in kilograms (310n) or a count (30), for the ticket.
std::optional<Quantity> quantity_in(const std::vector<Gs1Element>& elements) {
  for (const auto& element : elements) {
    if (!element.ai.starts_with("310") && element.ai != "30") continue;
    if (const auto scaled = parse_decimal(element.value, 6, "the quantity")) return as_quantity(*scaled, 6);
  }
  return std::nullopt;
}

bool read_gs1(BarcodeMeaning& out, const ClassifyOptions& options, bool certain) {
  auto elements = parse_gs1(out.code, options.reference_year);
  if (!elements) {
    if (certain) refuse(out, elements.error().message);
    return certain;
  }
  out.kind = BarcodeKind::gs1;
  out.symbology = Symbology::gs1;
  for (const auto& element : *elements)
    if (element.ai == "01" || (element.ai == "02" && out.item.empty())) out.item = element.value;
  out.quantity = quantity_in(*elements);
  out.elements = std::move(*elements);
  return true;
}

boost::json::object ai_json(const BarcodeMeaning& meaning) {
  boost::json::object out;
  for (const auto& element : meaning.elements) out[element.ai] = element.value;
  return out;
}

}  // namespace

std::string_view to_string(BarcodeKind kind) {
  switch (kind) {
    case BarcodeKind::product:
      return "product";
    case BarcodeKind::plu:
      return "plu";
    case BarcodeKind::price:
      return "price";
    case BarcodeKind::weight:
      return "weight";
    case BarcodeKind::value:
      return "value";
    case BarcodeKind::gs1:
      return "gs1";
    case BarcodeKind::error:
      return "error";
  }
  return "error";
}

Result<Money> BarcodeMeaning::amount(const Currency& currency) const {
  return parse_money(format_decimal(scaled, decimals), currency, "the price on the label");
}

std::optional<Quantity> derived_quantity(std::int64_t scaled, int decimals, std::int64_t unit_price_micro) {
  if (unit_price_micro <= 0) return std::nullopt;
  const Rational price = Rational(scaled) / power_of_ten(decimals);
  const auto milli = round_half_away(price / ratio(unit_price_micro, 1'000'000) * 1000);
  if (!milli || *milli > kMaxQuantityMilli) return std::nullopt;
  return Quantity{*milli};
}

BarcodeMeaning classify(std::string_view code, const BarcodeRules& rules, const ClassifyOptions& options) {
  BarcodeMeaning out;
  out.code = trimmed(code);
  if (out.code.empty()) return refuse(out, "there is no code; scan or type one"), out;
  if (out.code.size() > kMaxCode) return refuse(out, "the code is too long to be a barcode; scan it again"), out;
  if (looks_like_gs1(out.code)) return read_gs1(out, options, true), out;
  if (all_digits(out.code) && read_label(out, rules, options)) return out;
  if (out.code.size() > 14 && read_gs1(out, options, all_digits(out.code))) return out;

  const auto retail = read_retail_code(out.code);
  if (!retail) return refuse(out, retail.error().message), out;
  out.kind = retail->symbology == Symbology::plu ? BarcodeKind::plu : BarcodeKind::product;
  out.symbology = retail->symbology;
  out.item = retail->item;
  return out;
}

std::string to_json(const BarcodeMeaning& meaning) {
  boost::json::object out{{"code", meaning.code}, {"kind", to_string(meaning.kind)}};
  if (!meaning.ok()) {
    out["error"] = meaning.error;
    return boost::json::serialize(out);
  }
  out["symbology"] = to_string(meaning.symbology);
  if (!meaning.item.empty()) out["item"] = meaning.item;
  const auto number = format_decimal(meaning.scaled, meaning.decimals);
  switch (meaning.kind) {
    case BarcodeKind::price:
      out["price"] = number;
      if (meaning.quantity) out["derived_qty"] = format_decimal(meaning.quantity->milli, 3);
      break;
    case BarcodeKind::weight:
      out["qty"] = format_decimal(meaning.quantity->milli, 3);
      break;
    case BarcodeKind::value:
      out["value"] = number;
      break;
    case BarcodeKind::gs1:
      out["ai"] = ai_json(meaning);
      break;
    default:
      break;
  }
  return boost::json::serialize(out);
}

}  // namespace till::domain

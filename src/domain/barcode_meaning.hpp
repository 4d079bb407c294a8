// What a scan means: rules with embedded values first, then GS1 element strings, then plain retail codes and PLUs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/barcode.hpp"
#include "domain/barcode_rules.hpp"
#include "domain/gs1.hpp"
#include "domain/money.hpp"

namespace till::domain {

enum class BarcodeKind : std::uint8_t { product, plu, price, weight, value, gs1, error };
std::string_view to_string(BarcodeKind kind);

struct BarcodeMeaning {
  BarcodeKind kind = BarcodeKind::error;
  Symbology symbology = Symbology::other;
  std::string code;                  // as scanned
  std::string item;                  // what to look up; empty for gs1 without 01 or 02
  std::int64_t scaled = 0;           // price, weight, value: digits and
  int decimals = 0;                  // how many are behind the point
  std::optional<Quantity> quantity;  // weight: kg; price: derived from the unit price, when that is known
  std::vector<Gs1Element> elements;  // gs1
  std::string error;                 // a sentence

  [[nodiscard]] bool ok() const { return kind != BarcodeKind::error; }
  // price and value: as an amount of the currency; invalid when it has more decimals than the currency.
  [[nodiscard]] Result<Money> amount(const Currency& currency) const;
};

struct ClassifyOptions {
  std::optional<std::int64_t> unit_price_micro;  // of the item, to derive the quantity of a price label
  int reference_year = 2026;                     // for two-digit years
};

BarcodeMeaning classify(std::string_view code, const BarcodeRules& rules, const ClassifyOptions& options = {});
// Price over unit price, in thousandths, half away from zero; empty when the unit price is zero or out of range.
std::optional<Quantity> derived_quantity(std::int64_t scaled, int decimals, std::int64_t unit_price_micro);
// One JSON object: kind, symbology, item, price, qty, value, derived_qty, ai, error, as far as they apply.
std::string to_json(const BarcodeMeaning& meaning);

}  // namespace till::domain

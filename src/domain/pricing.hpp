// The prices of a document: taxes, discounts, rounding. Pure and exact: rationals inside, integers of the currency's
// smallest unit outside; every rounding is half away from zero to that unit.
//
// Taxes of a line apply in the order listed. `included`: the price contains it. `adds_to_base`: later taxes are
// computed on the base plus this tax. `on_plain_base`: ignores what earlier taxes added. Included percent taxes that
// stand together are taken out together (base = price / (1 + sum of rates)). Division: base * r / (100 - r) excluded,
// price * r / 100 included. Fixed: amount * quantity. TaxRounding::line rounds each tax of each line, and the net of an
// included price is the price less its rounded taxes; document sums unrounded taxes and rounds each once. Then either
// the total (no excluded tax anywhere) or the net (otherwise) is rounded once from its unrounded sum, the other
// follows, and the lines get their shares.
//
// A document discount of p % makes the total round(total * (100 - p) / 100) and each tax round(tax * (100 - p) / 100);
// the net is the difference. Shares of lines add up exactly, per line and per tax, by largest remainder, earlier line
// first. A document with all quantities negated comes out negated to the cent.
//
// Promised of every result: net + sum of taxes = total, for each line and for the document; lines add up to the
// document.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "domain/entities/catalogue.hpp"

namespace till::domain {

enum class TaxRounding : std::uint8_t { line = 0, document = 1 };

constexpr std::size_t kMaxLines = 1000;
constexpr std::size_t kMaxTaxesPerLine = 16;
constexpr std::int64_t kPercentMicro = 1'000'000;  // one percent in rate_micro and percent_micro
constexpr std::int64_t kMaxRateMicro = 1000 * kPercentMicro;

struct Discount {
  enum class Kind : std::uint8_t { none = 0, percent = 1, amount = 2 };
  Kind kind = Kind::none;
  std::int64_t percent_micro = 0;  // 0 to 100 %, millionths of a percent
  Money amount;                    // never negative; lowers the magnitude, so that returns mirror sales

  static Discount none() { return {}; }
  static Discount percent(std::int64_t micro) { return {Kind::percent, micro, {}}; }
  static Discount of(Money amount) { return {Kind::amount, 0, amount}; }
  bool operator==(const Discount&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(field(1, "kind", kind), field(2, "percent_micro", percent_micro), field(3, "amount", amount));
  }
};

struct LineToPrice {
  std::string id;  // unique in the document
  Quantity quantity;
  std::int64_t unit_price_micro = 0;  // millionths of the main unit: fuel at 1.599 is 1'599'000. Never rounded itself.
  std::vector<std::size_t> taxes;     // positions in PriceRequest::taxes, in the order they apply
  std::optional<Money> amount;        // what the quantity costs together, where that is not quantity * unit price
  Discount discount;                  // of the price as it stands (before excluded taxes)
};

struct PriceRequest {
  Currency currency;
  TaxRounding tax_rounding = TaxRounding::line;
  std::vector<Tax> taxes;  // told apart by `code`
  std::vector<LineToPrice> lines;
  Discount discount;  // of the whole document
};

struct PricedTax {
  std::size_t tax = 0;  // position in PriceRequest::taxes
  Money base;           // what it was computed on, after discounts
  Money amount;
};

struct PricedLine {
  std::string id;
  Money gross;              // quantity * unit price
  Money discount;           // the line's own, off the gross; positive lowers a sale
  Money document_discount;  // its share of the document's, off the total; positive lowers a sale
  Money net;
  std::vector<PricedTax> taxes;
  Money total;
};

struct PricedDocument {
  std::vector<PricedLine> lines;
  std::vector<PricedTax> taxes;  // those that a line uses, in the request's order
  Money net, tax, total;
  Money document_discount;  // total before less total after
};

// Invalid, naming the line and what to do: out-of-range amounts, quantities or rates, doubled line ids or tax codes, an
// unknown tax, a division rate of 100 or more, a discount past 100 % or past what it is taken from, too many lines.
Result<PricedDocument> price(const PriceRequest& request);

// An amount as a unit price; invalid if it does not fit.
Result<std::int64_t> unit_price_micro(Money price, const Currency& currency);
// "1.599" for 1'599'000; at least the currency's decimals.
std::string format_unit_price(std::int64_t micro, const Currency& currency);

}  // namespace till::domain

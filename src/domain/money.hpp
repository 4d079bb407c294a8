// Money is an integer count of the currency's smallest unit, quantity an integer count of thousandths (pieces, kg, l).
// No float comes near either. "minor" in a name means such units.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/fields.hpp"
#include "core/result.hpp"

namespace till::domain {

// The smallest unit is unit_num / 10^digits: EUR 1 / 10^2, CLP 1 / 10^0, a shop that knows only five cents 5 / 10^2.
struct Currency {
  std::string code = "EUR";  // ISO 4217
  std::int64_t unit_num = 1;
  int digits = 2;

  bool operator==(const Currency&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(field(1, "code", code), field(2, "unit_num", unit_num), field(3, "digits", digits));
  }
};

// ISO 4217 code to its unit; invalid for a code that is not in the table.
Result<Currency> currency_of(std::string_view code);

struct Money {
  std::int64_t minor = 0;

  auto operator<=>(const Money&) const = default;
  Money operator-() const { return {-minor}; }
  Money& operator+=(Money o) { return minor += o.minor, *this; }
  Money& operator-=(Money o) { return minor -= o.minor, *this; }
  friend Money operator+(Money a, Money b) { return {a.minor + b.minor}; }
  friend Money operator-(Money a, Money b) { return {a.minor - b.minor}; }
  template <class Archive>
  void serialize(Archive& archive) {
    archive(minor);
  }
};

struct Quantity {
  std::int64_t milli = 1000;

  auto operator<=>(const Quantity&) const = default;
  Quantity operator-() const { return {-milli}; }
  template <class Archive>
  void serialize(Archive& archive) {
    archive(milli);
  }
};

// Any amount past this is refused before it is computed with: 10^13 smallest units.
constexpr std::int64_t kMaxMinor = 10'000'000'000'000;
constexpr std::int64_t kMaxQuantityMilli = 100'000'000;  // 100,000 pieces

// Decimal text in the currency, "15.70"; refuses what is not a whole number of smallest units or past kMaxMinor.
Result<Money> parse_money(std::string_view text, const Currency& currency, std::string_view what = "the amount");
std::string format_money(Money money, const Currency& currency);            // "1234.50", for files
std::string display_money(Money money, const Currency& currency);           // "1,234.50", for screen and paper
Result<Quantity> parse_quantity(std::string_view text, std::string_view what = "the quantity");
std::string format_quantity(Quantity quantity);                             // "2", "0.350"-> "0.35"

}  // namespace till::domain

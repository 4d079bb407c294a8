// Exact numbers inside the pricing code; nothing outside src/domain's bodies sees them.
#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <cstdint>
#include <optional>

#include "domain/money.hpp"

namespace till::domain {

using Rational = boost::multiprecision::cpp_rational;

inline Rational ratio(std::int64_t numerator, std::int64_t denominator) {
  return Rational(numerator, denominator);
}

// Half away from zero. Empty past kMaxMinor either way.
std::optional<std::int64_t> round_half_away(const Rational& value);
// Towards zero; the caller has bounded the value.
std::int64_t truncated(const Rational& value);

// Smallest units of the currency in one main unit: EUR 100, a currency counted in 0.05 is 20.
Rational minor_per_main(const Currency& currency);

}  // namespace till::domain

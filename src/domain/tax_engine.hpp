// The taxes of one line, exactly. See pricing.hpp for the rules; this is where they are evaluated.
//
// Taxes that stand together and are alike (kind, included, adds_to_base) form a group: they share one base. Fixed taxes
// come first, since they move the base of all others; then included taxes from the last group back, each taken out of
// what is left; then excluded taxes from the first group on. `on_plain_base` starts a group that earlier additions do
// not touch.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "domain/entities/catalogue.hpp"
#include "domain/rational.hpp"

namespace till::domain {

struct LineTaxes {
  Rational net;  // the amount less its included taxes
  std::vector<Rational> bases;
  std::vector<Rational> amounts;
};

struct TaxedAmount {
  Rational amount;    // smallest units, discounts taken off
  Rational quantity;  // units; negative for a return
  bool negative_price = false;
  Rational minor_per_main;
  bool round_each = false;  // half away from zero to whole smallest units, before later taxes see it
};

// Invalid when rates cannot be computed with (see check_tax) or an amount leaves the range.
Result<LineTaxes> evaluate_taxes(const TaxedAmount& line, const std::vector<const Tax*>& taxes);

// A tax by itself: rate within range, division below 100 (100 when included).
Status check_tax(const Tax& tax);

}  // namespace till::domain

// One line of till input, typed or scanned, as on a supermarket lane: prefixes in any sensible order, then what is
// sold.
//
//   4006381333931       the item              3*4011        three of it            0.350*4011    a weight
//   100DP10             1.00 in department 10 (digits are smallest units; with a point, main units)
//   RF...  a return     VD...  take back      5PD...  5 % off the line
//   VD     take back the last thing added     5PD    5 % off the last line
//
// Case and blanks do not matter. A quantity that looks like a barcode is refused: a scan never becomes a quantity.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "domain/barcode_rules.hpp"
#include "domain/basket.hpp"

namespace till::domain {

struct InputCommand {
  bool refund = false;                                 // RF
  bool take_back = false;                              // VD
  std::optional<Quantity> quantity;                    // n*
  std::optional<std::int64_t> discount_percent_micro;  // nPD
  std::string code;                                    // item, empty for a department or a bare VD or PD
  std::string department;                              // DP
  std::string amount;                                  // as typed before DP: "100" or "1.00"

  [[nodiscard]] bool bare() const { return code.empty() && department.empty(); }
};

Result<InputCommand> parse_input(std::string_view text);

struct InputContext {
  CatalogueLookup lookup;
  BarcodeRules rules;
  int reference_year = 2026;
  bool confirmed = false;  // an unusual quantity was asked about
};

// Applies it to the basket; returns the id of the line that changed. A refused command changes nothing.
Result<std::string> apply(const InputCommand& command, Basket& basket, const InputContext& context);
// parse_input and apply.
Result<std::string> enter(std::string_view text, Basket& basket, const InputContext& context);

// The basket as the ticket shows it: {"lines": [{"id", "name", "code", "qty", "unit_price", "total", ...}], "total",
// ...}.
std::string basket_to_json(const Basket& basket);
// What `tillctl keys` prints: the command as it was understood, and the basket after it.
Result<std::string> keys_to_json(std::string_view text, Basket basket, const InputContext& context);

}  // namespace till::domain

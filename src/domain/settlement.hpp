// Paying a total: tenders in the order given, cash rounding, change, what remains. Pure; amounts in smallest units.
//
// Cash rounding touches only what is still to be paid when cash completes the payment: card 0.68 and then cash of
// a 15.72 total rounds 15.04 to 15.05. The exact unrounded sum in cash is accepted as well. Cash may exceed what is due
// and makes change; a card or a voucher may not. A negative total is paid out: amounts are negative then and rounding
// mirrors.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "domain/entities/documents.hpp"

namespace till::domain {

enum class RoundingMode : std::uint8_t {
  nearest = 0,
  up = 1,
  down = 2
};  // nearest: half away from zero; up, down: of the magnitude

struct CashRounding {
  Money unit;  // a positive number of smallest units
  RoundingMode mode = RoundingMode::nearest;

  bool operator==(const CashRounding&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(field(1, "unit", unit), field(2, "mode", mode));
  }
};

// "nearest", "up", "down"
std::string to_string(RoundingMode mode);
Result<RoundingMode> rounding_mode_of(std::string_view text);
// The setting "0.05 nearest"; empty text is no rounding.
Result<std::optional<CashRounding>> parse_cash_rounding(std::string_view text, const Currency& currency);

Money round_cash(Money amount, const CashRounding& rounding);

struct TenderRequest {
  TenderKind kind = TenderKind::cash;
  std::optional<Money> amount;  // what is handed over; empty is "exact": all that is left, rounded if cash
  std::string reference;        // external terminal's reference or voucher number
  std::string brand;
  std::string last4;
};

struct Settlement {
  Money rounding;  // due = total + rounding
  Money due;
  Money paid;  // counted towards the sale, change taken off
  Money change;
  Money remaining;  // due - paid; zero when the sale can be finished
  std::vector<Tender> tenders;

  [[nodiscard]] bool complete() const { return remaining.minor == 0; }
};

constexpr std::size_t kMaxTenders = 50;

Result<Settlement> settle(Money total, const std::vector<TenderRequest>& tenders,
                          const std::optional<CashRounding>& cash_rounding, const Currency& currency);

// What cash would have to be given now for `total`.
Money cash_due(Money total, const std::optional<CashRounding>& cash_rounding);

}  // namespace till::domain

// A shift: opened with a float, cash moved in and out, counted, closed with a Z. Closing counts, compares, signs,
// numbers and prints; it depends neither on sync nor on a printer nor on there having been a sale. One shift per
// terminal.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/actor.hpp"
#include "domain/shift_report.hpp"

namespace till::app {

Result<domain::ShiftEvent> open_shift(Shop& shop, const Actor& actor, domain::Money cash_float);
// Amount below zero: out of the drawer. A reason must be given.
Result<domain::ShiftEvent> move_cash(Shop& shop, const Actor& actor, domain::Money amount, const std::string& reason);
// An intermediate count; changes nothing but the record of it.
Result<domain::ShiftEvent> count_cash(Shop& shop, const Actor& actor, domain::Money counted);
Result<domain::ShiftEvent> no_sale(Shop& shop, const Actor& actor, const std::string& reason);

struct ClosedShift {
  domain::ShiftEvent closing;  // `report` is the Z as printed
  domain::ShiftTotals totals;
};
Result<ClosedShift> close_shift(Shop& shop, const Actor& actor, domain::Money counted);

// Totals so far; empty when the shift is closed.
Result<std::optional<domain::ShiftTotals>> shift_now(Shop& shop);
// The closing events of all terminals' shifts, newest first.
Result<std::vector<domain::ShiftEvent>> closed_shifts(Shop& shop, std::size_t max = 100);
// The X report on paper; queues it for the printer when `print`.
Result<std::string> x_report(Shop& shop, const Actor& actor, bool print);
std::string report_text(Shop& shop, const domain::ShiftTotals& totals);

}  // namespace till::app

// What all terminals of the shop sold in a span of time, from stored amounts: the day report. Includes what other
// terminals sent, so it grows when they do.
#pragma once

#include <string>
#include <vector>

#include "app/actor.hpp"
#include "core/clock.hpp"
#include "domain/entities/documents.hpp"

namespace till::app {

struct DayReport {
  UtcTime from, to;
  std::int64_t sale_count = 0, refund_count = 0;
  domain::Money turnover, net, tax;
  struct Sum {
    std::string name;
    std::int64_t count = 0;
    domain::Money amount;
  };
  std::vector<Sum> tenders, taxes, users, products;  // products: the best sold by amount
};

// Midnight to midnight in the zone of this machine, of the day that holds `time`.
DayReport day_of(UtcTime time);
Result<DayReport> day_report(Shop& shop, const Actor& actor, UtcTime from, UtcTime to);
// The same without asking who wants to know: for the till's own screen, which shows it to those who may see it.
Result<DayReport> day_sums(Shop& shop, UtcTime from, UtcTime to);
// Labels and amounts for the screen and for text.
std::vector<std::pair<std::string, std::string>> figures_of(const DayReport& report, const domain::Currency& currency);

}  // namespace till::app

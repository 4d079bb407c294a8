// What a customer is likely to hand over: the cash that is due and the next sensible notes, for one-tap keys.
#pragma once

#include <vector>

#include "domain/money.hpp"

namespace till::domain {

struct TenderSuggestions {
  Money exact;               // what is due in cash
  std::vector<Money> notes;  // up to three, rising, each above `exact`
};

// 12.35 EUR: 15, 20, 50. One note or the few notes that people combine; never below due, never twice. A due of zero or
// below has no notes. `due` is already rounded for cash.
TenderSuggestions suggest_tenders(Money due, const Currency& currency);

}  // namespace till::domain

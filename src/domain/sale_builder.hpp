// From priced lines and a settlement to the Sale that is stored, printed and synced. The one place where the two meet,
// so that every sale has passed the same final check: net + taxes = total, lines add up, due = total + rounding = paid.
#pragma once

#include <vector>

#include "core/result.hpp"
#include "domain/entities/documents.hpp"
#include "domain/pricing.hpp"
#include "domain/settlement.hpp"

namespace till::domain {

// `header` brings what only the caller knows: id, receipt, series, number, at, device, terminal, shift, user, user_name
// (any of them may still be empty; the transaction that stores the sale may fill them in). `described` are the lines'
// words; their amounts are filled in here. Invalid when it is not paid in full or has no lines.
Result<Sale> build_sale(Sale header, const PriceRequest& request, const PricedDocument& priced,
                        std::vector<SaleLine> described, const Settlement& settlement);

// The final check, also for what comes back from a disk or a wire: corrupt, naming what does not add up.
Status check_sale(const Sale& sale);

}  // namespace till::domain

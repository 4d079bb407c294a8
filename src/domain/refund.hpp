// A refund pays back exactly what was paid, from stored amounts; nothing is priced again. Parts of a line add up to the
// line's stored net, taxes and total to the cent: the last part takes what is left. Discount shares are in the stored
// amounts already. Cash rounding mirrors: what was paid as 1.95 for 1.98 comes back as 1.95. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "domain/entities/documents.hpp"
#include "domain/settlement.hpp"

namespace till::domain {

struct RefundPart {
  std::string line_id;  // of the cited sale
  Quantity quantity;    // positive: how much of a line comes back
};

struct RefundRequest {
  std::vector<RefundPart> parts;  // empty: all that is left of the sale
  // Empty: back the way it was paid, cards and vouchers first, the rest in cash. Amounts are negative; one tender with
  // no amount takes everything.
  std::vector<TenderRequest> tenders;
  std::optional<CashRounding>
      cash_rounding;  // for a part; what completes the refund pays back what is left of the sale's own
  std::string note;
  Id approved_by;
};

// What of a sale's line can still come back, by stored amounts.
struct RefundableLine {
  std::string line_id;
  std::string name;
  Quantity quantity;  // 0: nothing left
  Money total;
};

// `earlier` are the refunds of this sale that exist already. Void lines and what they took back are not refundable.
std::vector<RefundableLine> refundable(const Sale& sale, const std::vector<Sale>& earlier);

// `header` brings what the caller knows: id, receipt, series, number, at, device, terminal, shift, user. All amounts
// and quantities of the result are negative. Invalid: a refund of a refund, an unknown line, more than is left, nothing
// left, a fraction of a piece.
Result<Sale> make_refund(const Sale& sale, const std::vector<Sale>& earlier, const RefundRequest& request, Sale header);

}  // namespace till::domain

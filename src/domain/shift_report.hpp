// The X and Z report of a shift: sums over its stored sales and its events, and the paper of it. Never depends on there
// having been a sale. Amounts in smallest units; pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/entities/documents.hpp"
#include "domain/receipt.hpp"

namespace till::domain {

struct TenderSum {
  TenderKind kind = TenderKind::cash;
  std::int64_t count = 0;
  Money amount;
  bool operator==(const TenderSum&) const = default;
};

struct TaxSum {
  std::string code, name;
  std::int64_t rate_micro = 0;
  Money base, amount;
  bool operator==(const TaxSum&) const = default;
};

struct UserSum {
  std::string user_name;
  std::int64_t count = 0;
  Money amount;
  bool operator==(const UserSum&) const = default;
};

struct ShiftTotals {
  Id shift;
  std::string terminal;
  std::string opened_by, closed_by;
  UtcTime opened_at, closed_at;  // closed_at 0 while the shift is open
  Currency currency;
  std::int64_t z_number = 0;  // 0: an X report

  std::int64_t sale_count = 0;
  Money sales;  // totals of sales, before cash rounding
  std::int64_t refund_count = 0;
  Money refunds;   // as a positive amount
  Money turnover;  // sales - refunds
  Money net, tax;
  std::int64_t discount_count = 0;  // lines and documents that had one
  Money discounts;
  std::int64_t void_count = 0;
  Money voids;  // as a positive amount
  Money rounding;
  std::vector<TaxSum> taxes;       // by code and rate, refunds taken off
  Money untaxed;                   // net of lines without a tax
  std::vector<TenderSum> tenders;  // by kind; refunds taken off
  std::vector<UserSum> users;      // turnover by who sold

  Money float_amount;
  std::int64_t cash_in_count = 0, cash_out_count = 0;
  Money cash_in, cash_out;  // both positive
  Money expected_cash;      // float + cash tenders + in - out
  bool has_count = false;
  Money counted_cash;
  Money difference;  // counted - expected
  std::int64_t no_sale_count = 0;
  std::int64_t receipt_count = 0, copy_count = 0;
  std::string first_receipt, last_receipt;
  Money grand_total;    // turnover of this device since its first sale, this shift included
  std::string journal;  // Z: number and hash of the audit journal's last entry in short, "210 8F3A-91C2-04DD"
};

struct ShiftReportInput {
  std::vector<ShiftEvent> events;  // of the shift
  std::vector<Sale> sales;         // of the shift, any order
  std::int64_t copy_count = 0;     // receipts printed again
  Money grand_total_before;        // turnover of the device before this shift
  Currency currency;
};

// Invalid when there is no opening event.
Result<ShiftTotals> shift_totals(const ShiftReportInput& input);

// The paper: "X REPORT" while z_number is 0, "Z REPORT 7" otherwise.
PaperDocument make_shift_report(const ShiftTotals& totals, const ReceiptSettings& settings, UtcTime printed_at);

}  // namespace till::domain

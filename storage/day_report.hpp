// Sums over stored amounts; nothing is computed again. Refunds are stored negative and so lower every sum; their count
// stands apart. A shift's report and a day's are the same questions over another range.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/entities/documents.hpp"
#include "storage/connection.hpp"

namespace till::storage {

// from <= at < to, over all terminals, or one of them, or the sales of one shift.
struct ReportRange {
  UtcTime from;
  UtcTime to{INT64_MAX};
  std::optional<Id> device;
  std::optional<Id> shift;
};

struct SalesTotals {
  std::int64_t sale_count = 0;
  std::int64_t refund_count = 0;
  domain::Money net, tax, total, discount, rounding, due;
  domain::Money refunded;  // total of the refunds alone, as stored
};
struct TenderTotal {
  domain::TenderKind kind = domain::TenderKind::cash;
  std::int64_t count = 0;
  domain::Money amount;
  domain::Money rounding;
};
struct TaxTotal {
  std::string code, name;
  std::int64_t rate_micro = 0;
  domain::Money base, amount;
};
struct DayTotal {
  std::int64_t day = 0;  // days since 1970-01-01 in the zone of `utc_offset_s`
  SalesTotals totals;
};
struct ItemTotal {
  Id product;  // nil: open department sales, told apart by `name`
  std::string sku, name;
  std::int64_t quantity_milli = 0;
  domain::Money net, total;
};
struct NamedTotal {
  std::string name;
  std::int64_t count = 0;
  domain::Money total;
};

Result<SalesTotals> sales_totals(Connection& conn, const ReportRange& range);
Result<std::vector<TenderTotal>> tender_totals(Connection& conn, const ReportRange& range);
Result<std::vector<TaxTotal>> tax_totals(Connection& conn, const ReportRange& range);
Result<std::vector<DayTotal>> day_totals(Connection& conn, const ReportRange& range, std::int64_t utc_offset_s);
Result<std::vector<NamedTotal>> user_totals(Connection& conn, const ReportRange& range);
// The best sold by amount, first.
Result<std::vector<ItemTotal>> item_totals(Connection& conn, const ReportRange& range, std::size_t max);

}  // namespace till::storage

// Counters that have no gap: receipt numbers and Z numbers. A number is taken inside the transaction that uses it, so
// that it is either used or still free.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "storage/connection.hpp"

namespace till::storage {

// 1 for a new series.
Result<std::int64_t> take_number(Connection& conn, std::string_view series);
// The number that take_number would give; for the screen.
Result<std::int64_t> peek_number(Connection& conn, std::string_view series);
// Goes on from a number that others know to be used (a restored folder); never goes back.
Status raise_number(Connection& conn, std::string_view series, std::int64_t next);

struct SeriesGap {
  std::string series;
  std::int64_t first_missing = 0;
  std::int64_t last_missing = 0;  // inclusive
  auto operator<=>(const SeriesGap&) const = default;
};

// Receipt numbers that no sale has, in every series that sales have and in the own ones up to their counter. With
// `last_numbers` > 0 only the end of each series is looked at. Numbers used twice are in `doubled_receipts`.
Result<std::vector<SeriesGap>> receipt_gaps(Connection& conn, std::int64_t last_numbers = 0);
Result<std::vector<std::string>> doubled_receipts(Connection& conn);

}  // namespace till::storage

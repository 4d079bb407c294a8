// What the log says to screens, tillctl and tests, without the engine: any connection, also read-only.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "storage/connection.hpp"
#include "sync/store.hpp"

namespace till::storage {

struct LaneWaiting {
  std::uint64_t records = 0;
  std::uint64_t confirmed = 0;  // of all that was ever written here
  std::optional<std::int64_t> oldest_ms;
};
Result<std::array<LaneWaiting, sync::kLanes>> waiting_by_lane(Connection& conn);

Result<std::vector<sync::Parked>> parked_records(Connection& conn, std::size_t max);  // without their bytes
Result<std::uint64_t> parked_total(Connection& conn);                                 // of these, however many
Result<std::vector<sync::Conflict>> open_conflicts(Connection& conn, std::size_t max);
Result<sync::SelfState> log_identity(Connection& conn);
Result<sync::Cursor> hub_cursor(Connection& conn);

}  // namespace till::storage

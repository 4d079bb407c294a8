// What sync found out and mended, and what it set aside: in words that say what it means and what to do, if anything.
#pragma once

#include <vector>

#include "app/shop.hpp"
#include "app/snapshot.hpp"
#include "storage/connection.hpp"

namespace till::app {

// The last ones, newest first, of all terminals; from the journal.
Result<std::vector<IncidentRow>> read_incidents(ShopState& state, storage::Connection& conn);
Result<std::vector<ParkedRow>> read_parked(ShopState& state, storage::Connection& conn);
// "Sales and stock", "Tables and orders", "Catalogue", "Journal".
const char* lane_name(std::size_t lane);

}  // namespace till::app

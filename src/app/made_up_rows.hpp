// Rows that `tillctl generate` made: in no log, since they are not for other terminals, so what was kept of their
// tables does not add up any more. Noted, so that whoever examines the shop tells them from damage.
#pragma once

#include <set>

#include "storage/connection.hpp"
#include "sync/record.hpp"

namespace till::app {

Result<std::set<sync::EntityNumber>> tables_with_made_up_rows(storage::Connection& conn);
// In addition to those that are noted.
Status note_made_up_rows(storage::Transaction& tx, const std::set<sync::EntityNumber>& tables);

}  // namespace till::app

// The tables of this terminal's branch: who sits where, what is reserved. Laying tables out takes settings_edit,
// serving them serve_tables. A table's name chosen twice on two terminals stays twice and is flagged
// (storage/duplicates.hpp).
#pragma once

#include <string>
#include <vector>

#include "app/actor.hpp"
#include "domain/order_lines.hpp"

namespace till::app {

Result<std::vector<domain::DiningTable>> tables(Shop& shop);  // by room and name
Result<domain::DiningTable> table_named(Shop& shop, const std::string& name_or_id);
// A nil id makes a new one, which begins available. State and reservation stay as they are.
Result<Id> save_table(Shop& shop, const Actor& actor, domain::DiningTable table);
// Refused while an order is running on it.
Status remove_table(Shop& shop, const Actor& actor, const Id& table);

// Available, cleaning or occupied (guests who have not ordered); a reservation ends with it. Refused while an order is
// running, other than to occupied.
Status set_table_state(Shop& shop, const Actor& actor, const Id& table, domain::TableState state);
Status reserve_table(Shop& shop, const Actor& actor, const Id& table, const std::string& who, UtcTime when);

}  // namespace till::app

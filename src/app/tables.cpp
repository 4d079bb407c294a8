#include "app/tables.hpp"

#include <algorithm>
#include <tuple>

#include "app/row_edit.hpp"
#include "app/store_here.hpp"
#include "storage/orders.hpp"

namespace till::app {
namespace {

using domain::DiningTable;
using domain::TableState;

constexpr int kMaxSeats = 500;
constexpr std::int32_t kMaxPlan_mm = 1'000'000;

Status require_no_running_order(storage::Connection& conn, const Id& table) {
  const auto running = TRY(storage::running_orders_of(conn, table));
  if (running.empty()) return {};
  return invalid("the order " + running.front().head.number + " is running on this table; finish or move it first");
}

Status check(storage::Connection& conn, DiningTable& table) {
  const auto known = TRY(storage::load<DiningTable>(conn, table.id));
  if (known) {
    table.state = known->state;
    table.reserved_for = known->reserved_for;
    table.reserved_at = known->reserved_at;
    table.order = known->order;
    table.store = known->store;
  }
  for (const auto& other : TRY(kept_rows<DiningTable>(conn)))
    if (other.id != table.id && other.store == table.store && lowered(other.room) == lowered(table.room) &&
        lowered(other.name) == lowered(table.name))
      return invalid("there is a table " + other.name + (other.room.empty() ? "" : " in " + other.room) +
                     " already; choose another name");
  return {};
}

}  // namespace

Result<std::vector<DiningTable>> tables(Shop& shop) {
  auto& state = shop.state();
  return state.db->read([&](storage::Connection& conn) -> Result<std::vector<DiningTable>> {
    const auto here = TRY(store_here(conn, state));
    auto all = TRY(kept_rows<DiningTable>(conn));
    std::erase_if(all, [&](const DiningTable& t) { return !here.is_nil() && !t.store.is_nil() && t.store != here; });
    std::ranges::sort(all, {},
                      [](const DiningTable& t) { return std::make_tuple(t.room, t.name.size(), t.name, t.id); });
    return all;
  });
}

Result<DiningTable> table_named(Shop& shop, const std::string& name_or_id) {
  return row_named<DiningTable>(shop, name_or_id, "table");
}

Result<Id> save_table(Shop& shop, const Actor& actor, DiningTable table) {
  if (trimmed(table.name).empty()) return invalid("give the table a name or a number");
  if (table.seats < 0 || table.seats > kMaxSeats) return invalid("a table has 0 to 500 seats");
  if (std::abs(table.x_mm) > kMaxPlan_mm || std::abs(table.y_mm) > kMaxPlan_mm)
    return invalid("the table's place is off the plan; give millimetres");
  auto& state = shop.state();
  if (table.id.is_nil())
    table.store = TRY(state.db->read([&](storage::Connection& conn) { return store_here(conn, state); }));
  const JournalText text{"table.save", table.name, table.room};
  return save_row(shop, actor, domain::Right::settings_edit, std::move(table), text, check);
}

Status remove_table(Shop& shop, const Actor& actor, const Id& table) {
  return edit_row<DiningTable>(shop, actor, domain::Right::settings_edit, table, "table",
                               [&](storage::Transaction& tx, DiningTable& row) -> Result<JournalText> {
                                 TRY(require_no_running_order(tx, table));
                                 row.lifecycle = domain::Lifecycle::deleted;
                                 return JournalText{"table.remove", row.name, row.room};
                               });
}

Status set_table_state(Shop& shop, const Actor& actor, const Id& table, TableState wanted) {
  if (wanted == TableState::reserved) return invalid("say for whom and when the table is reserved");
  return edit_row<DiningTable>(
      shop, actor, domain::Right::serve_tables, table, "table",
      [&](storage::Transaction& tx, DiningTable& row) -> Result<JournalText> {
        if (wanted != TableState::occupied) {
          TRY(require_no_running_order(tx, table));
          row.order = {};
        }
        const std::string before(domain::to_string(row.state));
        row.state = wanted;
        row.reserved_for.clear();
        row.reserved_at = {};
        return JournalText{"table.state", row.name, before + " to " + std::string(domain::to_string(wanted))};
      });
}

Status reserve_table(Shop& shop, const Actor& actor, const Id& table, const std::string& who, UtcTime when) {
  if (trimmed(who).empty()) return invalid("say for whom the table is reserved");
  return edit_row<DiningTable>(shop, actor, domain::Right::serve_tables, table, "table",
                               [&](storage::Transaction& tx, DiningTable& row) -> Result<JournalText> {
                                 TRY(require_no_running_order(tx, table));
                                 row.state = TableState::reserved;
                                 row.reserved_for = who;
                                 row.reserved_at = when;
                                 return JournalText{"table.reserve", row.name, to_rfc3339(when)};
                               });
}

}  // namespace till::app

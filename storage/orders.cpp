#include "storage/orders.hpp"

#include "storage/tables.hpp"

namespace till::storage {

namespace {

Result<OrderView> view_of(Connection& conn, domain::Order head) {
  OrderView view;
  const auto events = TRY(order_events(conn, head.id));
  auto sale =
      TRY(conn.query("SELECT receipt FROM sale WHERE order_id = ?1 AND kind = 0 ORDER BY at, id LIMIT 1", head.id));
  const bool paid = TRY(sale.next());
  if (paid) view.receipt = sale.text(0);
  view.state = domain::order_state(head, events, paid);
  view.lines = domain::order_lines(events);
  view.total = domain::order_total(view.lines);
  view.head = std::move(head);
  return view;
}

Result<std::vector<OrderView>> views(Connection& conn, std::vector<domain::Order> heads, std::size_t max,
                                     bool running_only) {
  std::vector<OrderView> found;
  for (auto& head : heads) {
    if (found.size() >= max) break;
    auto view = TRY(view_of(conn, std::move(head)));
    if (!running_only || !domain::is_final(view.state)) found.push_back(std::move(view));
  }
  return found;
}

}  // namespace

Result<std::vector<domain::OrderEvent>> order_events(Connection& conn, const Id& order) {
  return load_where<domain::OrderEvent>(conn, "WHERE order_id = ?1 ORDER BY order_us, id",
                                        [&](Query& q) { q.bind(1, order); });
}

Result<std::optional<OrderView>> order_view(Connection& conn, const Id& order) {
  auto head = TRY(load<domain::Order>(conn, order));
  if (!head) return std::optional<OrderView>{};
  return std::optional(TRY(view_of(conn, std::move(*head))));
}

Result<std::optional<domain::Order>> find_order(Connection& conn, std::string_view number) {
  auto found = TRY(
      load_where<domain::Order>(conn, "WHERE number = ?1 ORDER BY id LIMIT 1", [&](Query& q) { q.bind(1, number); }));
  if (found.empty()) return std::optional<domain::Order>{};
  return std::optional(std::move(found.front()));
}

Result<std::vector<OrderView>> running_orders(Connection& conn, std::size_t max) {
  auto heads = TRY(load_where<domain::Order>(conn, "WHERE state < 4 ORDER BY created_at, id", {}));
  return views(conn, std::move(heads), max, true);
}

Result<std::vector<OrderView>> running_orders_of(Connection& conn, const Id& table) {
  auto heads = TRY(load_where<domain::Order>(conn, "WHERE state < 4 AND table_id = ?1 ORDER BY created_at, id",
                                             [&](Query& q) { q.bind(1, table); }));
  return views(conn, std::move(heads), SIZE_MAX, true);
}

Result<std::vector<OrderView>> last_orders(Connection& conn, std::size_t max) {
  auto heads =
      TRY(load_where<domain::Order>(conn, "ORDER BY created_at DESC, id LIMIT ?1", [&](Query& q) { q.bind(1, max); }));
  return views(conn, std::move(heads), max, false);
}

Result<std::vector<std::string>> orders_paid_twice(Connection& conn) {
  auto q =
      TRY(conn.query("SELECT coalesce(o.number, '?') FROM sale s LEFT JOIN guest_order o ON o.id = s.order_id "
                     "WHERE s.order_id IS NOT NULL AND s.kind = 0 AND NOT EXISTS "
                     "(SELECT 1 FROM sale r WHERE r.cites = s.id) "
                     "GROUP BY s.order_id HAVING count(*) > 1 ORDER BY 1"));
  std::vector<std::string> numbers;
  while (TRY(q.next())) numbers.push_back(q.text(0));
  return numbers;
}

}  // namespace till::storage

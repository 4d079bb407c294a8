#include "storage/stock.hpp"

#include "storage/tables.hpp"

namespace till::storage {

namespace {

constexpr const char* kLevels =
    "SELECT p.id, p.sku, p.name, coalesce(l.level_milli, 0), p.low_stock_milli FROM product p "
    "LEFT JOIN stock_level l ON l.product = p.id WHERE p.lifecycle = 0 AND p.track_stock = 1 ";

Result<std::vector<StockLevel>> levels(Result<Query> asked) {
  auto q = TRY(std::move(asked));
  std::vector<StockLevel> found;
  while (TRY(q.next())) found.push_back({q.id(0), q.text(1), q.text(2), q.integer(3), q.integer(4)});
  return found;
}

}  // namespace

Result<std::int64_t> stock_level_milli(Connection& conn, const Id& product) {
  return TRY(conn.integer("SELECT level_milli FROM stock_level WHERE product = ?1", product)).value_or(0);
}

Result<std::vector<StockLevel>> stock_levels(Connection& conn, std::size_t offset, std::size_t max) {
  return levels(conn.query(std::string(kLevels) + "ORDER BY p.folded_name, p.number LIMIT ?1 OFFSET ?2", max, offset));
}

Result<std::vector<StockLevel>> low_stock(Connection& conn, std::size_t max) {
  return levels(conn.query(
      std::string(kLevels) +
          "AND p.low_stock_milli > 0 AND coalesce(l.level_milli, 0) <= p.low_stock_milli ORDER BY p.number LIMIT ?1",
      max));
}

Result<std::vector<domain::StockMove>> stock_moves(Connection& conn, const Id& product, std::size_t max) {
  return load_where<domain::StockMove>(conn, "WHERE product = ?1 ORDER BY at DESC, id DESC LIMIT ?2", [&](Query& q) {
    q.bind(1, product);
    q.bind(2, max);
  });
}

Result<std::vector<domain::StockCount>> stock_counts(Connection& conn, const Id& product, std::size_t max) {
  return load_where<domain::StockCount>(conn, "WHERE product = ?1 ORDER BY order_us DESC, id DESC LIMIT ?2",
                                        [&](Query& q) {
                                          q.bind(1, product);
                                          q.bind(2, max);
                                        });
}

Result<StockSeen> stock_seen(Connection& conn, const Id& product) {
  auto q = TRY(conn.query("SELECT level_milli, moved_milli, max(count_order_us, 0) FROM stock_level WHERE product = ?1",
                          product));
  if (!TRY(q.next())) return StockSeen{};
  return StockSeen{q.integer(0), q.integer(1), q.integer(2)};
}

Result<std::vector<Id>> wrong_stock_levels(Connection& conn) {
  auto q = TRY(conn.query(
      "WITH moved AS (SELECT product, sum(delta_milli) AS milli FROM stock_move GROUP BY product), "
      "named AS (SELECT product FROM moved UNION SELECT product FROM stock_count "
      "UNION SELECT product FROM stock_level) "
      "SELECT n.product FROM named n LEFT JOIN moved m ON m.product = n.product "
      "LEFT JOIN stock_level l ON l.product = n.product "
      "WHERE coalesce(l.level_milli, 0) <> coalesce(m.milli, 0) + coalesce((SELECT counted_milli - moved_milli "
      "FROM stock_count c WHERE c.product = n.product ORDER BY order_us DESC, id DESC LIMIT 1), 0)"));
  std::vector<Id> wrong;
  while (TRY(q.next())) wrong.push_back(q.id(0));
  return wrong;
}

}  // namespace till::storage

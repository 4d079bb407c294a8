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

Result<std::vector<Id>> wrong_stock_levels(Connection& conn) {
  auto q = TRY(
      conn.query("SELECT product FROM (SELECT product, sum(delta_milli) AS moved FROM stock_move GROUP BY product) m "
                 "WHERE moved <> coalesce((SELECT level_milli FROM stock_level l WHERE l.product = m.product), 0) "
                 "UNION SELECT product FROM stock_level WHERE level_milli <> 0 "
                 "AND product NOT IN (SELECT product FROM stock_move)"));
  std::vector<Id> wrong;
  while (TRY(q.next())) wrong.push_back(q.id(0));
  return wrong;
}

}  // namespace till::storage

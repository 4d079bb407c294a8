#include "storage/stock.hpp"

#include "storage/tables.hpp"

namespace till::storage {

namespace {

// The level of a product p in the store ?1, or in all when that is nil.
constexpr const char* kLevel =
    "coalesce((SELECT sum(level_milli) FROM stock_level l WHERE l.product = p.id "
    "AND (?1 = x'00000000000000000000000000000000' OR l.store = ?1)), 0)";

Result<std::vector<StockLevel>> levels(Result<Query> asked) {
  auto q = TRY(std::move(asked));
  std::vector<StockLevel> found;
  while (TRY(q.next())) found.push_back({q.id(0), q.text(1), q.text(2), q.integer(3), q.integer(4)});
  return found;
}

}  // namespace

Result<std::int64_t> stock_level_milli(Connection& conn, const Id& product, const Id& store) {
  return TRY(conn.integer("SELECT sum(level_milli) FROM stock_level WHERE product = ?1 "
                          "AND (?2 = x'00000000000000000000000000000000' OR store = ?2)",
                          product, store))
      .value_or(0);
}

Result<std::vector<StockLevel>> stock_levels(Connection& conn, std::size_t offset, std::size_t max, const Id& store) {
  static const std::string sql = std::string("SELECT p.id, p.sku, p.name, ") + kLevel +
                                 ", p.low_stock_milli FROM product p WHERE p.lifecycle = 0 AND p.track_stock = 1 "
                                 "ORDER BY p.folded_name, p.number LIMIT ?2 OFFSET ?3";
  return levels(conn.query(sql, store, max, offset));
}

Result<std::vector<StockLevel>> low_stock(Connection& conn, std::size_t max, const Id& store) {
  static const std::string sql = std::string("SELECT p.id, p.sku, p.name, ") + kLevel +
                                 " AS level, p.low_stock_milli FROM product p WHERE p.lifecycle = 0 "
                                 "AND p.track_stock = 1 AND p.low_stock_milli > 0 AND level <= p.low_stock_milli "
                                 "ORDER BY p.id LIMIT ?2";
  return levels(conn.query(sql, store, max));
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

Result<StockSeen> stock_seen(Connection& conn, const Id& product, const Id& store) {
  auto q =
      TRY(conn.query("SELECT level_milli, moved_milli, max(count_order_us, 0) FROM stock_level "
                     "WHERE product = ?1 AND store = ?2",
                     product, store));
  if (!TRY(q.next())) return StockSeen{};
  return StockSeen{q.integer(0), q.integer(1), q.integer(2)};
}

Result<std::vector<Id>> wrong_stock_levels(Connection& conn) {
  auto q = TRY(conn.query(
      "WITH moved AS (SELECT product, store, sum(delta_milli) AS milli FROM stock_move GROUP BY product, store), "
      "named AS (SELECT product, store FROM moved UNION SELECT product, store FROM stock_count "
      "UNION SELECT product, store FROM stock_level) "
      "SELECT DISTINCT n.product FROM named n "
      "LEFT JOIN moved m ON m.product = n.product AND m.store = n.store "
      "LEFT JOIN stock_level l ON l.product = n.product AND l.store = n.store "
      "WHERE coalesce(l.level_milli, 0) <> coalesce(m.milli, 0) + coalesce((SELECT counted_milli - moved_milli "
      "FROM stock_count c WHERE c.product = n.product AND c.store = n.store "
      "ORDER BY order_us DESC, id DESC LIMIT 1), 0)"));
  std::vector<Id> wrong;
  while (TRY(q.next())) wrong.push_back(q.id(0));
  return wrong;
}

Status recount_stock(Connection& conn, const Id& product) {
  TRY(conn.run("DELETE FROM stock_level WHERE product = ?1", product));
  TRY(
      conn.run("INSERT INTO stock_level(product, store, level_milli, moved_milli) "
               "SELECT product, store, sum(delta_milli), sum(delta_milli) FROM stock_move WHERE product = ?1 "
               "GROUP BY store",
               product));
  auto counts = TRY(conn.query(
      "SELECT store, counted_milli - moved_milli, order_us, id FROM (SELECT *, row_number() OVER (PARTITION BY store "
      "ORDER BY order_us DESC, id DESC) AS place FROM stock_count WHERE product = ?1) WHERE place = 1",
      product));
  while (TRY(counts.next())) {
    TRY(
        conn.run("INSERT INTO stock_level(product, store, level_milli, base_milli, count_order_us, count_id) "
                 "VALUES(?1, ?2, ?3, ?3, ?4, ?5) ON CONFLICT(product, store) DO UPDATE SET "
                 "level_milli = moved_milli + excluded.base_milli, base_milli = excluded.base_milli, "
                 "count_order_us = excluded.count_order_us, count_id = excluded.count_id",
                 product, counts.id(0), counts.integer(1), counts.integer(2), counts.id(3)));
  }
  return {};
}

}  // namespace till::storage

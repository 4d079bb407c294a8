#include "storage/baskets.hpp"

namespace till::storage {

namespace {

constexpr const char* kSelect = "SELECT id, label, user_name, at, total, line_count, basket FROM parked_basket ";

ParkedBasket read_basket(const Query& q) {
  return {q.id(0), q.text(1), q.text(2), q.time(3), q.money(4), q.integer(5), q.blob(6)};
}

}  // namespace

Status park_basket(Connection& conn, const ParkedBasket& parked) {
  return conn.run(
      "INSERT INTO parked_basket(id, label, user_name, at, total, line_count, basket) VALUES(?1,?2,?3,?4,?5,?6,?7)",
      parked.id, parked.label, parked.user_name, parked.at, parked.total, parked.line_count, parked.basket);
}

Result<std::vector<ParkedBasket>> parked_baskets(Connection& conn) {
  auto q = TRY(conn.query(std::string(kSelect) + "ORDER BY at, id"));
  std::vector<ParkedBasket> parked;
  while (TRY(q.next())) parked.push_back(read_basket(q));
  return parked;
}

Result<std::optional<ParkedBasket>> take_basket(Connection& conn, const Id& id) {
  std::optional<ParkedBasket> taken;
  {
    auto q = TRY(conn.query(std::string(kSelect) + "WHERE id = ?1", id));
    if (TRY(q.next())) taken = read_basket(q);
  }
  if (taken) TRY(conn.run("DELETE FROM parked_basket WHERE id = ?1", id));
  return taken;
}

Result<std::int64_t> count_parked_baskets(Connection& conn) {
  return TRY(conn.integer("SELECT count(*) FROM parked_basket")).value_or(0);
}

Status save_open_basket(Connection& conn, const Bytes& basket) {
  return conn.run("INSERT INTO open_basket(one, basket) VALUES(1, ?1) ON CONFLICT(one) DO UPDATE SET basket = ?1",
                  basket);
}

Result<std::optional<Bytes>> load_open_basket(Connection& conn) {
  auto q = TRY(conn.query("SELECT basket FROM open_basket"));
  if (!TRY(q.next())) return std::optional<Bytes>{};
  return std::optional(q.blob(0));
}

Status clear_open_basket(Connection& conn) {
  return conn.run("DELETE FROM open_basket");
}

}  // namespace till::storage

#include "storage/prices.hpp"

#include "storage/tables.hpp"

namespace till::storage {

Result<std::vector<domain::Price>> prices_of(Connection& conn, const Id& product) {
  return load_where<domain::Price>(conn, "WHERE product = ?1 AND lifecycle = 0 ORDER BY valid_from, id",
                                   [&](Query& q) { q.bind(1, product); });
}

}  // namespace till::storage

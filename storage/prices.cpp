#include "storage/prices.hpp"

#include "domain/price_list.hpp"
#include "storage/tables.hpp"

namespace till::storage {

Result<std::vector<domain::Price>> prices_of(Connection& conn, const Id& product) {
  return load_where<domain::Price>(conn, "WHERE product = ?1 AND lifecycle = 0 ORDER BY valid_from, id",
                                   [&](Query& q) { q.bind(1, product); });
}

Result<domain::Product> priced_now(Connection& conn, domain::Product product, std::string_view list, UtcTime now) {
  const auto prices = TRY(prices_of(conn, product.id));
  return domain::priced_on(std::move(product), prices, list, now);
}

}  // namespace till::storage

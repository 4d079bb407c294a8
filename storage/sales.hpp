// Sales as they were printed: the exact bytes of each, and rows to ask questions of. `store` from tables.hpp writes
// one.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/entities/documents.hpp"
#include "storage/connection.hpp"

namespace till::storage {

// The columns of a sale, for lists; the whole is load<domain::Sale>.
struct SaleSummary {
  Id id;
  domain::SaleKind kind = domain::SaleKind::sale;
  std::string receipt;
  UtcTime at;
  std::string terminal;
  std::string user_name;
  std::string customer_name;
  domain::Money total;
  domain::Money due;
  Id shift;
  Id cites;
};

// Writes a new sale; refused if its id or, on its own series, its number is there already.
Status insert_sale(Connection& conn, const domain::Sale& sale);
Result<std::optional<domain::Sale>> find_sale(Connection& conn, std::string_view receipt);
Result<std::optional<domain::Sale>> last_sale(Connection& conn, const Id& device);
// Newest first, over all terminals.
Result<std::vector<SaleSummary>> last_sales(Connection& conn, std::size_t max);
// Oldest first, from <= at < to.
Result<std::vector<SaleSummary>> sales_between(Connection& conn, UtcTime from, UtcTime to, std::size_t max);
Status for_each_sale(Connection& conn, UtcTime from, UtcTime to,
                     const std::function<Status(const domain::Sale&)>& visit);
// What has been paid back of a sale so far, oldest first.
Result<std::vector<domain::Sale>> refunds_of(Connection& conn, const Id& sale);

}  // namespace till::storage

// The prices on lists of one product, and the product as it is sold now (domain/price_list.hpp).
#pragma once

#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "domain/entities/trade.hpp"
#include "storage/connection.hpp"

namespace till::storage {

Result<std::vector<domain::Price>> prices_of(Connection& conn, const Id& product);  // active ones, by beginning
Result<domain::Product> priced_now(Connection& conn, domain::Product product, std::string_view list, UtcTime now);

}  // namespace till::storage

// The prices on lists of one product. Which of them holds is domain/price_list.hpp.
#pragma once

#include <vector>

#include "domain/entities/trade.hpp"
#include "storage/connection.hpp"

namespace till::storage {

Result<std::vector<domain::Price>> prices_of(Connection& conn, const Id& product);  // active ones, by beginning

}  // namespace till::storage

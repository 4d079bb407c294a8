// Orders as their events come to (domain/order_lines.hpp). A head may be here before its events, and the other way
// round: each is shown as far as it is known.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/order_lines.hpp"
#include "storage/connection.hpp"

namespace till::storage {

struct OrderView {
  domain::Order head;
  domain::OrderState state = domain::OrderState::open;
  std::vector<domain::OrderLine> lines;
  domain::Money total;
  std::string receipt;  // of the sale that paid it, empty until then
};

Result<std::vector<domain::OrderEvent>> order_events(Connection& conn, const Id& order);
Result<std::optional<OrderView>> order_view(Connection& conn, const Id& order);
Result<std::optional<domain::Order>> find_order(Connection& conn, std::string_view number);
// Neither completed nor cancelled, oldest first.
Result<std::vector<OrderView>> running_orders(Connection& conn, std::size_t max);
Result<std::vector<OrderView>> running_orders_of(Connection& conn, const Id& table);
// Newest first, finished ones too.
Result<std::vector<OrderView>> last_orders(Connection& conn, std::size_t max);
// Numbers of orders that two terminals took money for.
Result<std::vector<std::string>> orders_paid_twice(Connection& conn);

}  // namespace till::storage

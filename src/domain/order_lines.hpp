// What the events of an order come to. The events are a set: every terminal that has the same ones sees the same order,
// in whatever order they came. Pure; any thread.
//
// - Each `add` is a line; two waiters who add at once both keep theirs.
// - Each part of a line (quantity, price, course, note) is what the latest `change` of that part says, by (order_us,
// id).
// - Taken off is for good: a change that did not know of it does not bring the line back.
// - Cancelled is for good, whatever else was edited, unless a payment exists: what has been paid is completed.
// - An event whose line or order has not arrived yet waits in the set and counts as soon as it has.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "domain/entities/dining.hpp"

namespace till::domain {

struct OrderLine {
  Id line;
  Id product;
  std::string sku, name;
  Money unit_price;
  Quantity quantity;
  std::int32_t course = 0;
  std::string note;
  std::string user_name;  // who added it
  UtcTime at;
  bool operator==(const OrderLine&) const = default;
};

// In the order in which they were added. A line of no quantity is left out.
std::vector<OrderLine> order_lines(std::span<const OrderEvent> events);
bool is_cancelled(std::span<const OrderEvent> events);
// `paid`: a sale cites the order.
OrderState order_state(const Order& head, std::span<const OrderEvent> events, bool paid);
// The order_us of an event made now by somebody who has seen these.
std::int64_t next_order_us(UtcTime now, std::span<const OrderEvent> seen);
// Without taxes that come on top and without discounts: what the list of orders shows. Each line rounded half away from
// zero.
Money order_total(std::span<const OrderLine> lines);

bool is_final(OrderState state);
std::string_view to_string(OrderState state);  // "served"
Result<OrderState> order_state_of(std::string_view text);
std::string_view to_string(TableState state);  // "available"
Result<TableState> table_state_of(std::string_view text);

}  // namespace till::domain

// Orders of tables and to take away. What is on an order are events; two waiters who work on one order offline both
// keep their lines (domain/order_lines.hpp). Right: serve_tables; calling an order off takes cancel_order.
//
// Paying makes a sale through the ordinary path (app/selling.hpp), which cites the order and completes it in the same
// transaction: with pay_order, or by filling the till's ticket from basket_of_order and finishing that. The prices are
// those of the order. An order is worked on in its own branch only.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/actor.hpp"
#include "domain/basket.hpp"
#include "domain/order_lines.hpp"

namespace till::app {

struct OrderSummary {
  domain::Order head;
  std::string table;  // its name, empty to take away
  domain::OrderState state = domain::OrderState::open;
  std::vector<domain::OrderLine> lines;
  domain::Money total;
  std::string receipt;  // empty until it is paid
};

struct NewOrderLine {
  Id product;
  domain::Quantity quantity;
  std::int32_t course = 0;
  std::string note;
};

// What is set changes, what is empty stays.
struct OrderLineChange {
  std::optional<domain::Quantity> quantity;
  std::optional<std::int32_t> course;
  std::optional<std::string> note;
};

// A nil table: to take away. A free table becomes occupied.
Result<Id> open_order(Shop& shop, const Actor& actor, const Id& table, const std::string& note = {});
Result<Id> add_order_line(Shop& shop, const Actor& actor, const Id& order, const NewOrderLine& line);
Status change_order_line(Shop& shop, const Actor& actor, const Id& order, const Id& line,
                         const OrderLineChange& wanted);
Status take_off_order_line(Shop& shop, const Actor& actor, const Id& order, const Id& line, const std::string& why);
// open, sent, ready or served; the final ones come with paying and cancelling.
Status set_order_state(Shop& shop, const Actor& actor, const Id& order, domain::OrderState state);
Status move_order(Shop& shop, const Actor& actor, const Id& order, const Id& table);
// For good, whatever is edited elsewhere meanwhile; what has been paid stays paid.
Status cancel_order(Shop& shop, const Actor& actor, const Id& order, const std::string& why);

Result<domain::Basket> basket_of_order(Shop& shop, const Id& order);
Result<domain::Sale> pay_order(Shop& shop, const Actor& actor, const Id& order,
                               const std::vector<domain::TenderRequest>& tenders);

Result<OrderSummary> order_of(Shop& shop, const Id& order);
Result<OrderSummary> order_named(Shop& shop, const std::string& number_or_id);
Result<std::vector<OrderSummary>> running_orders(Shop& shop, std::size_t max = 500);  // oldest first
Result<std::vector<OrderSummary>> last_orders(Shop& shop, std::size_t max = 100);     // newest first, finished ones too

}  // namespace till::app

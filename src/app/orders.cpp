#include "app/orders.hpp"

#include <fmt/format.h>

#include "app/order_paid.hpp"
#include "app/row_edit.hpp"
#include "app/selling.hpp"
#include "app/store_here.hpp"
#include "storage/meta.hpp"
#include "storage/orders.hpp"

namespace till::app {
namespace {

using domain::DiningTable;
using domain::Order;
using domain::OrderEvent;
using domain::OrderEventKind;
using domain::OrderState;
using domain::TableState;

constexpr std::int32_t kMaxCourse = 20;

Result<OrderSummary> summary_of(storage::Connection& conn, storage::OrderView view) {
  OrderSummary summary;
  if (!view.head.table.is_nil()) {
    const auto table = TRY(storage::load<DiningTable>(conn, view.head.table));
    if (table) summary.table = table->name;
  }
  summary.head = std::move(view.head);
  summary.state = view.state;
  summary.lines = std::move(view.lines);
  summary.total = view.total;
  summary.receipt = std::move(view.receipt);
  return summary;
}

Result<std::vector<OrderSummary>> summaries(storage::Connection& conn, Result<std::vector<storage::OrderView>> views) {
  std::vector<OrderSummary> all;
  for (auto& view : TRY(std::move(views))) all.push_back(TRY(summary_of(conn, std::move(view))));
  return all;
}

// The order, still running and of this branch.
Result<storage::OrderView> running(storage::Connection& conn, const ShopState& state, const Id& order) {
  auto view = TRY(storage::order_view(conn, order));
  if (!view) return invalid("this order does not exist");
  if (view->state == OrderState::completed)
    return invalid(view->receipt.empty() ? "this order has been completed"
                                         : "this order has been paid with receipt " + view->receipt);
  if (view->state == OrderState::cancelled) return invalid("this order was cancelled; begin a new one");
  const auto here = TRY(store_here(conn, state));
  if (!view->head.store.is_nil() && view->head.store != here)
    return invalid("this order belongs to another branch; it is served there");
  return std::move(*view);
}

// One event of an order that is still running. `fill` may look at the order: (Transaction&, OrderView&, OrderEvent&).
template <class Fill>
Result<Id> add_event(Shop& shop, const Actor& actor, domain::Right right, const Id& order, OrderEventKind kind,
                     Fill&& fill) {
  TRY(require_right(shop, actor, right));
  auto& state = shop.state();
  return change(state, [&](storage::Transaction& tx) -> Result<Id> {
    const auto view = TRY(running(tx, state, order));
    OrderEvent event;
    event.id = new_id(state.clock, state.random);
    event.order = order;
    event.kind = kind;
    event.user = actor.user;
    event.user_name = actor.name;
    event.at = state.clock.now();
    event.order_us = domain::next_order_us(event.at, TRY(storage::order_events(tx, order)));
    const std::string detail = TRY(fill(tx, view, event));
    TRY(tidy_texts(event));
    TRY(state.replica->add(tx, event));
    constexpr std::array<const char*, 4> kActions = {"order.add", "order.change", "order.take-off", "order.cancel"};
    TRY(write_journal(state, tx, actor, {kActions[static_cast<std::size_t>(kind)], view.head.number, detail}));
    return event.line;
  });
}

Result<const domain::OrderLine*> line_of(const storage::OrderView& view, const Id& line) {
  for (const auto& known : view.lines)
    if (known.line == line) return &known;
  return invalid("this line is not on the order any more");
}

Status check_quantity(const domain::Product& product, domain::Quantity quantity) {
  if (quantity.milli <= 0 || quantity > domain::kMaxQuantity) return invalid("the quantity must be more than nothing");
  if (product.unit == domain::SellUnit::piece && quantity.milli % 1000 != 0)
    return invalid(product.name + " is sold in whole pieces");
  return {};
}

// Only as far as this order is what occupies it.
Status free_table(ShopState& state, storage::Transaction& tx, const Id& table, const Id& order, TableState then) {
  if (table.is_nil()) return {};
  auto row = TRY(storage::load<DiningTable>(tx, table));
  if (!row || (row->order != order && !row->order.is_nil())) return {};
  for (const auto& other : TRY(storage::running_orders_of(tx, table)))
    if (other.head.id != order) {
      row->order = other.head.id;
      return state.replica->put(tx, *row);
    }
  row->order = {};
  row->state = then;
  return state.replica->put(tx, *row);
}

Status occupy_table(ShopState& state, storage::Transaction& tx, const Id& table, const Id& order) {
  if (table.is_nil()) return {};
  auto row = TRY(existing_row<DiningTable>(tx, table, "table"));
  row.state = TableState::occupied;
  row.reserved_for.clear();
  row.reserved_at = {};
  row.order = order;
  return state.replica->put(tx, row);
}

Result<std::string> next_number(storage::Transaction& tx) {
  const auto number = TRY(storage::meta_integer(tx, "order.last")).value_or(0) + 1;
  TRY(storage::set_meta_integer(tx, "order.last", number));
  return fmt::format("{}-O{}", TRY(storage::meta_text(tx, "terminal.code")).value_or("TILL"), number);
}

}  // namespace

Result<Id> open_order(Shop& shop, const Actor& actor, const Id& table, const std::string& note) {
  TRY(require_right(shop, actor, domain::Right::serve_tables));
  auto& state = shop.state();
  return change(state, [&](storage::Transaction& tx) -> Result<Id> {
    Order order;
    order.id = new_id(state.clock, state.random);
    order.number = TRY(next_number(tx));
    order.table = table;
    order.user = actor.user;
    order.user_name = actor.name;
    order.note = note;
    order.created_at = state.clock.now();
    order.store = TRY(store_here(tx, state));
    TRY(tidy_texts(order));
    TRY(occupy_table(state, tx, table, order.id));
    TRY(state.replica->put(tx, order));
    TRY(write_journal(state, tx, actor, {"order.open", order.number, {}}));
    return order.id;
  });
}

Result<Id> add_order_line(Shop& shop, const Actor& actor, const Id& order, const NewOrderLine& line) {
  if (line.course < 0 || line.course > kMaxCourse) return invalid("the course must be 0 to 20");
  auto& state = shop.state();
  return add_event(shop, actor, domain::Right::serve_tables, order, OrderEventKind::add,
                   [&](storage::Transaction& tx, const storage::OrderView&, OrderEvent& event) -> Result<std::string> {
                     auto product = TRY(existing_row<domain::Product>(tx, line.product, "product"));
                     if (product.lifecycle != domain::Lifecycle::active || !product.available)
                       return invalid(product.name + " is not available now");
                     TRY(check_quantity(product, line.quantity));
                     product = TRY(priced_here(tx, state, std::move(product)));
                     event.line = new_id(state.clock, state.random);
                     event.product = product.id;
                     event.sku = product.sku;
                     event.name = product.name;
                     event.unit_price = product.has_special ? product.special_price : product.price;
                     event.quantity = line.quantity;
                     event.course = line.course;
                     event.note = line.note;
                     return domain::format_quantity(line.quantity) + " x " + product.sku;
                   });
}

Status change_order_line(Shop& shop, const Actor& actor, const Id& order, const Id& line,
                         const OrderLineChange& wanted) {
  if (!wanted.quantity && !wanted.course && !wanted.note) return invalid("say what to change on the line");
  if (wanted.course && (*wanted.course < 0 || *wanted.course > kMaxCourse))
    return invalid("the course must be 0 to 20");
  TRY(add_event(
      shop, actor, domain::Right::serve_tables, order, OrderEventKind::change,
      [&](storage::Transaction& tx, const storage::OrderView& view, OrderEvent& event) -> Result<std::string> {
        const auto* known = TRY(line_of(view, line));
        event.line = line;
        if (wanted.quantity) {
          const auto product = TRY(storage::load<domain::Product>(tx, known->product));
          TRY(check_quantity(product.value_or(domain::Product{}), *wanted.quantity));
          event.sets |= domain::kSetsQuantity;
          event.quantity = *wanted.quantity;
        }
        if (wanted.course) {
          event.sets |= domain::kSetsCourse;
          event.course = *wanted.course;
        }
        if (wanted.note) {
          event.sets |= domain::kSetsNote;
          event.note = *wanted.note;
        }
        return known->sku;
      }));
  return {};
}

Status take_off_order_line(Shop& shop, const Actor& actor, const Id& order, const Id& line, const std::string& why) {
  TRY(add_event(shop, actor, domain::Right::serve_tables, order, OrderEventKind::take_off,
                [&](storage::Transaction&, const storage::OrderView& view, OrderEvent& event) -> Result<std::string> {
                  const auto* known = TRY(line_of(view, line));
                  event.line = line;
                  event.note = why;
                  return known->sku + (why.empty() ? "" : ": " + why);
                }));
  return {};
}

Status set_order_state(Shop& shop, const Actor& actor, const Id& order, OrderState wanted) {
  if (domain::is_final(wanted)) return invalid("an order is completed by paying it and cancelled by cancelling it");
  TRY(require_right(shop, actor, domain::Right::serve_tables));
  auto& state = shop.state();
  return change(state, [&](storage::Transaction& tx) -> Status {
    auto view = TRY(running(tx, state, order));
    view.head.state = wanted;
    TRY(state.replica->put(tx, view.head));
    return write_journal(state, tx, actor, {"order.state", view.head.number, std::string(domain::to_string(wanted))});
  });
}

Status move_order(Shop& shop, const Actor& actor, const Id& order, const Id& table) {
  TRY(require_right(shop, actor, domain::Right::serve_tables));
  auto& state = shop.state();
  return change(state, [&](storage::Transaction& tx) -> Status {
    auto view = TRY(running(tx, state, order));
    if (view.head.table == table) return {};
    const Id before = std::exchange(view.head.table, table);
    TRY(state.replica->put(tx, view.head));
    TRY(free_table(state, tx, before, order, TableState::cleaning));
    TRY(occupy_table(state, tx, table, order));
    return write_journal(state, tx, actor, {"order.move", view.head.number, {}});
  });
}

Status cancel_order(Shop& shop, const Actor& actor, const Id& order, const std::string& why) {
  auto& state = shop.state();
  TRY(add_event(
      shop, actor, domain::Right::cancel_order, order, OrderEventKind::cancel,
      [&](storage::Transaction& tx, const storage::OrderView& view, OrderEvent& event) -> Result<std::string> {
        event.note = why;
        auto head = view.head;
        head.state = OrderState::cancelled;
        TRY(state.replica->put(tx, head));
        TRY(free_table(state, tx, head.table, order, TableState::cleaning));
        return why;
      }));
  return {};
}

Result<domain::Basket> basket_of_order(Shop& shop, const Id& order) {
  auto& state = shop.state();
  const auto view = TRY(state.db->read([&](storage::Connection& conn) { return running(conn, state, order); }));
  if (view.lines.empty()) return invalid("there is nothing on this order; add a line, or cancel it");
  domain::Basket basket(state.settings()->rules);
  for (const auto& line : view.lines) {
    const auto item = TRY(item_as_ordered(shop, line.product));
    domain::AddOptions options;
    options.quantity = line.quantity;
    options.confirmed = true;
    const auto charged = item.product.has_special ? item.product.special_price : item.product.price;
    if (charged != line.unit_price) options.price = line.unit_price;
    TRY(basket.add(item, options));
  }
  basket.set_order(order);
  return basket;
}

Result<domain::Sale> pay_order(Shop& shop, const Actor& actor, const Id& order,
                               const std::vector<domain::TenderRequest>& tenders) {
  return finalise_order(shop, actor, TRY(basket_of_order(shop, order)), tenders);
}

Status order_is_paid(ShopState& state, storage::Transaction& tx, const Actor& actor, const domain::Sale& sale) {
  auto view = TRY(storage::order_view(tx, sale.order));
  if (!view) return invalid("the order of this ticket is not here; cancel the ticket and begin again");
  if (view->state == OrderState::completed)
    return invalid("this order has been paid already with receipt " + view->receipt + "; cancel the ticket");
  view->head.state = OrderState::completed;
  TRY(state.replica->put(tx, view->head));
  TRY(free_table(state, tx, view->head.table, sale.order, TableState::cleaning));
  return write_journal(state, tx, actor, {"order.complete", view->head.number, sale.receipt});
}

Result<OrderSummary> order_of(Shop& shop, const Id& order) {
  return shop.state().db->read([&](storage::Connection& conn) -> Result<OrderSummary> {
    auto view = TRY(storage::order_view(conn, order));
    if (!view) return invalid("this order does not exist");
    return summary_of(conn, std::move(*view));
  });
}

Result<OrderSummary> order_named(Shop& shop, const std::string& number_or_id) {
  if (const auto id = id_from_string(number_or_id)) return order_of(shop, *id);
  const auto found = TRY(shop.state().db->read(
      [&](storage::Connection& conn) { return storage::find_order(conn, trimmed(number_or_id)); }));
  if (!found) return invalid("there is no order '" + clipped(number_or_id, 40) + "'; its number looks like K7QF-O12");
  return order_of(shop, found->id);
}

Result<std::vector<OrderSummary>> running_orders(Shop& shop, std::size_t max) {
  return shop.state().db->read(
      [&](storage::Connection& conn) { return summaries(conn, storage::running_orders(conn, max)); });
}

Result<std::vector<OrderSummary>> last_orders(Shop& shop, std::size_t max) {
  return shop.state().db->read(
      [&](storage::Connection& conn) { return summaries(conn, storage::last_orders(conn, max)); });
}

}  // namespace till::app

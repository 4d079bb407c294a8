#include "domain/order_lines.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include "domain/stock.hpp"

namespace till::domain {

namespace {

constexpr std::array<std::string_view, 6> kOrderStates = {"open", "sent", "ready", "served", "completed", "cancelled"};
constexpr std::array<std::string_view, 4> kTableStates = {"available", "occupied", "reserved", "cleaning"};

std::vector<const OrderEvent*> sorted(std::span<const OrderEvent> events) {
  std::vector<const OrderEvent*> all;
  for (const OrderEvent& event : events) all.push_back(&event);
  std::ranges::sort(all, [](const OrderEvent* a, const OrderEvent* b) {
    return std::tie(a->order_us, a->id) < std::tie(b->order_us, b->id);
  });
  return all;
}

void change(OrderLine& line, const OrderEvent& event) {
  if ((event.sets & kSetsQuantity) != 0) line.quantity = event.quantity;
  if ((event.sets & kSetsPrice) != 0) line.unit_price = event.unit_price;
  if ((event.sets & kSetsCourse) != 0) line.course = event.course;
  if ((event.sets & kSetsNote) != 0) line.note = event.note;
}

template <class Words>
std::string_view word(const Words& words, std::size_t at) {
  return at < words.size() ? words[at] : "?";
}

}  // namespace

std::vector<OrderLine> order_lines(std::span<const OrderEvent> events) {
  const auto all = sorted(events);
  std::vector<OrderLine> lines;
  std::map<Id, std::size_t> places;
  std::set<Id> taken_off;
  for (const OrderEvent* e : all) {
    if (e->kind == OrderEventKind::take_off) taken_off.insert(e->line);
    if (e->kind != OrderEventKind::add || !places.emplace(e->line, lines.size()).second) continue;
    lines.push_back(
        {e->line, e->product, e->sku, e->name, e->unit_price, e->quantity, e->course, e->note, e->user_name, e->at});
  }
  for (const OrderEvent* e : all) {
    const auto place = places.find(e->line);
    if (e->kind == OrderEventKind::change && place != places.end()) change(lines[place->second], *e);
  }
  std::erase_if(lines,
                [&](const OrderLine& line) { return line.quantity.milli == 0 || taken_off.contains(line.line); });
  return lines;
}

bool is_cancelled(std::span<const OrderEvent> events) {
  return std::ranges::any_of(events, [](const OrderEvent& e) { return e.kind == OrderEventKind::cancel; });
}

OrderState order_state(const Order& head, std::span<const OrderEvent> events, bool paid) {
  if (paid) return OrderState::completed;
  if (is_cancelled(events)) return OrderState::cancelled;
  // The sale or cancellation behind a final head may still be on its way.
  return head.state;
}

std::int64_t next_order_us(UtcTime now, std::span<const OrderEvent> seen) {
  std::int64_t last = 0;
  for (const OrderEvent& event : seen) last = std::max(last, event.order_us);
  return next_order_us(now, last);
}

Money order_total(std::span<const OrderLine> lines) {
  Money total;
  for (const OrderLine& line : lines) {
    const std::int64_t exact = line.unit_price.minor * line.quantity.milli;
    total.minor += (exact + (exact < 0 ? -500 : 500)) / 1000;
  }
  return total;
}

bool is_final(OrderState state) {
  return state == OrderState::completed || state == OrderState::cancelled;
}

std::string_view to_string(OrderState state) {
  return word(kOrderStates, static_cast<std::size_t>(state));
}

std::string_view to_string(TableState state) {
  return word(kTableStates, static_cast<std::size_t>(state));
}

Result<OrderState> order_state_of(std::string_view text) {
  const auto at = std::ranges::find(kOrderStates, text);
  if (at == kOrderStates.end())
    return invalid("an order is open, sent, ready, served, completed or cancelled, not '" +
                   std::string(text.substr(0, 20)) + "'");
  return static_cast<OrderState>(at - kOrderStates.begin());
}

Result<TableState> table_state_of(std::string_view text) {
  const auto at = std::ranges::find(kTableStates, text);
  if (at == kTableStates.end())
    return invalid("a table is available, occupied, reserved or cleaning, not '" + std::string(text.substr(0, 20)) +
                   "'");
  return static_cast<TableState>(at - kTableStates.begin());
}

}  // namespace till::domain

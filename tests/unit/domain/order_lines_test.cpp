#include "domain/order_lines.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/random.hpp"

namespace till::domain {
namespace {

Id id_of(std::uint8_t n) {
  return Id{{n}};
}

OrderEvent event(std::uint8_t id, OrderEventKind kind, std::uint8_t line, std::int64_t order_us) {
  OrderEvent e;
  e.id = id_of(id);
  e.order = id_of(200);
  e.kind = kind;
  e.line = id_of(line);
  e.order_us = order_us;
  e.name = "line " + std::to_string(line);
  e.unit_price = {360};
  return e;
}

OrderEvent quantity_change(std::uint8_t id, std::uint8_t line, std::int64_t order_us, std::int64_t milli) {
  auto e = event(id, OrderEventKind::change, line, order_us);
  e.sets = kSetsQuantity;
  e.quantity = {milli};
  return e;
}

TEST(OrderLines, two_waiters_on_one_table_both_keep_their_lines) {
  const std::vector<OrderEvent> events = {event(1, OrderEventKind::add, 10, 100),
                                          event(2, OrderEventKind::add, 11, 100)};
  const auto lines = order_lines(events);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].name, "line 10");
  EXPECT_EQ(lines[1].name, "line 11");
}

TEST(OrderLines, one_changes_the_quantity_and_one_the_note_and_both_hold) {
  auto note = event(3, OrderEventKind::change, 10, 150);
  note.sets = kSetsNote;
  note.note = "no onions";
  const std::vector<OrderEvent> events = {event(1, OrderEventKind::add, 10, 100), quantity_change(2, 10, 200, 3000),
                                          note};
  const auto lines = order_lines(events);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].quantity.milli, 3000);
  EXPECT_EQ(lines[0].note, "no onions");
}

TEST(OrderLines, a_line_that_was_taken_off_stays_off_whatever_else_was_changed) {
  const std::vector<OrderEvent> events = {event(1, OrderEventKind::add, 10, 100),
                                          event(2, OrderEventKind::take_off, 10, 110),
                                          quantity_change(3, 10, 900, 5000)};
  EXPECT_TRUE(order_lines(events).empty());
}

TEST(OrderLines, a_change_waits_for_its_line) {
  const std::vector<OrderEvent> early = {quantity_change(3, 10, 900, 5000)};
  EXPECT_TRUE(order_lines(early).empty());
  const std::vector<OrderEvent> both = {early[0], event(1, OrderEventKind::add, 10, 100)};
  ASSERT_EQ(order_lines(both).size(), 1u);
  EXPECT_EQ(order_lines(both)[0].quantity.milli, 5000);
}

TEST(OrderLines, a_cancelled_order_is_not_edited_back_to_life_but_a_payment_completes_it) {
  Order head;
  head.state = OrderState::sent;
  const std::vector<OrderEvent> events = {event(1, OrderEventKind::add, 10, 100),
                                          event(2, OrderEventKind::cancel, 0, 90)};
  EXPECT_EQ(order_state(head, events, false), OrderState::cancelled);
  EXPECT_EQ(order_state(head, events, true), OrderState::completed);
  EXPECT_EQ(order_state(head, std::span(events).first(1), false), OrderState::sent);
}

TEST(OrderLines, the_order_of_arrival_never_matters) {
  SeededRandom random(3);
  for (int round = 0; round < 200; ++round) {
    std::vector<OrderEvent> events;
    for (std::uint8_t i = 1; i <= 12; ++i) {
      auto e = event(i, static_cast<OrderEventKind>(random.below(3)), static_cast<std::uint8_t>(random.below(4)),
                     static_cast<std::int64_t>(random.below(5)));
      e.sets = static_cast<std::uint8_t>(random.below(16));
      e.quantity = {static_cast<std::int64_t>(random.below(3)) * 1000};
      e.note = std::to_string(i);
      events.push_back(e);
    }
    const auto once = order_lines(events);
    for (int shuffle = 0; shuffle < 5; ++shuffle) {
      for (std::size_t i = events.size(); i > 1; --i) std::swap(events[i - 1], events[random.below(i)]);
      EXPECT_EQ(order_lines(events), once);
    }
  }
}

TEST(OrderLines, an_event_made_later_ranks_later_even_when_the_clock_went_back) {
  const std::vector<OrderEvent> seen = {event(1, OrderEventKind::add, 10, 5000)};
  EXPECT_EQ(next_order_us(UtcTime{100}, seen), 5001);
  EXPECT_EQ(next_order_us(UtcTime{9000}, seen), 9000);
}

TEST(OrderLines, totals_are_rounded_line_by_line) {
  auto weighed = event(1, OrderEventKind::add, 10, 1);
  weighed.unit_price = {999};
  weighed.quantity = {1500};
  const std::vector<OrderEvent> events = {weighed, event(2, OrderEventKind::add, 11, 2)};
  EXPECT_EQ(order_total(order_lines(events)).minor, 1499 + 360);
}

TEST(OrderLines, words_and_states_go_both_ways) {
  for (int state = 0; state < 6; ++state)
    EXPECT_EQ(*order_state_of(to_string(static_cast<OrderState>(state))), static_cast<OrderState>(state));
  for (int state = 0; state < 4; ++state)
    EXPECT_EQ(*table_state_of(to_string(static_cast<TableState>(state))), static_cast<TableState>(state));
  EXPECT_FALSE(order_state_of("eaten"));
  EXPECT_FALSE(table_state_of("broken"));
}

}  // namespace
}  // namespace till::domain

// Tables and orders. A table and an order's head are last-writer-per-field rows; what is on an order are events,
// immutable documents, so that two waiters on one table both keep their lines. What the events come to is
// domain/order_lines.hpp, and nothing else decides it.
#pragma once

#include <cstdint>
#include <string>

#include "core/clock.hpp"
#include "core/fields.hpp"
#include "core/id.hpp"
#include "domain/entities/catalogue.hpp"
#include "domain/money.hpp"

namespace till::domain {

enum class TableState : std::uint8_t { available = 0, occupied = 1, reserved = 2, cleaning = 3 };

struct DiningTable {
  static constexpr std::uint16_t kEntity = 14;
  Id id;
  std::string name;  // "7"
  std::string room;  // "Terrace"
  std::int32_t seats = 0;
  std::int32_t x_mm = 0;  // on the plan of its room
  std::int32_t y_mm = 0;
  TableState state = TableState::available;
  std::string reserved_for;
  UtcTime reserved_at;
  Id order;  // the order that occupies it, or nil
  Id store;  // nil: every store's
  Lifecycle lifecycle = Lifecycle::active;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(field(1, "name", name), field(2, "room", room), field(3, "seats", seats), field(4, "x_mm", x_mm),
            field(5, "y_mm", y_mm), field(6, "state", state), field(7, "reserved_for", reserved_for),
            field(8, "reserved_at", reserved_at.us), field(9, "order_id", order), field(10, "store", store),
            field(15, "lifecycle", lifecycle));
  }
};

// `completed` and `cancelled` are final. What an order really is, is OrderView::state.
enum class OrderState : std::uint8_t { open = 0, sent = 1, ready = 2, served = 3, completed = 4, cancelled = 5 };

struct Order {
  static constexpr std::uint16_t kEntity = 15;
  Id id;
  std::string number;  // "K7QF-O12": what a person calls it
  Id table;            // nil: to take away
  OrderState state = OrderState::open;
  Id user;  // who serves it
  std::string user_name;
  std::string note;
  UtcTime created_at;
  Id store;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(field(1, "number", number), field(2, "table_id", table), field(3, "state", state), field(4, "user", user),
            field(5, "user_name", user_name), field(6, "note", note), field(7, "created_at", created_at.us),
            field(8, "store", store));
  }
};

enum class OrderEventKind : std::uint8_t {
  add = 0,       // a line, with its product as it was then
  change = 1,    // the parts of a line that `sets` names
  take_off = 2,  // a line; for good
  cancel = 3,    // the whole order; for good, unless it has been paid
};

// What a change sets.
constexpr std::uint8_t kSetsQuantity = 1, kSetsPrice = 2, kSetsCourse = 4, kSetsNote = 8;

struct OrderEvent {
  static constexpr std::uint16_t kEntity = 23;
  Id id;
  Id order;
  Id line;  // nil for cancel
  OrderEventKind kind = OrderEventKind::add;
  std::uint8_t sets = 0;
  Id product;
  std::string sku;
  std::string name;
  Money unit_price;
  Quantity quantity;
  std::int32_t course = 0;  // 1: first; 0: as it comes
  std::string note;         // for the kitchen, or why it was taken off
  Id user;
  std::string user_name;
  UtcTime at;                 // what the clock on the wall said
  std::int64_t order_us = 0;  // later than every event of the order that its author had seen

  template <class Archive>
  void serialize(Archive& archive) {
    archive(field(1, "order_id", order), field(2, "line", line), field(3, "kind", kind), field(4, "sets", sets),
            field(5, "product", product), field(6, "sku", sku), field(7, "name", name),
            field(8, "unit_price", unit_price), field(9, "quantity", quantity), field(10, "course", course),
            field(11, "note", note), field(12, "user", user), field(13, "user_name", user_name), field(14, "at", at.us),
            field(16, "order_us", order_us));
  }
};

}  // namespace till::domain

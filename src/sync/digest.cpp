#include "sync/digest.hpp"

#include <algorithm>
#include <vector>

#include "security/hash.hpp"

namespace till::sync {

namespace {

std::uint64_t first_eight(ByteView bytes) {
  const auto hash = security::sha256(bytes);
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 8; ++i) value = value << 8 | hash[i];
  return value;
}

void write_order(ByteWriter& out, const Order& order) {
  out.raw(order.device.view());
  out.u64(order.incarnation);
  out.varint(order.sequence);
  out.u64(order.stamp.packed);
}

// A change is written out where it is first named, and is a number from then on: most fields of a row have few.
class OrdersOnce {
 public:
  void write(ByteWriter& out, const Order& order) {
    const auto at = std::find(named_.begin(), named_.end(), order);
    out.varint(static_cast<std::uint64_t>(at - named_.begin()));
    if (at != named_.end()) return;
    named_.push_back(order);
    write_order(out, order);
  }

 private:
  std::vector<Order> named_;
};

void write_row_name(ByteWriter& out, EntityNumber entity, const Id& row) {
  out.varint(entity);
  out.raw(row.view());
}

void write_feed(ByteWriter& out, const Feed& feed) {
  out.raw(feed.device.view());
  out.u64(feed.incarnation);
  out.u8(static_cast<std::uint8_t>(feed.lane));
}

}  // namespace

std::uint64_t row_hash(EntityNumber entity, const Id& row, const RowState& state) {
  ByteWriter out;
  OrdersOnce orders;
  write_row_name(out, entity, row);
  for (const auto& [number, field] : state.fields) {
    const auto value = state.values.find(number);
    out.varint(number);
    orders.write(out, field.order);
    out.sized(value == state.values.end() ? ByteView() : ByteView(value->second));
    out.varint(field.rivals.size());
    for (const Rival& rival : field.rivals) {
      orders.write(out, rival.order);
      out.sized(rival.value);
    }
  }
  return first_eight(out.bytes());
}

std::uint64_t document_hash(EntityNumber entity, const Id& row, const FieldMap& fields) {
  ByteWriter out;
  write_row_name(out, entity, row);
  for (const auto& [number, value] : fields) {
    out.varint(number);
    out.sized(value);
  }
  return first_eight(out.bytes());
}

std::uint64_t head_hash(const FeedHead& head) {
  ByteWriter out;
  out.u8(1);
  write_feed(out, head.feed);
  out.varint(head.sequence);
  out.raw(ByteView(head.hash));
  return first_eight(out.bytes());
}

std::uint64_t parked_hash(const Feed& feed, std::uint64_t first, std::uint64_t last) {
  ByteWriter out;
  out.u8(2);
  write_feed(out, feed);
  out.varint(first);
  out.varint(last);
  return first_eight(out.bytes());
}

}  // namespace till::sync

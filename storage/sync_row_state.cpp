#include "storage/sync_row_state.hpp"

#include <algorithm>
#include <vector>

namespace till::storage {

using sync::FieldState;
using sync::Order;
using sync::Rival;

namespace {

// Format 1 had no expected changes, and only one bit beside the index of a field's winner.
constexpr std::uint8_t kFormat = 2;
constexpr std::uint64_t kHasRivals = 1, kHasExpected = 2;

struct Orders {
  std::vector<Order> list;
  std::size_t index_of(const Order& order) {
    const auto at = std::find(list.begin(), list.end(), order);
    if (at != list.end()) return static_cast<std::size_t>(at - list.begin());
    list.push_back(order);
    return list.size() - 1;
  }
};

Result<std::size_t> read_index(ByteReader& in, std::size_t limit) {
  const auto index = TRY(in.varint());
  if (index >= limit) return corrupt("the stamps of a row are damaged");
  return static_cast<std::size_t>(index);
}

Result<std::vector<Order>> read_orders(ByteReader& in, SyncOrigins& origins) {
  const auto count = TRY(read_index(in, in.rest().size() + 1));
  std::vector<Order> orders;
  for (std::size_t i = 0; i < count; ++i) {
    Order order;
    const auto number = TRY(in.varint());
    const Origin origin = TRY(origins.origin(static_cast<std::int64_t>(number)));
    order.device = origin.first;
    order.incarnation = origin.second;
    order.stamp.packed = TRY(in.u64());
    order.sequence = TRY(in.varint());
    orders.push_back(order);
  }
  return orders;
}

Result<FieldState> read_state(ByteReader& in, const std::vector<Order>& orders, std::uint8_t format) {
  const std::uint64_t flags_size = format == 1 ? 2 : 4;
  const auto tagged = TRY(read_index(in, orders.size() * flags_size));
  const std::uint64_t flags = tagged % flags_size;
  FieldState state;
  state.order = orders[tagged / flags_size];
  if ((flags & kHasRivals) != 0) {
    const auto rivals = TRY(read_index(in, in.rest().size() + 1));
    for (std::size_t i = 0; i < rivals; ++i) {
      const auto order = TRY(read_index(in, orders.size()));
      state.rivals.push_back({orders[order], to_bytes(TRY(in.sized(in.rest().size())))});
    }
  }
  if ((flags & kHasExpected) == 0) return state;
  const auto expected = TRY(read_index(in, in.rest().size() + 1));
  for (std::size_t i = 0; i < expected; ++i) state.expected.push_back(orders[TRY(read_index(in, orders.size()))]);
  return state;
}

void write_state(ByteWriter& out, const FieldState& state, Orders& orders) {
  const std::uint64_t flags = (state.rivals.empty() ? 0 : kHasRivals) | (state.expected.empty() ? 0 : kHasExpected);
  out.varint(orders.index_of(state.order) * 4 + flags);
  if (!state.rivals.empty()) {
    out.varint(state.rivals.size());
    for (const Rival& rival : state.rivals) {
      out.varint(orders.index_of(rival.order));
      out.sized(rival.value);
    }
  }
  if (state.expected.empty()) return;
  out.varint(state.expected.size());
  for (const Order& order : state.expected) out.varint(orders.index_of(order));
}

}  // namespace

Result<Bytes> encode_states(const FieldStates& states, SyncOrigins& origins) {
  Orders orders;
  ByteWriter fields;
  fields.varint(states.size());
  for (const auto& [number, state] : states) {
    fields.varint(number);
    write_state(fields, state, orders);
  }
  ByteWriter out;
  out.u8(kFormat);
  out.varint(orders.list.size());
  for (const Order& order : orders.list) {
    const auto number = TRY(origins.number_of({order.device, order.incarnation}));
    out.varint(static_cast<std::uint64_t>(number));
    out.u64(order.stamp.packed);
    out.varint(order.sequence);
  }
  out.raw(fields.bytes());
  return out.take();
}

Result<FieldStates> decode_states(ByteView bytes, SyncOrigins& origins) {
  ByteReader in(bytes);
  const auto format = TRY(in.u8());
  if (format != 1 && format != kFormat) return corrupt("the stamps of a row are of an unknown format");
  const auto orders = TRY(read_orders(in, origins));
  const auto count = TRY(read_index(in, in.rest().size() + 1));
  FieldStates states;
  for (std::size_t i = 0; i < count; ++i) {
    const auto number = TRY(in.varint());
    states.insert_or_assign(states.end(), static_cast<FieldNumber>(number), TRY(read_state(in, orders, format)));
  }
  if (!in.empty()) return corrupt("the stamps of a row are damaged");
  return states;
}

Bytes encode_unknown(const FieldMap& fields) {
  ByteWriter out;
  for (const auto& [number, value] : fields) {
    out.varint(number);
    out.sized(value);
  }
  return out.take();
}

Status decode_unknown(ByteView bytes, FieldMap& into) {
  ByteReader in(bytes);
  while (!in.empty()) {
    const auto number = TRY(in.varint());
    into.emplace(static_cast<FieldNumber>(number), to_bytes(TRY(in.sized(bytes.size()))));
  }
  return {};
}

}  // namespace till::storage

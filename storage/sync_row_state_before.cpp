#include "storage/sync_row_state_before.hpp"

#include <vector>

namespace till::storage {

using sync::FieldState;
using sync::Order;

namespace {

// Format 1 had no expected changes, and only one bit beside the index of a field's winner.
constexpr std::uint64_t kHasRivals = 1, kHasExpected = 2;

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
    const Origin origin = TRY(origins.origin(static_cast<std::int64_t>(TRY(in.varint()))));
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

}  // namespace

Result<FieldStates> decode_states_before(ByteReader& in, std::uint8_t format, SyncOrigins& origins) {
  if (format != 1 && format != 2) return corrupt("the stamps of a row are of an unknown format");
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

}  // namespace till::storage

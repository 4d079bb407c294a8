#include "storage/sync_row_state.hpp"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>
#include <vector>

#include "core/zigzag.hpp"
#include "storage/sync_row_state_before.hpp"

namespace till::storage {

using sync::FieldState;
using sync::Order;
using sync::Rival;

namespace {

constexpr std::uint8_t kFormat = 3;
// Beside the index of the change that a field shows. Skips: its number is not the one after the last field's. A run:
// so do the fields of the next numbers. More: rivals or expected changes follow; never of a run.
constexpr std::uint64_t kIsMore = 1, kSkips = 2, kIsRun = 4, kFlagsSize = 8;
constexpr std::uint64_t kMaxInRuns = 1024;  // of a row, so that a few bytes cannot become many fields
constexpr std::uint64_t kMaxFieldNumber = std::numeric_limits<FieldNumber>::max();

tl::unexpected<Error> damaged() {
  return corrupt("the stamps of a row are damaged");
}

Result<std::uint64_t> read_below(ByteReader& in, std::uint64_t limit) {
  const auto value = TRY(in.varint());
  if (value >= limit) return damaged();
  return value;
}

// The changes that a row speaks of, each once: by origin, and those of one origin by their stamps, so that each but
// the first is written as a difference.
class Changes {
 public:
  static Result<Changes> of(const FieldStates& states, SyncOrigins& origins) {
    Changes changes;
    for (const auto& [number, state] : states) {
      TRY(changes.add(state.order, origins));
      for (const Rival& rival : state.rivals) TRY(changes.add(rival.order, origins));
      for (const Order& order : state.expected) TRY(changes.add(order, origins));
    }
    std::ranges::sort(changes.list_);
    changes.list_.erase(std::unique(changes.list_.begin(), changes.list_.end()), changes.list_.end());
    return changes;
  }
  [[nodiscard]] std::uint64_t index_of(const Order& order) const {
    return static_cast<std::uint64_t>(std::ranges::find(list_, order, &Change::second) - list_.begin());
  }
  void write(ByteWriter& out) const {
    for (auto at = list_.begin(); at != list_.end();) {
      const auto end = std::find_if(at, list_.end(), [&](const Change& other) { return other.first != at->first; });
      out.varint(static_cast<std::uint64_t>(end - at - 1) * 2 + (end == list_.end() ? 0 : 1));
      out.varint(static_cast<std::uint64_t>(at->first));
      out.u64(at->second.stamp.packed);
      out.varint(at->second.sequence);
      for (++at; at != end; ++at) {
        out.varint(at->second.stamp.packed - std::prev(at)->second.stamp.packed);
        out.varint(zigzag(static_cast<std::int64_t>(at->second.sequence - std::prev(at)->second.sequence)));
      }
    }
  }

 private:
  using Change = std::pair<std::int64_t, Order>;  // with its origin's number
  Status add(const Order& order, SyncOrigins& origins) {
    if (!list_.empty() && list_.back().second == order) return {};
    list_.emplace_back(TRY(origins.number_of({order.device, order.incarnation})), order);
    return {};
  }
  std::vector<Change> list_;
};

Result<std::vector<Order>> read_changes(ByteReader& in, SyncOrigins& origins) {
  std::vector<Order> orders;
  for (bool another_origin = true; another_origin;) {
    const auto head = TRY(in.varint());
    another_origin = head % 2 != 0;
    if (head / 2 > in.rest().size()) return damaged();
    Order order;
    std::tie(order.device, order.incarnation) = TRY(origins.origin(static_cast<std::int64_t>(TRY(in.varint()))));
    order.stamp.packed = TRY(in.u64());
    order.sequence = TRY(in.varint());
    orders.push_back(order);
    for (std::uint64_t further = 0; further < head / 2; ++further) {
      order.stamp.packed += TRY(in.varint());
      order.sequence += static_cast<std::uint64_t>(unzigzag(TRY(in.varint())));
      orders.push_back(order);
    }
  }
  return orders;
}

bool has_more(const FieldState& state) {
  return !state.rivals.empty() || !state.expected.empty();
}

void write_more(ByteWriter& out, const FieldState& state, const Changes& changes) {
  out.varint(state.rivals.size());
  for (const Rival& rival : state.rivals) {
    out.varint(changes.index_of(rival.order));
    out.sized(rival.value);
  }
  out.varint(state.expected.size());
  for (const Order& order : state.expected) out.varint(changes.index_of(order));
}

Status read_more(ByteReader& in, const std::vector<Order>& orders, FieldState& state) {
  const auto rivals = TRY(read_below(in, in.rest().size() + 1));
  for (std::uint64_t i = 0; i < rivals; ++i) {
    const auto order = TRY(read_below(in, orders.size()));
    state.rivals.push_back({orders[order], to_bytes(TRY(in.sized(in.rest().size())))});
  }
  const auto expected = TRY(read_below(in, in.rest().size() + 1));
  for (std::uint64_t i = 0; i < expected; ++i) state.expected.push_back(orders[TRY(read_below(in, orders.size()))]);
  return {};
}

// How many of the fields that follow show the same change as the first, without gaps and with nothing more to say.
std::uint64_t further_in_run(FieldStates::const_iterator at, FieldStates::const_iterator end, std::uint64_t room) {
  const auto first = at;
  const auto belongs = [&](const auto& before, const auto& next) {
    return next.first == before.first + 1 && next.second.order == first->second.order && !has_more(next.second);
  };
  std::uint64_t further = 0;
  for (; !has_more(first->second) && further < room; ++at, ++further)
    if (std::next(at) == end || !belongs(*at, *std::next(at))) break;
  return further;
}

void write_fields(ByteWriter& out, const FieldStates& states, const Changes& changes) {
  std::uint64_t next_number = 1, room = kMaxInRuns;
  for (auto at = states.begin(); at != states.end();) {
    const auto& [number, state] = *at;
    const auto further = further_in_run(at, states.end(), room);
    const bool skips = number != next_number;
    out.varint(changes.index_of(state.order) * kFlagsSize + (further > 0 ? kIsRun : 0) + (skips ? kSkips : 0) +
               (has_more(state) ? kIsMore : 0));
    if (skips) out.varint(number);
    if (further > 0) out.varint(further);
    if (has_more(state)) write_more(out, state, changes);
    next_number = number + further + 1;
    room -= further;
    std::advance(at, further + 1);
  }
}

Result<FieldStates> read_fields(ByteReader& in, const std::vector<Order>& orders) {
  FieldStates states;
  std::uint64_t number = 1, room = kMaxInRuns;  // of the next field; for further ones in runs
  while (!in.empty()) {
    const auto tag = TRY(read_below(in, orders.size() * kFlagsSize));
    if ((tag & kSkips) != 0) number = TRY(read_below(in, kMaxFieldNumber + 1));
    if ((tag & kIsRun) != 0 && (tag & kIsMore) != 0) return damaged();  // each field of it would hold the same rivals
    const auto further = (tag & kIsRun) != 0 ? TRY(read_below(in, room + 1)) : 0;
    room -= further;
    if (number + further > kMaxFieldNumber || (!states.empty() && number <= states.rbegin()->first)) return damaged();
    FieldState state{orders[tag / kFlagsSize], {}, {}};
    if ((tag & kIsMore) != 0) TRY(read_more(in, orders, state));
    for (const auto last = number + further; number <= last; ++number)
      states.emplace_hint(states.end(), static_cast<FieldNumber>(number), state);
  }
  return states;
}

}  // namespace

Result<Bytes> encode_states(const FieldStates& states, SyncOrigins& origins) {
  ByteWriter out;
  out.u8(kFormat);
  if (states.empty()) return out.take();
  const Changes changes = TRY(Changes::of(states, origins));
  changes.write(out);
  write_fields(out, states, changes);
  return out.take();
}

Result<FieldStates> decode_states(ByteView bytes, SyncOrigins& origins) {
  ByteReader in(bytes);
  const auto format = TRY(in.u8());
  if (format != kFormat) return decode_states_before(in, format, origins);
  if (in.empty()) return FieldStates{};
  const auto orders = TRY(read_changes(in, origins));
  return read_fields(in, orders);
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

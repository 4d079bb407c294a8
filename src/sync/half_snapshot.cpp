#include "sync/half_snapshot.hpp"

#include <algorithm>
#include <map>

#include "core/wire.hpp"
#include "sync/parking.hpp"

namespace till::sync {

namespace {

constexpr std::string_view kAheadNote = "bootstrap.ahead";

using Ends = std::map<Feed, std::uint64_t>;

void reach(Ends& ends, const std::vector<FeedPosition>& positions) {
  for (const FeedPosition& p : positions) {
    auto& end = ends[p.feed];
    end = std::max(end, p.sequence);
  }
}

std::vector<FeedPosition> positions_of(const Ends& ends) {
  std::vector<FeedPosition> positions;
  for (const auto& [feed, sequence] : ends) positions.push_back({feed, sequence});
  return positions;
}

}  // namespace

Status note_half_taken(Store& store, const std::vector<FeedPosition>& positions) {
  Ends ends;
  if (const auto note = TRY(store.note(kAheadNote))) reach(ends, TRY(decode<std::vector<FeedPosition>>(*note)));
  reach(ends, positions);
  return store.set_note(kAheadNote, encode(positions_of(ends)));
}

Status clear_half_taken(Store& store) {
  return store.clear_note(kAheadNote);
}

Result<bool> is_data_ahead(Store& store) {
  const auto note = TRY(store.note(kAheadNote));
  if (!note) return false;
  Ends here;
  reach(here, TRY(store.positions()));
  const auto ends = TRY(decode<std::vector<FeedPosition>>(*note));
  return std::any_of(ends.begin(), ends.end(), [&](const FeedPosition& p) { return here[p.feed] < p.sequence; });
}

Result<bool> expect_again(Store& store, Lane lane, const Op& op, RowState& row) {
  if (op.replaces.empty() || !TRY(store.note(kAheadNote))) return false;
  bool is_new = false;
  for (const auto& [number, replaced] : op.replaces) {
    auto& expected = row.fields[number].expected;
    for (const Order& order : replaced) {
      if (std::find(expected.begin(), expected.end(), order) != expected.end()) continue;
      if (TRY(is_applied(store, {{order.device, order.incarnation, lane}, order.sequence}))) continue;
      expected.push_back(order);
      is_new = true;
    }
  }
  return is_new;
}

}  // namespace till::sync

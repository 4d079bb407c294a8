#include "sync/history.hpp"

#include <algorithm>
#include <set>

#include "sync/segment.hpp"

namespace till::sync {

namespace {

constexpr std::size_t kMaxSteps = 32;

Result<std::optional<Record>> record_in(ByteView segment, const SegmentKeys& keys, const Order& order) {
  const auto envelope = parse_envelope(segment);
  const bool holds = envelope && envelope->first_sequence <= order.sequence &&
                     envelope->last_sequence() >= order.sequence && keys.has_epoch(envelope->key_epoch);
  if (!holds) return std::optional<Record>{};
  const auto opened = open_segment(segment, *envelope, keys);
  if (!opened) return std::optional<Record>{};
  const auto at = static_cast<std::size_t>(order.sequence - envelope->first_sequence);
  auto record = decode_body(envelope->feed, order.sequence, opened->bodies[at]);
  if (!record || record->stamp != order.stamp) return std::optional<Record>{};
  return std::optional<Record>{std::move(*record)};
}

// What one of several concurrent changes came after, as far as it was followed.
struct Past {
  std::set<Order> seen, to_follow;
  bool has_gap = false;  // a change that is not in the log any more

  void add(const std::vector<Order>& replaced) {
    for (const Order& order : replaced) {
      if (seen.insert(order).second) to_follow.insert(order);
    }
  }
};

std::optional<Order> last_in_all(const std::vector<Past>& pasts) {
  for (auto order = pasts.front().seen.rbegin(); order != pasts.front().seen.rend(); ++order) {
    if (std::all_of(pasts.begin(), pasts.end(), [&](const Past& past) { return past.seen.contains(*order); }))
      return *order;
  }
  return std::nullopt;
}

}  // namespace

Result<std::optional<Record>> find_record(LogReader& log, const SegmentKeys& keys, Lane lane, const Order& order) {
  const Feed feed{order.device, order.incarnation, lane};
  if (const auto body = TRY(log.uncut_body(feed, order.sequence))) {
    auto record = decode_body(feed, order.sequence, *body);
    if (record && record->stamp == order.stamp) return std::optional<Record>{std::move(*record)};
  }
  for (const Bytes& segment : TRY(log.segments_with(feed, order.sequence))) {
    auto record = TRY(record_in(segment, keys, order));
    if (record) return record;
  }
  return std::optional<Record>{};
}

Result<std::optional<FieldChange>> find_change(LogReader& log, const SegmentKeys& keys, Lane lane, const Order& order,
                                               EntityNumber entity, const Id& row, FieldNumber field) {
  auto record = TRY(find_record(log, keys, lane, order));
  if (!record) return std::optional<FieldChange>{};
  for (Op& op : record->ops) {
    if (op.entity != entity || op.row != row || !op.fields.contains(field)) continue;
    return std::optional<FieldChange>{{std::move(op.fields[field]), std::move(op.replaces[field])}};
  }
  return std::optional<FieldChange>{};
}

Result<Ancestor> common_ancestor(LogReader& log, const SegmentKeys& keys, Lane lane, EntityNumber entity, const Id& row,
                                 FieldNumber field, const std::vector<Order>& changes) {
  const auto find = [&](const Order& order) { return find_change(log, keys, lane, order, entity, row, field); };
  std::vector<Past> pasts;
  for (const Order& change : changes) {
    const auto found = TRY(find(change));
    if (!found) return Ancestor{};
    pasts.emplace_back().add(found->replaces);
  }
  if (pasts.empty()) return Ancestor{};
  for (std::size_t step = 0; step < kMaxSteps; ++step) {
    if (const auto common = last_in_all(pasts)) {
      const auto found = TRY(find(*common));
      return found ? Ancestor{true, found->value} : Ancestor{};
    }
    bool followed = false;
    for (Past& past : pasts) {
      if (past.to_follow.empty()) continue;
      const Order last = *past.to_follow.rbegin();
      past.to_follow.erase(last);
      followed = true;
      const auto found = TRY(find(last));
      if (found) past.add(found->replaces);
      past.has_gap |= !found;
    }
    if (followed) continue;
    const bool whole = std::none_of(pasts.begin(), pasts.end(), [](const Past& past) { return past.has_gap; });
    return Ancestor{whole, std::nullopt};
  }
  return Ancestor{};
}

Result<std::vector<Order>> latest_of(LogReader& log, const SegmentKeys& keys, Lane lane, EntityNumber entity,
                                     const Id& row, FieldNumber field, std::vector<Order> changes) {
  if (changes.empty()) return changes;
  const Order first = *std::min_element(changes.begin(), changes.end());
  Past past;
  for (const Order& change : changes) past.to_follow.insert(change);
  for (std::size_t step = 0; step < kMaxSteps && !past.to_follow.empty(); ++step) {
    const Order last = *past.to_follow.rbegin();
    past.to_follow.erase(last);
    const auto found =
        last > first ? TRY(find_change(log, keys, lane, last, entity, row, field)) : std::optional<FieldChange>{};
    if (found) past.add(found->replaces);
  }
  std::erase_if(changes, [&](const Order& change) { return past.seen.contains(change); });
  return changes;
}

}  // namespace till::sync

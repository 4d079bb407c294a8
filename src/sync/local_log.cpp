#include "sync/local_log.hpp"

#include <algorithm>

#include "sync/half_snapshot.hpp"
#include "sync/sabotage.hpp"

namespace till::sync {

namespace {

constexpr std::size_t kOpOverheadBytes = 64;

std::size_t size_of(const FieldMap& fields) {
  std::size_t bytes = kOpOverheadBytes;
  for (const auto& [number, value] : fields) bytes += value.size() + kOpOverheadBytes;
  return bytes;
}

void drop_what_is_stored(FieldMap& fields, const RowState& state) {
  std::erase_if(fields, [&](const auto& entry) {
    const auto stored = state.values.find(entry.first);
    return stored != state.values.end() && stored->second == entry.second;
  });
}

Op& op_for(Record& record, EntityNumber entity, const Id& row) {
  const auto known = std::find_if(record.ops.begin(), record.ops.end(),
                                  [&](const Op& op) { return op.row == row && op.entity == entity; });
  if (known != record.ops.end()) return *known;
  record.ops.push_back({OpKind::set, entity, row, {}, {}});
  return record.ops.back();
}

std::uint16_t chance_of(const Id& op_id) {
  return static_cast<std::uint16_t>(op_id.bytes[14] << 8 | op_id.bytes[15]);
}

// The row was changed before in the same group: the record says only how it ended.
bool is_same_change(const RowState& state, FieldNumber number, const Order& order) {
  const auto field = state.fields.find(number);
  return field != state.fields.end() && field->second.order == order;
}

// A change made here settles what was in conflict: its author has seen the row as it is.
std::vector<Order> candidates(const FieldState& field) {
  std::vector<Order> seen = {field.order};
  for (const Rival& rival : field.rivals) {
    if (seen.size() < kMaxFieldsPerOp) seen.push_back(rival.order);
  }
  return seen;
}

// The latest stamp, by the clocks as they were put right, of what a change of these fields replaces. One that is still
// to come is left out: whoever made it will say that it is wrong.
Result<Stamp> latest_replaced(Store& store, Clock& clock, Lane lane, const RowState& state, const FieldMap& fields,
                              const Order& own) {
  std::vector<Order> replaced;
  for (const auto& [number, value] : fields) {
    const auto field = state.fields.find(number);
    if (field == state.fields.end() || is_same_change(state, number, own)) continue;
    for (const Order& order : candidates(field->second)) {
      if (order.stamp >= own.stamp) replaced.push_back(order);
    }
  }
  Stamp latest;
  if (replaced.empty()) return latest;
  const UtcTime trusted_now{clock.now().us + TRY(store.self()).clock_offset_ms * 1000};
  const auto amendments = TRY(store.amendments());
  const Ranking ranking(amendments, lane);
  for (const Order& order : replaced) {
    const Stamp stamp = ranking.effective(order);
    if (!is_future(stamp, trusted_now)) latest = std::max(latest, stamp);
  }
  return latest;
}

}  // namespace

Status LocalLog::set(Store& store, Lane lane, EntityNumber entity, const Id& row, FieldMap fields) {
  RowState state = TRY(store.load_row(entity, row));
  drop_what_is_stored(fields, state);
  if (fields.empty()) return {};
  TRY(write(store, lane, entity, row, std::move(state), std::move(fields)));
  return {};
}

Result<Order> LocalLog::settle(Store& store, Lane lane, EntityNumber entity, const Id& row, FieldNumber field,
                               Bytes value) {
  RowState state = TRY(store.load_row(entity, row));
  FieldMap fields;
  fields[field] = std::move(value);
  return write(store, lane, entity, row, std::move(state), std::move(fields));
}

Result<Order> LocalLog::write(Store& store, Lane lane, EntityNumber entity, const Id& row, RowState state,
                              FieldMap fields) {
  Group* group = TRY(group_with_room(store, lane, size_of(fields)));
  const Stamp latest = TRY(latest_replaced(store, clock_, lane, state, fields, group->record.order()));
  if (latest >= group->record.stamp && !sabotaged(Sabotage::stamp_not_raised)) {  // the own clock was put right since
    TRY(store.observe(latest));
    TRY(seal(store, *group));
    TRY(open(store, lane, *group));
    group->bytes = size_of(fields);
  }
  const Order order = group->record.order();
  Op& op = op_for(group->record, entity, row);
  Op change{OpKind::set, entity, row, {}, {}};
  MergeOutcome outcome;
  for (auto& [number, value] : fields) {
    if (is_same_change(state, number, order)) {
      state.values[number] = value;
      outcome.changed.push_back(number);
    } else {
      const auto field = state.fields.find(number);
      if (field != state.fields.end()) change.replaces[number] = candidates(field->second);
      change.fields[number] = value;
    }
    op.fields[number] = std::move(value);
  }
  for (const auto& [number, replaced] : change.replaces) op.replaces[number] = replaced;
  const MergeOutcome merged = merge(state, change, order);
  TRY(expect_again(store, lane, change, state));
  outcome.changed.insert(outcome.changed.end(), merged.changed.begin(), merged.changed.end());
  outcome.states_changed = true;
  outcome.rivals_changed = merged.rivals_changed;
  TRY(store.save_row(entity, row, state, outcome));
  return order;
}

Status LocalLog::add(Store& store, Lane lane, EntityNumber entity, const Id& row, FieldMap fields) {
  const bool is_new = TRY(store.add_document(entity, row, fields));
  if (!is_new) return {};
  Group* group = TRY(group_with_room(store, lane, size_of(fields)));
  group->record.ops.push_back({OpKind::add, entity, row, std::move(fields), {}});
  return {};
}

Status LocalLog::keep_together(Store& store, Lane lane, std::size_t ops, std::size_t bytes) {
  Group& group = groups_[index(lane)];
  const bool has_room = group.record.ops.size() + ops <= kMaxOpsPerRecord && group.bytes + bytes <= kMaxRecordBytes;
  return !group.is_open || has_room ? Status{} : seal(store, group);
}

Result<LocalLog::Group*> LocalLog::group_with_room(Store& store, Lane lane, std::size_t bytes) {
  Group& group = groups_[index(lane)];
  const bool is_full = group.record.ops.size() == kMaxOpsPerRecord || group.bytes + bytes > kMaxRecordBytes;
  if (group.is_open && is_full) TRY(seal(store, group));
  if (!group.is_open) TRY(open(store, lane, group));
  group.bytes += bytes;
  return &group;
}

Status LocalLog::open(Store& store, Lane lane, Group& group) {
  const SelfState self = TRY(store.self());
  const Feed feed{self.device, self.incarnation, lane};
  const auto own = TRY(store.own_feed(feed));
  group = {};
  group.own = own.value_or(OwnFeed{});
  group.own.feed = feed;
  group.record.feed = feed;
  group.record.sequence = group.own.head + 1;
  const UtcTime trusted_now{clock_.now().us + self.clock_offset_ms * 1000};
  group.record.op_id = new_id(clock_, random_);
  group.record.stamp = next_stamp(self.last_stamp, trusted_now, chance_of(group.record.op_id), random_);
  group.is_open = true;
  return store.observe(group.record.stamp);
}

Status LocalLog::seal(Store& store, Group& group) {
  group.is_open = false;
  if (group.record.ops.empty()) return {};
  const Bytes body = TRY(encode_body(group.record));
  const RecordHash hash = chain_hash(group.record.feed, group.record.sequence, group.own.head_hash, body);
  TRY(store.append_own(group.record, body, hash));
  group = {};
  return {};
}

Status LocalLog::seal(Store& store) {
  for (Group& group : groups_) {
    if (group.is_open) TRY(seal(store, group));
  }
  return {};
}

}  // namespace till::sync

#include "sync/snapshot_aside.hpp"

#include <algorithm>
#include <map>

namespace till::sync {

namespace {

std::vector<Rival> candidates_of(SnapshotField& field) {
  std::vector<Rival> list;
  if (!field.order.is_none()) list.push_back({field.order, std::move(field.value)});
  std::move(field.rivals.begin(), field.rivals.end(), std::back_inserter(list));
  return list;
}

void set_candidates(SnapshotField& field, std::vector<Rival> list) {
  field.order = list.front().order;
  field.value = std::move(list.front().value);
  field.rivals.assign(std::make_move_iterator(list.begin() + 1), std::make_move_iterator(list.end()));
}

Record change_of(const Order& order, Lane lane, Op op) {
  Record record;
  record.feed = {order.device, order.incarnation, lane};
  record.sequence = order.sequence;
  record.stamp = order.stamp;
  record.ops.push_back(std::move(op));
  return record;
}

}  // namespace

Result<SplitRow> split_by_choice(Store& store, SnapshotRow row, Lane lane) {
  SplitRow split;
  split.wanted.entity = row.entity;
  split.wanted.row = row.row;
  std::map<Order, Op> aside;
  for (SnapshotField& field : row.fields) {
    std::vector<Rival> kept;
    for (Rival& candidate : candidates_of(field)) {
      if (TRY(store.wants(row.entity, candidate.order.device))) {
        kept.push_back(std::move(candidate));
        continue;
      }
      Op& op = aside[candidate.order];
      op.entity = row.entity;
      op.row = row.row;
      op.fields[field.number] = std::move(candidate.value);
      op.replaces[field.number] = field.expected;
    }
    if (kept.empty()) continue;
    set_candidates(field, std::move(kept));
    split.wanted.fields.push_back(std::move(field));
  }
  for (auto& [order, op] : aside) split.left_out.push_back(change_of(order, lane, std::move(op)));
  return split;
}

Result<std::optional<Record>> left_out(Store& store, const SnapshotDocument& document, Lane lane) {
  const Id author = document.author.is_nil() ? TRY(store.self()).device : document.author;
  if (TRY(store.wants(document.entity, author))) return std::optional<Record>{};
  Op op;
  op.kind = OpKind::add;
  op.entity = document.entity;
  op.row = document.row;
  op.fields = document.fields;
  return std::optional<Record>{change_of({Stamp{}, author, 0, 0}, lane, std::move(op))};
}

Status forget_set_aside(Store& store, const SeenRecords& there, std::int64_t mark) {
  for (const FeedPosition& position : there.positions()) {
    std::uint64_t first = 1;
    std::vector<SeenRecords::Range> parked;
    for (const auto& range : there.left_out()) {
      if (range.feed == position.feed) parked.push_back(range);
    }
    std::sort(parked.begin(), parked.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& range : parked) {
      if (range.first > first) TRY(store.forget_set_aside({position.feed, first, range.first - 1}, mark));
      first = std::max(first, range.last + 1);
    }
    if (first <= position.sequence) TRY(store.forget_set_aside({position.feed, first, position.sequence}, mark));
  }
  return {};
}

}  // namespace till::sync

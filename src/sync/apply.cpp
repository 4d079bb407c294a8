#include "sync/apply.hpp"

#include <algorithm>
#include <iterator>

#include "sync/amend.hpp"
#include "sync/chain.hpp"
#include "sync/half_snapshot.hpp"
#include "sync/parking.hpp"
#include "sync/sabotage.hpp"

namespace till::sync {

namespace {

Result<HeldFeed> held_of(Store& store, const Envelope& e) {
  HeldFeed held;
  held.heads = TRY(store.heads(e.feed));
  if (!held.heads.empty()) held.floor = TRY(store.floor(e.feed));
  held.has_segment = [&store, &e] {
    return store.has_segment(e.feed, e.first_sequence, e.last_sequence(), e.last_hash);
  };
  held.has_end_before_first = [&store, &e] { return store.has_end(e.feed, e.first_sequence - 1, e.previous_hash); };
  return held;
}

bool sets_rows(const Record& record) {
  return std::any_of(record.ops.begin(), record.ops.end(), [](const Op& op) { return op.kind == OpKind::set; });
}

}  // namespace

std::vector<Order> later_ones_replaced(const Record& record, const Ranking& ranking) {
  std::vector<Order> later;
  const Order own = record.order();
  for (const Op& op : record.ops) {
    for (const auto& [number, replaced] : op.replaces) {
      std::copy_if(replaced.begin(), replaced.end(), std::back_inserter(later),
                   [&](const Order& order) { return order >= own && !ranking.before(order, own); });
    }
  }
  return later;
}

Status Applier::begin_step(Store& store) {
  amendments_ = TRY(store.amendments());
  return {};
}

Result<TakenSegment> Applier::take(Store& store, ByteView segment, UtcTime trusted_now) {
  const auto parsed = parse_envelope(segment);
  if (!parsed) return TakenSegment{Taken::refused, false, parsed.error().message};
  const Envelope& e = *parsed;
  if (e.tenant != tenant_) return TakenSegment{Taken::refused, false, "it belongs to another shop"};

  const HeldFeed held = TRY(held_of(store, e));
  const Placement placed = TRY(place(e, held));
  if (placed.place == Place::gap) return TakenSegment{Taken::gap, false, {}};
  if (placed.place == Place::fork && sabotaged(Sabotage::fork_branch_dropped))
    return TakenSegment{Taken::duplicate, false, {}};
  if (placed.place == Place::duplicate) {
    if (!sabotaged(Sabotage::drop_dedup)) {
      if (e.last_sequence() <= held.floor) TRY(take_documents(store, segment, e, trusted_now));
      return TakenSegment{Taken::duplicate, false, {}};
    }
    TRY(open_and_apply(store, segment, e, trusted_now));
    return TakenSegment{Taken::applied, false, {}};
  }
  const bool known = keys_.knows_device(e.feed.device);
  if (!keys_.counts(e.feed, e.last_sequence()))
    return TakenSegment{Taken::refused, false, "its terminal was locked out before it wrote this"};
  if (known) {
    const Status genuine = verify_envelope(segment, e, keys_);
    if (!genuine && !sabotaged(Sabotage::signature_unchecked))
      return TakenSegment{Taken::refused, false, genuine.error().message};
  }
  const bool fork = placed.place == Place::fork;
  if (fork) TRY(remember_branches(store, e.feed, e.first_sequence));
  TRY(store.store_received({e.feed, e.first_sequence, e.last_sequence(), e.previous_hash, e.last_hash, placed.branch,
                            e.first_stamp.ms(), segment}));
  if (known) {
    TRY(open_and_apply(store, segment, e, trusted_now, fork ? held.floor : 0));
  } else {
    news_.missing_devices.insert(e.feed.device);
    TRY(store.park(parked_segment(e, segment, ParkedReason::unknown_device, {}, trusted_now)));
  }
  return TakenSegment{Taken::applied, fork, {}};
}

Status Applier::open_and_apply(Store& store, ByteView segment, const Envelope& e, UtcTime trusted_now,
                               std::uint64_t floor) {
  if (!keys_.has_epoch(e.key_epoch)) {
    news_.missing_epochs.insert(e.key_epoch);
    return store.park(parked_segment(e, segment, ParkedReason::unknown_key, {}, trusted_now));
  }
  const auto opened = open_segment(segment, e, keys_);
  if (!opened && opened.error().kind == ErrorKind::denied) {
    news_.missing_epochs.insert(e.key_epoch);
    return store.park(parked_segment(e, segment, ParkedReason::unknown_key, opened.error().message, trusted_now));
  }
  if (!opened) {
    return store.park(parked_segment(e, segment, ParkedReason::invalid, opened.error().message, trusted_now));
  }
  const Source source = TRY(store.heads(e.feed)).size() > 1 ? Source::of_a_fork : Source::arriving;
  TRY(store.savepoint());
  const News before = news_;
  const Status whole = apply_bodies(store, e, opened->bodies, source, Guard::whole_segment, trusted_now, floor);
  if (whole) {
    TRY(store.release_savepoint());
    return observe_what_came(store);
  }
  if (!is_the_records_fault(whole.error())) return whole;
  TRY(undo(store));
  news_ = before;
  TRY(apply_bodies(store, e, opened->bodies, source, Guard::each_record, trusted_now, floor));
  return observe_what_came(store);
}

Status Applier::apply_bodies(Store& store, const Envelope& e, const std::vector<Bytes>& bodies, Source source,
                             Guard guard, UtcTime trusted_now, std::uint64_t floor) {
  std::uint64_t sequence = e.first_sequence;
  for (const Bytes& body : bodies) {
    if (sequence <= floor) {
      TRY(take_documents(store, e.feed, sequence++, body, trusted_now));
      continue;
    }
    TRY(apply_or_park(store, e.feed, sequence++, body, source, guard, trusted_now));
    if (sabotaged(Sabotage::parked_blocks) && TRY(store.is_parked(e.feed, sequence - 1))) return {};
  }
  return {};
}

Status Applier::apply_or_park(Store& store, const Feed& feed, std::uint64_t sequence, ByteView body, Source source,
                              Guard guard, UtcTime trusted_now) {
  std::optional<Parked> parked;
  const auto record = decode_body(feed, sequence, body);
  if (!record) {
    parked.emplace();
    parked->feed = feed;
    parked->first = parked->last = sequence;
    parked->cause = record.error().message;
  } else {
    news_.ops += record->ops.size();
    if (source == Source::of_a_fork && !TRY(store.remember_op(record->op_id))) return {};
    parked = TRY(obstacle(store, *record, trusted_now));
  }
  if (!parked) {
    if (guard == Guard::whole_segment) return apply(store, *record);
    parked = TRY(apply_guarded(store, *record));
    if (!parked) return {};
  }
  parked->bytes = to_bytes(body);
  parked->since_ms = trusted_now.us / 1000;
  return store.park(*parked);
}

// What to park when the record itself is at fault; nothing of it is in the data then.
Result<std::optional<Parked>> Applier::apply_guarded(Store& store, const Record& record) {
  TRY(store.savepoint());
  const Status applied = apply(store, record);
  if (applied) {
    TRY(store.release_savepoint());
    return std::optional<Parked>{};
  }
  TRY(sabotaged(Sabotage::half_record) ? store.release_savepoint() : undo(store));
  if (!is_the_records_fault(applied.error())) return fail(applied.error());
  return parked_record(record, ParkedReason::failed, applied.error().message + "; " + applied.error().cause);
}

Status Applier::undo(Store& store) {
  TRY(store.roll_back_to_savepoint());
  return begin_step(store);
}

// Own stamps exceed what was merged. Once for a segment: a stamp that was undone does no harm.
Status Applier::observe_what_came(Store& store) {
  const Stamp latest = std::exchange(latest_, Stamp{});
  return latest.packed == 0 ? Status{} : store.observe(latest);
}

std::optional<Parked> Applier::too_new(Store& store, const Record& record) const {
  if (record.min_reader > reader_) return parked_record(record, ParkedReason::newer_program, {});
  for (const Op& op : record.ops) {
    if (!store.knows_entity(op.entity))
      return parked_record(record, ParkedReason::newer_program, "entity " + std::to_string(op.entity));
  }
  return std::nullopt;
}

Result<std::optional<Parked>> Applier::obstacle(Store& store, const Record& record, UtcTime trusted_now) {
  if (record.min_reader > reader_ && sabotaged(Sabotage::parked_forgotten)) return std::optional<Parked>{};
  if (const auto what = flaw(record); record.min_reader <= reader_ && !what.empty()) {
    return parked_record(record, ParkedReason::invalid, std::string(what));
  }
  if (auto parked = too_new(store, record)) return parked;
  const Stamp stamp = ranking(record.feed.lane).effective(record.order());
  if (sets_rows(record) && is_future(stamp, trusted_now) && !sabotaged(Sabotage::future_not_held)) {
    Parked held = parked_record(record, ParkedReason::future_stamp, {});
    held.due_ms = due_at(stamp).us / 1000;
    return held;
  }
  for (const Order& later : later_ones_replaced(record, ranking(record.feed.lane))) {
    if (TRY(is_applied(store, {{later.device, later.incarnation, record.feed.lane}, later.sequence}))) continue;
    return parked_record(record, ParkedReason::missing_dependency, "it replaces a later change");
  }
  for (const Dependency& need : record.needs) {
    if (sabotaged(Sabotage::dependency_ignored)) break;
    if (!TRY(is_applied(store, need))) return parked_record(record, ParkedReason::missing_dependency, {});
  }
  return std::optional<Parked>{};
}

Status Applier::apply(Store& store, const Record& record) {
  std::vector<Op> left_out;
  for (const Op& op : record.ops) {
    if (!TRY(store.wants(op.entity, record.feed.device))) {
      left_out.push_back(op);
      continue;
    }
    TRY(apply_op(store, record, op));
    news_.entities.insert(op.entity);
  }
  if (!left_out.empty()) {
    Record rest = record;
    rest.ops = std::move(left_out);
    TRY(store.set_aside(rest));
  }
  if (sets_rows(record) && !sabotaged(Sabotage::stamp_not_raised))
    latest_ = std::max(latest_, ranking(record.feed.lane).effective(record.order()));
  ++news_.records;
  return {};
}

// False when the document was here already.
Result<bool> Applier::add(Store& store, const Op& op) {
  const bool is_new = TRY(store.add_document(op.entity, op.row, op.fields));
  if (!is_new || op.entity != Amendment::kEntity) return is_new;
  Amendment amendment;
  TRY(apply_fields(op.fields, amendment));
  TRY(begin_step(store));
  TRY(rank_after(store, keys_, amendment, amendments_));
  return true;
}

Status Applier::apply_op(Store& store, const Record& record, const Op& op) {
  if (op.kind == OpKind::add) {
    TRY(add(store, op));
    return {};
  }
  RowState state = TRY(store.load_row(op.entity, op.row));
  MergeOutcome outcome = merge(state, op, record.order(), ranking(record.feed.lane));
  outcome.states_changed |= TRY(expect_again(store, record.feed.lane, op, state));
  if (!outcome.states_changed) return {};
  return store.save_row(op.entity, op.row, state, outcome);
}

// A feed has forked: from here on its changes are told apart by their own ids.
Status Applier::remember_branches(Store& store, const Feed& feed, std::uint64_t from) {
  for (const Bytes& body : TRY(bodies_of(store, keys_, feed, from))) {
    const auto record = decode_body(feed, from, body);
    if (record) TRY(store.remember_op(record->op_id));
  }
  return {};
}

Applier::News Applier::take_news() {
  latest_ = {};
  return std::exchange(news_, {});
}

void Applier::step_failed() {
  take_news();
  rounds_.clear();
}

}  // namespace till::sync

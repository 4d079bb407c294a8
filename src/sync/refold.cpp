#include "sync/refold.hpp"

#include <algorithm>

#include "sync/segment.hpp"

namespace till::sync {

namespace {

constexpr std::size_t kSegmentsAtOnce = 16;

std::set<Feed> forked_of(const std::vector<FeedHead>& heads) {
  std::set<Feed> seen, forked;
  for (const FeedHead& head : heads) {
    if (!seen.insert(head.feed).second) forked.insert(head.feed);
  }
  return forked;
}

bool by_id(const Amendment& a, const Amendment& b) {
  return a.id < b.id;
}

bool same(std::vector<Amendment> a, std::vector<Amendment> b) {
  std::sort(a.begin(), a.end(), by_id);
  std::sort(b.begin(), b.end(), by_id);
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Amendment& x, const Amendment& y) {
    return x.id == y.id && to_fields(x) == to_fields(y);
  });
}

}  // namespace

Refold::Refold(Store& scratch, const SegmentKeys& keys, std::set<EntityNumber> entities,
               std::vector<Amendment> amendments)
    : scratch_(scratch), keys_(keys), entities_(std::move(entities)), amendments_(std::move(amendments)) {
  for (const EntityNumber entity : entities_) {
    if (const auto lane = scratch_.lane_of(entity)) lanes_.insert(*lane);
  }
}

void Refold::broken(Lane lane, std::string why) {
  broken_.insert(lane);
  if (why_broken_.empty()) why_broken_ = std::move(why);
}

Status Refold::look_at_feeds(FoldLog& log) {
  if (std::exchange(has_looked_, true)) return {};
  forked_ = forked_of(TRY(log.heads()));
  set_aside_mark_ = TRY(log.set_aside_mark());
  return {};
}

Result<bool> Refold::advance(FoldLog& log, std::size_t max_ops) {
  TRY(look_at_feeds(log));
  ops_ = 0;
  for (;;) {
    const auto segments = TRY(log.segments_after(after_, lanes_, kSegmentsAtOnce));
    if (segments.empty()) break;
    for (const LogSegment& segment : segments) {
      TRY(fold_segment(log, segment));
      after_ = segment.number;
      if (ops_ >= max_ops) return true;
    }
  }
  return fold_uncut(log, max_ops);
}

Result<bool> Refold::continues(FoldLog& log, const Branch& branch, std::uint64_t first, const RecordHash* previous) {
  const auto end = reached_.find(branch);
  if (end != reached_.end())
    return end->second.sequence + 1 == first && (previous == nullptr || *previous == end->second.hash);
  const Feed& feed = branch.first;
  const auto floor = TRY(log.floor(feed));
  if (floor > 0) floors_[feed] = floor;
  return branch.second > 0 || first <= floor + 1;
}

Status Refold::fold_segment(FoldLog& log, const LogSegment& s) {
  const Branch branch{s.feed, s.branch};
  const auto end = reached_.find(branch);
  const std::uint64_t done = end == reached_.end() ? 0 : end->second.sequence;
  if (s.branch == 0 && done >= s.last) return {};  // folded before it was cut
  const bool was_partly_uncut = s.branch == 0 && done >= s.first;
  if (!was_partly_uncut && !TRY(continues(log, branch, s.first, &s.previous_hash)))
    broken(s.feed.lane, "records before " + std::to_string(s.first) + " of a feed are missing");
  reached_[branch] = {s.last, s.last_hash};
  const auto envelope = parse_envelope(s.bytes);
  const auto opened = envelope && keys_.has_epoch(envelope->key_epoch)
                          ? open_segment(s.bytes, *envelope, keys_)
                          : Result<OpenedSegment>(corrupt("a stored segment cannot be opened"));
  if (!opened) {
    if (!TRY(is_parked(log, s.feed, s.first, {}, s.bytes))) broken(s.feed.lane, opened.error().message);
    return {};
  }
  std::uint64_t sequence = s.first;
  for (const Bytes& body : opened->bodies) {
    if (!was_partly_uncut || sequence > done) TRY(fold_record(log, s.feed, sequence, body, s.bytes));
    ++sequence;
  }
  return {};
}

Result<bool> Refold::fold_uncut(FoldLog& log, std::size_t max_ops) {
  for (const FeedHead& head : TRY(log.heads())) {
    if (head.branch != 0 || !lanes_.contains(head.feed.lane)) continue;
    const Branch branch{head.feed, 0};
    for (;;) {
      const auto end = reached_.find(branch);
      const std::uint64_t done = end == reached_.end() ? TRY(log.floor(head.feed)) : end->second.sequence;
      if (done >= head.sequence) break;
      const auto records = TRY(log.uncut_after(head.feed, done, kMaxRecordsPerSegment));
      if (records.empty()) break;
      for (const UncutRecord& record : records) {
        if (!TRY(continues(log, branch, record.sequence, nullptr)))
          broken(head.feed.lane, "own records before " + std::to_string(record.sequence) + " are missing");
        reached_[branch] = {record.sequence, record.hash};
        TRY(fold_record(log, head.feed, record.sequence, record.body, {}));
      }
      if (ops_ >= max_ops) return true;
    }
  }
  return false;
}

Result<bool> Refold::is_parked(FoldLog& log, const Feed& feed, std::uint64_t sequence, ByteView body,
                               ByteView segment) {
  const bool forked = forked_.contains(feed);
  for (const Parked& parked : TRY(log.parked_at(feed, sequence))) {
    if (forked && !equal(parked.bytes, parked.whole_segment ? segment : body)) continue;
    auto& bodies = left_out_[{feed, sequence}];
    if (forked) bodies.insert(parked.bytes);
    return true;
  }
  return false;
}

Status Refold::fold_record(FoldLog& log, const Feed& feed, std::uint64_t sequence, ByteView body, ByteView segment) {
  if (TRY(is_parked(log, feed, sequence, body, segment))) return {};
  const auto record = decode_body(feed, sequence, body);
  if (!record || record->min_reader > kSchema) {
    broken(feed.lane, "a record in the log cannot be read, and is not parked");
    return {};
  }
  if (forked_.contains(feed) && !TRY(scratch_.remember_op(record->op_id))) return {};
  ++records_;
  ops_ += record->ops.size();
  for (const Op& op : record->ops) {
    const Status folded = fold_op(log, *record, op);
    if (folded) continue;
    if (folded.error().kind != ErrorKind::corrupt && folded.error().kind != ErrorKind::invalid) return folded;
    broken(feed.lane, folded.error().message);
  }
  return {};
}

Status Refold::fold_op(FoldLog& log, const Record& record, const Op& op) {
  if (!entities_.contains(op.entity) || TRY(log.is_set_aside(op.entity, record.order()))) return {};
  if (op.kind == OpKind::add) {
    const Result<bool> added = scratch_.add_document(op.entity, op.row, op.fields);
    return added ? Status{} : Status(fail(added.error()));
  }
  RowState state = TRY(scratch_.load_row(op.entity, op.row));
  const MergeOutcome outcome = merge(state, op, record.order(), Ranking(amendments_, record.feed.lane));
  if (!outcome.states_changed) return {};
  return scratch_.save_row(op.entity, op.row, state, outcome);
}

Status Refold::compare_amendments() {
  if (!entities_.contains(Amendment::kEntity) || same(TRY(scratch_.amendments()), amendments_)) return {};
  return fail(ErrorKind::retry, "what is known of wrong clocks has changed; the log is folded again");
}

Status Refold::conclude(FoldLog& log) {
  const auto heads = TRY(log.heads());
  bool has_moved = forked_of(heads) != forked_ || TRY(log.set_aside_mark()) != set_aside_mark_;
  for (const auto& [place, bodies] : left_out_) {
    const auto parked = TRY(log.parked_at(place.first, place.second));
    const auto still = [&](const Bytes& body) {
      return std::any_of(parked.begin(), parked.end(), [&](const Parked& p) { return p.bytes == body; });
    };
    has_moved |= parked.empty() || !std::all_of(bodies.begin(), bodies.end(), still);
  }
  if (has_moved) return fail(ErrorKind::retry, "what was parked has been taken in meanwhile; the log is folded again");
  for (const FeedHead& head : heads) {
    if (!lanes_.contains(head.feed.lane)) continue;
    const auto floor = TRY(log.floor(head.feed));
    if (floor > 0) floors_[head.feed] = floor, late_.insert(head.feed.lane);
    const auto end = reached_.find({head.feed, head.branch});
    const bool is_there = end == reached_.end()
                              ? head.sequence <= floor
                              : end->second.sequence == head.sequence && end->second.hash == head.hash;
    if (!is_there) broken(head.feed.lane, "the end of a feed is missing in the log");
  }
  return compare_amendments();
}

LogState Refold::state_of(Lane lane) const {
  if (broken_.contains(lane)) return LogState::broken;
  return late_.contains(lane) ? LogState::begins_late : LogState::whole;
}

bool Refold::is_below_floor(Lane lane, const Order& order) const {
  const auto floor = floors_.find({order.device, order.incarnation, lane});
  return floor != floors_.end() && order.sequence <= floor->second;
}

}  // namespace till::sync

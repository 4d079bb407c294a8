#include "sim/memory_store.hpp"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "domain/entities/documents.hpp"
#include "sync/sabotage.hpp"

namespace till::sim {

using namespace till::sync;

MemoryStore::MemoryStore(const Id& device, Incarnation incarnation) {
  disk_.self.device = device;
  disk_.self.incarnation = incarnation;
}

void MemoryStore::begin() {
  if (open_) std::abort();
  open_ = true;
  undo_.clear();
}

void MemoryStore::commit() {
  open_ = false;
  undo_.clear();
}

void MemoryStore::roll_back() {
  savepoint_ = 0;
  (void)roll_back_to_savepoint();
  open_ = false;
}

Status MemoryStore::savepoint() {
  savepoint_ = undo_.size();
  return {};
}

Status MemoryStore::roll_back_to_savepoint() {
  while (undo_.size() > savepoint_) {
    undo_.back()();
    undo_.pop_back();
  }
  return {};
}

template <class T>
void MemoryStore::remember(T& place) {
  if (!open_) std::abort();  // a change outside a transaction
  undo_.push_back([&place, old = place] { place = old; });
}

template <class Map>
typename Map::mapped_type& MemoryStore::slot(Map& map, const typename Map::key_type& key) {
  if (!open_) std::abort();
  const auto found = map.find(key);
  if (found == map.end()) {
    undo_.push_back([&map, key] { map.erase(key); });
  } else {
    undo_.push_back([&map, key, old = found->second] { map[key] = old; });
  }
  return map[key];
}

OwnFeed* MemoryStore::find_own(const Feed& feed) {
  const auto found = std::find_if(disk_.own.begin(), disk_.own.end(), [&](const OwnFeed& f) { return f.feed == feed; });
  return found == disk_.own.end() ? nullptr : &*found;
}

Status MemoryStore::set_incarnation(Incarnation incarnation) {
  remember(disk_.self);
  disk_.self.incarnation = incarnation;
  return {};
}

Status MemoryStore::observe(Stamp stamp) {
  if (stamp <= disk_.self.last_stamp) return {};
  remember(disk_.self);
  disk_.self.last_stamp = stamp;
  return {};
}

Status MemoryStore::set_clock_offset_ms(std::int64_t offset_ms) {
  remember(disk_.self);
  disk_.self.clock_offset_ms = offset_ms;
  return {};
}

Result<std::optional<OwnFeed>> MemoryStore::own_feed(const Feed& feed) {
  const OwnFeed* own = find_own(feed);
  return own ? std::optional<OwnFeed>{*own} : std::nullopt;
}

Status MemoryStore::append_own(const Record& record, const Bytes& body, const RecordHash& hash) {
  remember(disk_.own);
  OwnFeed* own = find_own(record.feed);
  if (!own) own = &disk_.own.emplace_back(OwnFeed{record.feed, 0, {}, 0, {}, 0});
  if (own->head + 1 != record.sequence)
    return fail(ErrorKind::permanent, "a sequence number was left out or used twice");
  own->head = record.sequence;
  own->head_hash = hash;
  slot(disk_.uncut, record.feed).push_back({{body, hash}, record.stamp.ms()});
  return {};
}

Result<std::vector<RecordBytes>> MemoryStore::uncut(const Feed& feed) {
  std::vector<RecordBytes> records;
  std::size_t bytes = 0;
  for (const auto& [record, at] : disk_.uncut[feed]) {
    bytes += record.body.size();
    if (!records.empty() && (bytes > kSegmentTargetBytes || records.size() == kMaxRecordsPerSegment)) break;
    records.push_back(record);
  }
  return records;
}

Result<std::vector<Bytes>> MemoryStore::uncut_bodies(const Feed& feed) {
  std::vector<Bytes> bodies;
  for (const auto& [record, at] : disk_.uncut[feed]) bodies.push_back(record.body);
  return bodies;
}

Status MemoryStore::store_own_segment(const OwnSegment& segment) {
  remember(disk_.own);
  OwnFeed* own = find_own(segment.feed);
  own->cut = segment.last;
  own->cut_hash = segment.last_hash;
  auto& waiting = slot(disk_.uncut, segment.feed);
  waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(segment.last - segment.first + 1));
  slot(disk_.own_segments, segment.feed)
      .push_back({segment.first, segment.last, segment.previous_hash, segment.last_hash, segment.bytes});
  return {};
}

Result<std::optional<OwnSegment>> MemoryStore::own_segment(const Feed& feed, std::uint64_t sequence) {
  for (const HeldSegment& s : disk_.own_segments[feed]) {
    if (s.first <= sequence && sequence <= s.last) {
      return std::optional<OwnSegment>{{feed, s.first, s.last, s.previous_hash, s.last_hash, s.bytes}};
    }
  }
  return std::optional<OwnSegment>{};
}

Status MemoryStore::set_acked(const Feed& feed, std::uint64_t sequence) {
  remember(disk_.own);
  if (OwnFeed* own = find_own(feed)) own->acked = sequence;
  return {};
}

Result<std::optional<std::int64_t>> MemoryStore::oldest_waiting_ms() {
  std::optional<std::int64_t> oldest;
  for (const auto& [feed, records] : disk_.uncut) {
    for (const auto& [record, at] : records) oldest = std::min(oldest.value_or(at), at);
  }
  return oldest;
}

Result<std::vector<FeedHead>> MemoryStore::heads(const Feed& feed) {
  std::vector<FeedHead> heads;
  const auto found = disk_.heads.find(feed);
  if (found != disk_.heads.end()) heads = found->second;
  if (const OwnFeed* own = find_own(feed)) heads.insert(heads.begin(), FeedHead{feed, own->head, own->head_hash, 0});
  return heads;
}

Result<bool> MemoryStore::has_end(const Feed& feed, std::uint64_t sequence, const RecordHash& hash) {
  const auto ends_so = [&](const HeldSegment& s) { return s.last == sequence && s.last_hash == hash; };
  for (const auto* segments : {&disk_.own_segments, &disk_.received}) {
    const auto held = segments->find(feed);
    if (held == segments->end()) continue;
    if (std::any_of(held->second.begin(), held->second.end(), ends_so)) return true;
  }
  const OwnFeed* own = find_own(feed);
  return own && own->head == sequence && own->head_hash == hash;
}

Result<bool> MemoryStore::has_segment(const Feed& feed, std::uint64_t first, std::uint64_t last,
                                      const RecordHash& last_hash) {
  const auto is_it = [&](const HeldSegment& s) {
    return s.first == first && s.last == last && s.last_hash == last_hash;
  };
  for (const auto* segments : {&disk_.own_segments, &disk_.received}) {
    const auto held = segments->find(feed);
    if (held == segments->end()) continue;
    if (std::any_of(held->second.begin(), held->second.end(), is_it)) return true;
  }
  return false;
}

Status MemoryStore::store_received(const ReceivedSegment& s) {
  slot(disk_.received, s.feed).push_back({s.first, s.last, s.previous_hash, s.last_hash, to_bytes(s.bytes)});
  OwnFeed* own = find_own(s.feed);
  if (own && s.branch == 0) {  // the lost tail of an earlier incarnation comes home
    remember(disk_.own);
    own->head = own->cut = own->acked = s.last;
    own->head_hash = own->cut_hash = s.last_hash;
    return {};
  }
  auto& heads = slot(disk_.heads, s.feed);
  std::erase_if(heads, [&](const FeedHead& head) { return head.branch == s.branch; });
  heads.push_back({s.feed, s.last, s.last_hash, s.branch});
  return {};
}

Result<std::vector<Bytes>> MemoryStore::segments_of(const Feed& feed, std::uint64_t from) {
  std::vector<Bytes> found;
  for (const auto* segments : {&disk_.own_segments, &disk_.received}) {
    const auto held = segments->find(feed);
    if (held == segments->end()) continue;
    for (const HeldSegment& s : held->second) {
      if (s.last >= from) found.push_back(s.bytes);
    }
  }
  return found;
}

Status MemoryStore::set_cursor(const Cursor& cursor) {
  remember(disk_.cursor);
  disk_.cursor = cursor;
  return {};
}

bool MemoryStore::knows_entity(EntityNumber entity) {
  return entity == kProduct || entity == kSale || entity == kMove;
}

Result<RowState> MemoryStore::load_row(EntityNumber entity, const Id& row) {
  const auto found = disk_.rows.find({entity, row});
  return found == disk_.rows.end() ? RowState{} : found->second;
}

Status MemoryStore::save_row(EntityNumber entity, const Id& row, const RowState& state, const MergeOutcome&) {
  slot(disk_.rows, {entity, row}) = state;
  return {};
}

Result<bool> MemoryStore::add_document(EntityNumber entity, const Id& row, const FieldMap& fields) {
  const bool is_new = !disk_.documents.contains({entity, row});
  if (!is_new && !sabotaged(Sabotage::drop_dedup)) return false;
  slot(disk_.documents, {entity, row}) = fields;
  if (entity == kMove) {
    domain::StockMove move;
    TRY(apply_fields(fields, move));
    slot(disk_.stock_milli, move.product) += move.delta_milli;
  }
  return true;
}

Result<std::uint64_t> MemoryStore::conflict_count() {
  std::uint64_t count = 0;
  for (const auto& [key, state] : disk_.rows) count += conflicts(key.first, key.second, state).size();
  return count;
}

Result<bool> MemoryStore::remember_op(const Id& op_id) {
  if (!disk_.ops.insert(op_id).second) return false;
  undo_.push_back([this, op_id] { disk_.ops.erase(op_id); });
  return true;
}

Status MemoryStore::park(const Parked& parked) {
  remember(disk_.next_parked);
  const std::int64_t number = disk_.next_parked++;
  Parked& place = slot(disk_.parked, number);
  place = parked;
  place.number = number;
  return {};
}

Status MemoryStore::unpark(std::int64_t number) {
  (void)slot(disk_.parked, number);
  disk_.parked.erase(number);
  return {};
}

Result<std::vector<Parked>> MemoryStore::parked(ParkedReason reason, std::size_t max) {
  std::vector<Parked> found;
  for (const auto& [number, parked] : disk_.parked) {
    if (parked.reason == reason) found.push_back(parked);
  }
  std::stable_sort(found.begin(), found.end(), [](const Parked& a, const Parked& b) { return a.due_ms < b.due_ms; });
  if (found.size() > max) found.resize(max);
  return found;
}

Result<bool> MemoryStore::is_parked(const Feed& feed, std::uint64_t sequence) {
  return std::any_of(disk_.parked.begin(), disk_.parked.end(), [&](const auto& entry) {
    return entry.second.feed == feed && entry.second.first <= sequence && sequence <= entry.second.last;
  });
}

}  // namespace till::sim

#include "sync/amend.hpp"

#include <algorithm>
#include <iterator>
#include <map>

#include "sync/incarnation.hpp"

namespace till::sync {

namespace {

constexpr std::size_t kMaxHeld = 1'000'000;

Result<bool> is_from_the_future(const Feed& feed, std::uint64_t sequence, ByteView body, UtcTime trusted_now) {
  const Record record = TRY(decode_body(feed, sequence, body));
  return is_future(record.stamp, trusted_now);
}

// The first of an own feed whose stamp is ahead; stamps of a feed only grow. 0: none is.
Result<std::uint64_t> first_ahead(Store& store, const SegmentKeys& keys, const OwnFeed& own, UtcTime trusted_now) {
  std::uint64_t first = 0;
  const auto uncut = TRY(store.uncut_bodies(own.feed));
  for (std::size_t i = 0; i < uncut.size() && first == 0; ++i) {
    if (TRY(is_from_the_future(own.feed, own.cut + i + 1, uncut[i], trusted_now))) first = own.cut + i + 1;
  }
  for (std::uint64_t sequence = own.cut; sequence > 0;) {
    const auto segment = TRY(store.own_segment(own.feed, sequence));
    if (!segment) break;
    const Envelope envelope = TRY(parse_envelope(segment->bytes));
    if (!is_future(envelope.last_stamp, trusted_now)) break;
    const auto opened = TRY(open_segment(segment->bytes, envelope, keys));
    for (std::size_t i = opened.bodies.size(); i > 0; --i) {
      const std::uint64_t at = segment->first + i - 1;
      if (TRY(is_from_the_future(own.feed, at, opened.bodies[i - 1], trusted_now))) first = at;
    }
    sequence = segment->first - 1;
  }
  return first;
}

Status rank_row_again(Store& store, EntityNumber entity, const Id& id, const Ranking& ranking) {
  RowState row = TRY(store.load_row(entity, id));
  const MergeOutcome outcome = rank_again(row, ranking);
  return outcome.states_changed ? store.save_row(entity, id, row, outcome) : Status{};
}

}  // namespace

std::optional<std::int64_t> ahead_ms(const SelfState& self, UtcTime trusted_now) {
  if (!is_future(self.last_stamp, trusted_now)) return std::nullopt;
  return self.last_stamp.ms() - trusted_now.us / 1000;
}

Result<std::vector<Bytes>> bodies_of(Store& store, const SegmentKeys& keys, const Feed& feed, std::uint64_t from) {
  std::vector<Bytes> bodies = TRY(store.uncut_bodies(feed));
  for (const Bytes& segment : TRY(store.segments_of(feed, from))) {
    const auto envelope = parse_envelope(segment);
    if (!envelope || !keys.has_epoch(envelope->key_epoch)) continue;
    auto opened = open_segment(segment, *envelope, keys);
    if (opened) std::move(opened->bodies.begin(), opened->bodies.end(), std::back_inserter(bodies));
  }
  return bodies;
}

Status rank_after(Store& store, const SegmentKeys& keys, const Amendment& amendment,
                  const std::vector<Amendment>& amendments) {
  const Feed feed{amendment.device, amendment.incarnation, amendment.lane};
  const Ranking ranking(amendments, amendment.lane);
  if (amendment.first <= TRY(store.floor(feed))) {  // the log does not say any more what it changed
    for (const auto& row : TRY(store.rows_changed_by(feed))) TRY(rank_row_again(store, row.entity, row.row, ranking));
  }
  for (const Bytes& body : TRY(bodies_of(store, keys, feed, amendment.first))) {
    const auto record = decode_body(feed, amendment.first, body);
    if (!record || record->min_reader > kSchema) continue;
    for (const Op& change : record->ops) {
      if (change.kind != OpKind::set || !store.knows_entity(change.entity)) continue;
      TRY(rank_row_again(store, change.entity, change.row, ranking));
    }
  }
  for (Parked held : TRY(store.parked(ParkedReason::future_stamp, kMaxHeld))) {
    if (!amendment.covers(held.feed, held.first)) continue;
    const auto record = decode_body(held.feed, held.first, held.bytes);
    if (!record) continue;
    TRY(store.unpark(held.number));
    held.due_ms = due_at(ranking.effective(record->order())).us / 1000;
    TRY(store.park(held));
  }
  return {};
}

Result<std::vector<Amendment>> amendments_for_held(Store& store, Random& random, const Id& device,
                                                   UtcTime trusted_now) {
  std::map<Feed, Amendment> found;
  for (const Parked& held : TRY(store.parked(ParkedReason::future_stamp, kMaxHeld))) {
    const auto record = decode_body(held.feed, held.first, held.bytes);
    if (held.feed.device != device || !record) continue;
    const auto [at, is_first] = found.try_emplace(held.feed);
    Amendment& amendment = at->second;
    if (is_first) {
      random.fill(amendment.id.bytes);
      amendment.device = held.feed.device;
      amendment.incarnation = held.feed.incarnation;
      amendment.lane = held.feed.lane;
      amendment.at_ms = trusted_now.us / 1000;
    }
    amendment.first = is_first ? held.first : std::min(amendment.first, held.first);
    amendment.last = std::max(amendment.last, held.last);
    const std::int64_t came_ms = std::min(held.since_ms, amendment.at_ms);
    amendment.ahead_ms = std::max(amendment.ahead_ms, record->stamp.ms() - came_ms);
  }
  std::vector<Amendment> amendments;
  for (const auto& [feed, amendment] : found) amendments.push_back(amendment);
  return amendments;
}

Status amend(Store& store, LocalLog& log, const SegmentKeys& keys, const Amendment& amendment) {
  TRY(log.add(store, Lane::critical, Amendment::kEntity, amendment.id, to_fields(amendment)));
  return rank_after(store, keys, amendment, TRY(store.amendments()));
}

Result<bool> amend_own_clock(Store& store, LocalLog& log, SegmentKeys& keys, Random& random, UtcTime trusted_now) {
  const SelfState self = TRY(store.self());
  const auto ahead = ahead_ms(self, trusted_now);
  if (!ahead) return false;
  std::vector<Amendment> amendments;
  for (const OwnFeed& own : TRY(store.own_feeds())) {
    if (own.feed.incarnation != self.incarnation) continue;
    const std::uint64_t first = TRY(first_ahead(store, keys, own, trusted_now));
    if (first == 0) continue;
    Amendment amendment;
    random.fill(amendment.id.bytes);
    amendment.device = own.feed.device;
    amendment.incarnation = own.feed.incarnation;
    amendment.lane = own.feed.lane;
    amendment.first = first;
    amendment.last = own.head;
    amendment.ahead_ms = *ahead;
    amendment.at_ms = trusted_now.us / 1000;
    amendments.push_back(amendment);
  }
  // What others wrote a little ahead was merged here: that is no reason to go back before it.
  if (amendments.empty()) return false;
  TRY(store.set_last_stamp(Stamp::of(trusted_now.us / 1000, UINT16_MAX)));  // what comes next follows all of these
  TRY(begin_incarnation(store, random));
  for (const Amendment& amendment : amendments) TRY(amend(store, log, keys, amendment));
  return true;
}

}  // namespace till::sync

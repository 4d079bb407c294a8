#include "sync/outbox.hpp"

#include <algorithm>

#include "sync/sabotage.hpp"

namespace till::sync {

namespace {
constexpr std::size_t kMaxSegmentsPerStep = 16;  // bounds how long a step holds the writer

// How far to go back when the other side lacks what comes before `first`: to the segment before, at least.
Result<std::uint64_t> step_back(Store& store, const Feed& feed, std::uint64_t first, std::uint64_t their_head) {
  if (their_head + 1 < first) return their_head;
  if (first <= 1) return 0;
  const auto before = TRY(store.own_segment(feed, first - 1));
  if (before) return before->first - 1;
  const std::uint64_t floor = TRY(store.floor(feed));
  return floor < first - 1 ? floor : std::min(their_head, floor - std::min<std::uint64_t>(floor, 1));
}

// Is this end of theirs one of ours? What lies before it need not be in the log here any more.
Result<bool> is_our_end(Store& store, const OwnFeed& own, const FeedHead& end) {
  if (own.cut == end.sequence && own.cut_hash == end.hash) return true;
  const auto segment = TRY(store.own_segment(own.feed, end.sequence));
  if (segment) return segment->last == end.sequence && segment->last_hash == end.hash;
  const auto next = TRY(store.own_segment(own.feed, end.sequence + 1));
  return next && next->first == end.sequence + 1 && next->previous_hash == end.hash;
}

// Below the floor there may be no segments: a peer that lost what lies there gets it back by a snapshot (hub_drop.hpp),
// which ends where a segment ends.
Result<bool> is_to_be_had(Store& store, const OwnFeed& own, std::uint64_t sent) {
  return sent >= TRY(store.floor(own.feed)) || TRY(store.own_segment(own.feed, sent + 1)).has_value();
}

}  // namespace

Result<std::uint64_t> waiting_for(Store& store, LinkNumber link, const OwnFeed& own) {
  if (own.acked >= own.head) return 0;
  if (link != kHubLink && !TRY(is_to_be_had(store, own, own.acked))) return 0;
  return own.head - own.acked;
}

void Outbox::forget_flight() {
  flights_.clear();
  sent_.clear();
  flight_bytes_ = 0;
  refusal_.clear();
  more_ = false;
}

bool Outbox::is_full() const {
  return flight_bytes_ >= kWindowBytes && !sabotaged(Sabotage::window_ignored);
}

std::int64_t Outbox::oldest_flight_us() const {
  std::int64_t oldest = INT64_MAX;
  for (const auto& [key, flight] : flights_) oldest = std::min(oldest, flight.sent_us);
  return oldest;
}

Result<std::vector<OwnFeed>> Outbox::sendable(Step& step, LinkNumber link) {
  std::vector<OwnFeed> feeds;
  for (OwnFeed& own : TRY(step.store.own_feeds_at(link))) {
    const std::uint64_t sent = std::max(sent_[own.feed], own.acked);
    if (sent >= own.head) continue;
    if (TRY(is_to_be_had(step.store, own, sent))) {
      feeds.push_back(own);
    } else if (own.cut < own.head) {
      TRY(segment_behind(step, own, own.cut));
      more_ |= own.cut < own.head;
    }
  }
  return feeds;
}

Result<std::vector<Bytes>> Outbox::next(Step& step, LinkNumber link) {
  std::vector<Bytes> out;
  more_ = false;
  if (!refusal_.empty()) return out;
  auto own = TRY(sendable(step, link));
  const auto work_of = [&](Lane lane) {  // the oldest incarnation first
    return std::find_if(own.begin(), own.end(), [&](const OwnFeed& f) {
      return f.feed.lane == lane && std::max(sent_[f.feed], f.acked) < f.head;
    });
  };
  while (!is_full()) {
    std::array<bool, kLanes> has_work{};
    for (const Lane lane : kAllLanes) has_work[index(lane)] = work_of(lane) != own.end();
    if (sabotaged(Sabotage::low_lane_starves)) has_work[index(Lane::low)] = false;
    const auto lane = scheduler_.pick(has_work);
    if (!lane) break;
    if (out.size() == kMaxSegmentsPerStep) {
      more_ = true;
      break;
    }
    OwnFeed& feed = *work_of(*lane);
    OwnSegment segment = TRY(segment_behind(step, feed, std::max(sent_[feed.feed], feed.acked)));
    scheduler_.charge(*lane, segment.bytes.size());
    sent_[feed.feed] = segment.last;
    if (!TRY(is_to_be_had(step.store, feed, segment.last))) feed.head = segment.last;
    flights_[{feed.feed, segment.first}] = {segment.last, segment.bytes.size(), step.now.mono_us};
    flight_bytes_ += segment.bytes.size();
    out.push_back(encode_message(SegmentMessage{0, 0, 0, std::move(segment.bytes)}));
  }
  return out;
}

Result<OwnSegment> segment_behind(Step& step, OwnFeed& own, std::uint64_t sent) {
  if (sent < own.cut) {
    auto kept = TRY(step.store.own_segment(own.feed, sent + 1));
    if (!kept) return corrupt("a segment of this terminal's own log is missing");
    return std::move(*kept);
  }
  const auto records = TRY(step.store.uncut(own.feed, step.config.settings.batch_records));
  if (records.empty()) return corrupt("records of this terminal's own log are missing");
  OwnSegment segment;
  segment.feed = own.feed;
  segment.first = own.cut + 1;
  segment.last = own.cut + records.size();
  segment.previous_hash = own.cut_hash;
  segment.last_hash = records.back().hash;
  segment.bytes = TRY(seal_segment(step.config.tenant, own.feed, segment.first, own.cut_hash, records, step.keys));
  TRY(step.store.store_own_segment(segment));
  own.cut = segment.last;
  own.cut_hash = segment.last_hash;
  return segment;
}

void Outbox::land(const Feed& feed, std::uint64_t up_to) {
  if (sabotaged(Sabotage::flight_never_lands)) return;
  std::erase_if(flights_, [&](const auto& entry) {
    const auto& [key, flight] = entry;
    if (key.feed != feed || flight.last > up_to) return false;
    flight_bytes_ -= flight.bytes;
    return true;
  });
}

Result<std::uint64_t> Outbox::acknowledge(Store& store, LinkNumber link, const AckItem& item) {
  const auto own = TRY(store.own_feed_at(link, item.feed));
  if (!own) return 0;
  if (is_durable(item.outcome)) {
    if (!TRY(store.has_end(item.feed, item.last, item.last_hash))) return 0;  // not ours: the hub is mistaken
    land(item.feed, item.last);
    if (item.last <= own->acked) return 0;
    TRY(store.set_acked(link, item.feed, item.last));
    return item.last - own->acked;
  }
  if (item.outcome == Outcome::gap) {
    if (!flights_.contains({item.feed, item.first})) return 0;  // an answer to what was already taken back
    const std::uint64_t back = TRY(step_back(store, item.feed, item.first, item.head));
    land(item.feed, UINT64_MAX);
    sent_[item.feed] = back;
    if (back < own->acked) TRY(store.set_acked(link, item.feed, back));
    return 0;
  }
  if (sabotaged(Sabotage::refusal_confirms)) TRY(store.set_acked(link, item.feed, item.last));
  forget_flight();
  refusal_ = sentence(item.outcome);
  return 0;
}

Status Outbox::came_home(Store& store, LinkNumber link, const Envelope& e) {
  const auto own = TRY(store.own_feed_at(link, e.feed));
  if (!own || own->acked >= e.last_sequence()) return {};
  const auto kept = TRY(store.own_segment(e.feed, e.last_sequence()));
  if (!kept || kept->last != e.last_sequence() || kept->last_hash != e.last_hash) return {};
  return store.set_acked(link, e.feed, e.last_sequence());
}

Status Outbox::adopt_heads(Store& store, LinkNumber link, const std::vector<FeedHead>& heads) {
  for (const OwnFeed& own : TRY(store.own_feeds_at(link))) {
    bool known = false, matched = false;
    std::uint64_t durable = 0, furthest = 0;
    for (const FeedHead& head : heads) {
      if (head.feed != own.feed) continue;
      known = true;
      furthest = std::max(furthest, head.sequence);
      if (!TRY(is_our_end(store, own, head))) continue;
      matched = true;
      durable = std::max(durable, head.sequence);
    }
    const bool is_below_floor = known && !matched && furthest < TRY(store.floor(own.feed));
    if (is_below_floor) durable = furthest;
    if (known && !matched && !is_below_floor) continue;  // their end is not one of ours: what they lack they will say
    if (durable != own.acked) TRY(store.set_acked(link, own.feed, durable));
  }
  return {};
}

}  // namespace till::sync

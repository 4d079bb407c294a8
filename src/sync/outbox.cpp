#include "sync/outbox.hpp"

#include <algorithm>

namespace till::sync {

namespace {
constexpr std::size_t kMaxSegmentsPerStep = 16;  // bounds how long a step holds the writer

// How far to go back when the other side lacks what comes before `first`: to the segment before, at least.
Result<std::uint64_t> step_back(Store& store, const Feed& feed, std::uint64_t first, std::uint64_t their_head) {
  if (their_head + 1 < first) return their_head;
  if (first <= 1) return 0;
  const auto before = TRY(store.own_segment(feed, first - 1));
  return before ? before->first - 1 : 0;
}

}  // namespace

void Outbox::forget_flight() {
  flights_.clear();
  sent_.clear();
  flight_bytes_ = 0;
  refusal_.clear();
  more_ = false;
}

std::int64_t Outbox::oldest_flight_us() const {
  std::int64_t oldest = INT64_MAX;
  for (const auto& [key, flight] : flights_) oldest = std::min(oldest, flight.sent_us);
  return oldest;
}

Result<std::vector<Bytes>> Outbox::next(Store& store, SegmentKeys& keys, const Id& tenant, std::int64_t now_us) {
  std::vector<Bytes> out;
  more_ = false;
  if (!refusal_.empty()) return out;
  auto own = TRY(store.own_feeds());
  // The next incarnation of a lane waits until the one before is confirmed: its records may replace what that one
  // wrote.
  const auto work_of = [&](Lane lane) {
    const auto oldest =
        std::find_if(own.begin(), own.end(), [&](const OwnFeed& f) { return f.feed.lane == lane && f.acked < f.head; });
    if (oldest == own.end() || std::max(sent_[oldest->feed], oldest->acked) < oldest->head) return oldest;
    return own.end();
  };
  while (!is_full()) {
    std::array<bool, kLanes> has_work{};
    for (const Lane lane : kAllLanes) has_work[index(lane)] = work_of(lane) != own.end();
    const auto lane = scheduler_.pick(has_work);
    if (!lane) break;
    if (out.size() == kMaxSegmentsPerStep) {
      more_ = true;
      break;
    }
    OwnFeed& feed = *work_of(*lane);
    OwnSegment segment = TRY(next_segment(store, keys, tenant, feed));
    scheduler_.charge(*lane, segment.bytes.size());
    sent_[feed.feed] = segment.last;
    flights_[{feed.feed, segment.first}] = {segment.last, segment.bytes.size(), now_us};
    flight_bytes_ += segment.bytes.size();
    out.push_back(encode_message(SegmentMessage{0, 0, 0, std::move(segment.bytes)}));
  }
  return out;
}

Result<OwnSegment> Outbox::next_segment(Store& store, SegmentKeys& keys, const Id& tenant, OwnFeed& own) {
  const std::uint64_t sequence = std::max(sent_[own.feed], own.acked) + 1;
  if (sequence <= own.cut) {
    auto kept = TRY(store.own_segment(own.feed, sequence));
    if (!kept) return corrupt("a segment of this terminal's own log is missing");
    return std::move(*kept);
  }
  const auto records = TRY(store.uncut(own.feed));
  if (records.empty()) return corrupt("records of this terminal's own log are missing");
  OwnSegment segment;
  segment.feed = own.feed;
  segment.first = own.cut + 1;
  segment.last = own.cut + records.size();
  segment.previous_hash = own.cut_hash;
  segment.last_hash = records.back().hash;
  segment.bytes = TRY(seal_segment(tenant, own.feed, segment.first, own.cut_hash, records, keys));
  TRY(store.store_own_segment(segment));
  own.cut = segment.last;
  own.cut_hash = segment.last_hash;
  return segment;
}

void Outbox::land(const Feed& feed, std::uint64_t up_to) {
  std::erase_if(flights_, [&](const auto& entry) {
    const auto& [key, flight] = entry;
    if (key.feed != feed || flight.last > up_to) return false;
    flight_bytes_ -= flight.bytes;
    return true;
  });
}

Result<std::uint64_t> Outbox::acknowledge(Store& store, const AckItem& item) {
  const auto own = TRY(store.own_feed(item.feed));
  if (!own) return 0;
  if (is_durable(item.outcome)) {
    if (!TRY(store.has_end(item.feed, item.last, item.last_hash))) return 0;  // not ours: the hub is mistaken
    land(item.feed, item.last);
    if (item.last <= own->acked) return 0;
    TRY(store.set_acked(item.feed, item.last));
    return item.last - own->acked;
  }
  if (item.outcome == Outcome::gap) {
    if (!flights_.contains({item.feed, item.first})) return 0;  // an answer to what was already taken back
    const std::uint64_t back = TRY(step_back(store, item.feed, item.first, item.head));
    land(item.feed, UINT64_MAX);
    sent_[item.feed] = back;
    if (back < own->acked) TRY(store.set_acked(item.feed, back));
    return 0;
  }
  forget_flight();
  refusal_ = sentence(item.outcome);
  return 0;
}

Status Outbox::adopt_heads(Store& store, const std::vector<FeedHead>& heads) {
  for (const OwnFeed& own : TRY(store.own_feeds())) {
    bool known = false, matched = false;
    std::uint64_t durable = 0;
    for (const FeedHead& head : heads) {
      if (head.feed != own.feed) continue;
      known = true;
      const auto segment = TRY(store.own_segment(own.feed, head.sequence));
      if (!segment || segment->last != head.sequence || segment->last_hash != head.hash) continue;
      matched = true;
      durable = std::max(durable, head.sequence);
    }
    if (known && !matched) continue;  // their end is not one of ours: what they lack they will say
    if (durable != own.acked) TRY(store.set_acked(own.feed, durable));
  }
  return {};
}

}  // namespace till::sync

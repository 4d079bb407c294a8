#include "sync/carrier_writer.hpp"

#include <algorithm>
#include <utility>

#include "sync/messages.hpp"
#include "sync/outbox.hpp"

namespace till::sync {

namespace {
constexpr std::size_t kLooksPerStep = 256;  // at what is in the log; each costs some microseconds
constexpr std::size_t kCutsPerStep = 16;    // sealing costs more
constexpr std::size_t kLooksAtOnce = 32;
constexpr std::size_t kMaxWrites = 64;  // in flight

CarrierName name_of(const SegmentInfo& s) {
  return carrier_name(s.feed, s.first, s.last, s.last_hash);
}
}  // namespace

void CarrierWriter::start_over() {
  walked_.clear();
  others_walked_ = 0;
  more_ = false;
}

void CarrierWriter::forget_flight() {
  flights_.clear();
  flight_bytes_ = 0;
}

bool CarrierWriter::landed(const CarrierName& name) {
  const auto flight = flights_.find(name);
  if (flight == flights_.end()) return false;
  flight_bytes_ -= flight->second;
  flights_.erase(flight);
  return true;
}

bool CarrierWriter::is_full() const {
  return flight_bytes_ >= kWindowBytes || flights_.size() >= kMaxWrites;
}

bool CarrierWriter::is_lacking(const Walk& walk, const CarrierName& name) const {
  return !walk.files.has(name) && !flights_.contains(name);
}

void CarrierWriter::write(Walk& walk, const CarrierName& name, Bytes bytes) {
  flights_[name] = bytes.size();
  flight_bytes_ += bytes.size();
  walk.out.push_back({name, std::move(bytes)});
}

Result<std::vector<CarrierWriter::Output>> CarrierWriter::next(Step& step, LinkNumber link, const CarrierFiles& files) {
  more_ = false;
  Walk walk{step, files, kLooksPerStep, kCutsPerStep, {}};
  TRY(own(walk));
  if (more_ || is_full()) return std::move(walk.out);
  TRY(note_positions(step.store, link));
  TRY(others(walk));
  return std::move(walk.out);
}

Status CarrierWriter::own(Walk& walk) {
  auto feeds = TRY(walk.step.store.own_feeds());
  std::stable_sort(feeds.begin(), feeds.end(),
                   [](const OwnFeed& a, const OwnFeed& b) { return a.feed.lane < b.feed.lane; });
  for (OwnFeed& feed : feeds) {
    TRY(own(walk, feed));
    if (more_ || is_full()) return {};
  }
  return {};
}

Status CarrierWriter::own(Walk& walk, OwnFeed& feed) {
  Store& store = walk.step.store;
  std::uint64_t& walked = walked_[feed.feed];
  while (walked < feed.cut) {
    const auto segments = TRY(store.own_segments_behind(feed.feed, walked, kLooksAtOnce));
    if (segments.empty()) walked = feed.cut;
    for (const SegmentInfo& segment : segments) {
      if (is_full()) return {};
      if (walk.looks == 0) {
        more_ = true;
        return {};
      }
      --walk.looks;
      const CarrierName name = name_of(segment);
      if (is_lacking(walk, name)) write(walk, name, TRY(store.segment_bytes(segment.number)));
      walked = segment.last;
    }
  }
  while (feed.cut < feed.head && !is_full()) {
    if (walk.cuts == 0) {
      more_ = true;
      return {};
    }
    --walk.cuts;
    OwnSegment segment = TRY(segment_behind(walk.step, feed, feed.cut));
    write(walk, carrier_name(feed.feed, segment.first, segment.last, segment.last_hash), std::move(segment.bytes));
    walked = segment.last;
  }
  return {};
}

Status CarrierWriter::others(Walk& walk) {
  Store& store = walk.step.store;
  for (;;) {
    const auto segments = TRY(store.segments_after(others_walked_, kLooksAtOnce));
    if (segments.empty()) return {};
    for (const SegmentInfo& segment : segments) {
      if (is_full()) return {};
      if (walk.looks == 0) {
        more_ = true;
        return {};
      }
      --walk.looks;
      const CarrierName name = name_of(segment);
      if (!segment.own && is_lacking(walk, name)) write(walk, name, TRY(store.segment_bytes(segment.number)));
      others_walked_ = segment.number;
    }
  }
}

Status CarrierWriter::note_positions(Store& store, LinkNumber link) const {
  for (const OwnFeed& own : TRY(store.own_feeds_at(link))) {
    const auto walked = walked_.find(own.feed);
    std::uint64_t there = walked == walked_.end() ? 0 : walked->second;
    for (const auto& [name, bytes] : flights_) {
      if (name.feed() == own.feed) there = std::min(there, name.first - 1);
    }
    if (there != own.acked) TRY(store.set_acked(link, own.feed, there));
  }
  return {};
}

}  // namespace till::sync

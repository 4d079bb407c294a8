// What of the own log is on its way: cuts segments, sends them by lane within a window, and knows which were answered.
// The outbox itself is durable (Store); this is only what is in flight, forgotten when the link goes and found again.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "sync/lane_scheduler.hpp"
#include "sync/messages.hpp"
#include "sync/peer.hpp"
#include "sync/store.hpp"

namespace till::sync {

// The next segment of an own feed behind `sent`: a stored one, or one that is cut, sealed and stored now.
Result<OwnSegment> segment_behind(Step& step, OwnFeed& own, std::uint64_t sent);
// How many records of the feed this peer lacks and can be given. Where a snapshot alone has what comes next, nothing
// behind it can: a hub is told of the snapshot (hub_drop.hpp), and a relay takes none.
Result<std::uint64_t> waiting_for(Store& store, LinkNumber link, const OwnFeed& own);

class Outbox {
 public:
  // Nothing is in flight any more; everything that is not acknowledged will be sent again.
  void forget_flight();
  // Segments to send now, cut where needed, as far as the window allows.
  Result<std::vector<Bytes>> next(Step& step, LinkNumber link);
  // An answer; returns how many records became durable.
  Result<std::uint64_t> acknowledge(Store& store, LinkNumber link, const AckItem& item);
  // What the peer holds of our feeds: records below are acknowledged, above are sent again.
  Status adopt_heads(Store& store, LinkNumber link, const std::vector<FeedHead>& heads);
  // The peer served a segment of our own: it holds that.
  static Status came_home(Store& store, LinkNumber link, const Envelope& envelope);

  [[nodiscard]] bool in_flight() const { return !flights_.empty(); }
  [[nodiscard]] std::int64_t oldest_flight_us() const;
  [[nodiscard]] std::size_t flight_bytes() const { return flight_bytes_; }
  [[nodiscard]] bool is_full() const;
  // The step ended before the window was full: go on at once.
  [[nodiscard]] bool has_more() const { return more_; }
  // Why the hub does not take our records, empty when it does.
  [[nodiscard]] const std::string& refusal() const { return refusal_; }

 private:
  struct Flight {
    std::uint64_t last = 0;
    std::size_t bytes = 0;
    std::int64_t sent_us = 0;
  };
  struct Key {
    Feed feed;
    std::uint64_t first = 0;
    auto operator<=>(const Key&) const = default;
  };
  void land(const Feed& feed, std::uint64_t up_to);
  Result<std::vector<OwnFeed>> sendable(Step& step, LinkNumber link);

  std::map<Key, Flight> flights_;
  std::map<Feed, std::uint64_t> sent_;  // last record that was sent on this link
  std::size_t flight_bytes_ = 0;
  LaneScheduler scheduler_;
  std::string refusal_;
  bool more_ = false;
};

}  // namespace till::sync

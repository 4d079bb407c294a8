// What a hub agrees to drop. It cannot read a snapshot, so that it believes a terminal that one stands for its log up
// to some positions, within bounds of its own: only in its present epoch, never above its last number, never what is
// younger than `min_age_ms`, never what a terminal has not confirmed that is not revoked and was heard of within
// `lapse_ms`. That the snapshot's manifest lies among the tenant's objects is checked by the caller.
//
// A hub that came out of a copy may lack records that their author has only in a snapshot any more. The author then
// names these feeds: their heads rise to what the snapshot stands for, so that they can go on, and in their lanes the
// floor rises above every number that was given, so that every terminal takes that snapshot in once: a hole would be
// hidden otherwise. What the snapshot does not stand for, since it came meanwhile, is not dropped: it gets new numbers
// behind that floor. So numbers mean something else from there on, and that is a new epoch: every connection of the
// tenant is closed by the caller when a head was raised.
//
// The same way a hub that a shop has moved to hears of terminals that it has never met, since they are gone or have not
// come yet: any terminal that holds more of them names their feeds. A terminal that the hub knows brings its own.
//
// Runs inside the caller's transaction; see hub_core.hpp.
#pragma once

#include <optional>

#include "core/clock.hpp"
#include "sync/hub_core.hpp"

namespace till::sync {

struct HubRetention {
  std::int64_t min_age_ms = 7LL * 24 * 3600 * 1000;
  std::int64_t lapse_ms = 30LL * 24 * 3600 * 1000;
};

constexpr std::size_t kHubSweep = 512;  // segments that one request forgets; bounds how long the hub's worker is held

struct HubDropRequest {
  Id device;  // that asks
  std::uint64_t epoch = 0;
  Id snapshot;                                    // nil only asks how many of `heads` the hub lacks
  std::array<std::uint64_t, kLanes> positions{};  // up to which the snapshot stands for the log
  // Own feeds, and feeds of terminals that the hub does not know, that the hub lacks and that only the snapshot has. A
  // request that names some raises them and drops nothing: what the snapshot stands for need not be stable.
  std::vector<FeedHead> heads;
};

struct HubDropped {
  HubFloor floor;
  std::size_t lacking = 0;    // of the heads that were named, before any was raised
  std::size_t raised = 0;     // heads
  bool more = false;          // ask again: content is still to be forgotten
  std::optional<Id> held_by;  // the terminal that keeps it from dropping more
};

// Invalid: it is not for the present epoch, names a feed of somebody else whom the hub knows, or is to raise heads by a
// snapshot that does not contain the one that the floor rests on.
Result<HubDropped> drop(HubStore& store, const Id& tenant, const HubDropRequest& request, const HubRetention& retention,
                        UtcTime now);

}  // namespace till::sync

// What a terminal does about snapshots now and then, beside exchanging (docs/SYNC.md, "Snapshots"): makes one when it
// is due and its turn, asks the hub to drop what one stands for, removes old ones, takes out of its own log what is
// old. One round at a time, on a worker.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <set>
#include <string>

#include "app/shop.hpp"
#include "app/snapshots/maker.hpp"
#include "app/snapshots/shelf.hpp"
#include "app/sync/report.hpp"
#include "storage/sync_members.hpp"
#include "sync/hub_drop.hpp"

namespace till::app {

// How the hub is asked; net::HubClient::drop_log in the program.
using AskHubToDrop = std::function<Result<sync::HubDropped>(const sync::SnapshotPlace&, const sync::HubDropRequest&)>;

struct SnapshotOrder {
  bool make = false;  // now, whether it is due or not
  bool drop = false;  // now, whoever's turn it is
};

struct SnapshotsDone {
  std::optional<MadeSnapshot> made;
  std::optional<sync::HubDropped> dropped;
  std::size_t pruned = 0;  // segments of the own log
};

class SnapshotCare {
 public:
  // Who is behind in the day's order waits for so long for each that is before it.
  static constexpr std::chrono::minutes kTakeOver{30};

  SnapshotCare(Shop& shop, Id tenant, backup::ObjectStore& objects, SnapshotShelf& shelf, AskHubToDrop ask)
      : shop_(shop), tenant_(tenant), objects_(objects), shelf_(shelf), ask_(std::move(ask)) {}

  // Does nothing unless this terminal is connected and has everything. `may_go_on` is asked between small steps.
  Result<SnapshotsDone> round(const SyncReport& now, sync::SegmentKeys& keys, const SnapshotOrder& order,
                              const std::function<bool()>& may_go_on);

 private:
  struct View {
    storage::Members members;
    std::vector<sync::DeviceStanding> standings;
    std::vector<sync::Feed> only_in_snapshots;
    std::vector<sync::FeedHead> only_here;            // of terminals that the hub to which this one moved never met
    sync::Cursor hub;                                 // its epoch and last number
    std::array<std::uint64_t, sync::kLanes> floor{};  // up to which it serves nothing
    Id floor_snapshot;                                // that its floor rests on; nil while it serves everything
    std::optional<std::size_t> turn;  // this terminal's place among those who may make one and are there
    std::int64_t now_ms = 0;          // trusted
    std::int64_t history_days = 0;
    bool has_carrier = false;
  };
  Result<View> look(const SyncReport& now);
  // What the hub that this terminal moved to lacks of terminals that it does not know.
  Result<std::vector<sync::FeedHead>> only_here(const SyncReport& now, const View& view);
  // The newest own snapshot that can stand for what the hub lacks.
  [[nodiscard]] const ShelvedSnapshot* mending(const View& view) const;
  // That snapshot where it ends as those feeds do that nobody else brings.
  [[nodiscard]] bool mends_what_is_only_here(const View& view) const;
  [[nodiscard]] bool is_dropped_part_lost(const View& view) const;
  bool is_due(const View& view);
  // Of what the hub lacks, as far as a snapshot with these positions goes.
  Result<std::vector<sync::FeedHead>> heads_to_raise(const View& view,
                                                     const std::vector<sync::FeedPosition>& positions);
  Result<std::optional<sync::HubDropped>> ask_to_drop(const View& view, const std::function<bool()>& may_go_on);
  Status remove_old(const View& view, const sync::HubFloor& floor);
  Result<std::size_t> prune(const View& view, const std::function<bool()>& may_go_on);

  Shop& shop_;
  Id tenant_;
  backup::ObjectStore& objects_;
  SnapshotShelf& shelf_;
  AskHubToDrop ask_;
  std::optional<std::chrono::microseconds> due_since_;  // monotonic
};

}  // namespace till::app

// The thread of snapshots: fetches for the engine what it needs to take one in, and between that cares for those that
// there are (care.hpp). It stays out of the way: before each piece of an upload it waits while sync itself has
// something to send or to take. Made for a till that has its tenant's keys; belongs to whoever runs sync.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "app/enrolment.hpp"
#include "app/shop.hpp"
#include "app/snapshots/desk.hpp"
#include "app/sync/report.hpp"
#include "sync/events.hpp"

namespace till::app {

// Own records wait that the hub can get by a snapshot alone: it has lost them, or is another hub, and they are in this
// log no more.
bool waits_for_a_snapshot(Shop& shop);

class SnapshotSync {
 public:
  struct Surroundings {
    std::function<SyncReport()> report;           // any thread, quick
    std::function<void(sync::Event)> post;        // to the engine; any thread
    std::function<void(SnapshotReport)> publish;  // what is known of snapshots now
    std::function<void(std::string)> tell;        // a sentence for the journal
  };
  // `desk` outlives it.
  static std::unique_ptr<SnapshotSync> start(Shop& shop, const HubMembership& membership, SnapshotDesk& desk,
                                             Surroundings surroundings);
  ~SnapshotSync();  // gives up what is under way
  SnapshotSync(const SnapshotSync&) = delete;
  SnapshotSync& operator=(const SnapshotSync&) = delete;

 private:
  struct Impl;
  explicit SnapshotSync(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace till::app

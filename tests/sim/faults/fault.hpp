// One kind of trouble: in one seed of `one_in` it is armed before the run begins, and then schedules itself. What it
// does to the world it counts with World::injected under its name. When the world heals, the world undoes what lasts.
#pragma once

#include <cstdint>
#include <vector>

namespace till::sim {

class World;

// What a fault needs for itself: two that need the same are never in one seed. A history that was lost twice over, at
// the hub and at its author, cannot come back from anywhere; nor can a row that was altered be healed from a log that
// was pruned.
enum Takes : std::uint32_t {
  kNothing = 0,
  kHistory = 1,   // a disk or a hub forgets what it had confirmed
  kWholeLog = 2,  // each terminal keeps all of its log
  kHistoryAndLog = kHistory | kWholeLog,
};

struct Fault {
  const char* name;
  std::uint64_t one_in;
  Takes takes;
  void (*arm)(World& world);
};

const std::vector<const Fault*>& all_faults();

// Not trouble, but more ways: first, since the others go by what there is.
extern const Fault kRelay, kFolder, kBatches, kBulk, kPolicies, kCompaction;
// Of the lines.
extern const Fault kLoss, kDoubling, kDelay, kReordering, kLineCut, kPartition, kOneWay, kClog;
// Of the hub.
extern const Fault kHubOutage, kHubCrash, kHubRestored, kFlood, kSnapshotDamage, kHubDiskTrouble;
// Of the machines.
extern const Fault kFlippedRow;
extern const Fault kPowerCut, kDiskFull, kUnsafeSync, kClockJump, kClockDrift;
// Of the people.
extern const Fault kRestoredBackup, kClonedStick, kRevokedDevice, kLapsedDevice, kNewcomer;
// Of the records.
extern const Fault kPoison, kForgery, kNewerProgram, kOlderProgram, kFutureChange, kSlightlyAhead, kTrespasser;

}  // namespace till::sim

#include "sim/faults/fault.hpp"

namespace till::sim {

const std::vector<const Fault*>& all_faults() {
  static const std::vector<const Fault*> all = {
      &kRelay,          &kFolder,         &kCompaction,   &kPolicies,      &kBatches,      &kBulk,
      &kLoss,           &kDoubling,       &kDelay,        &kReordering,    &kLineCut,      &kPartition,
      &kOneWay,         &kClog,           &kHubOutage,    &kHubCrash,      &kHubRestored,  &kFlood,
      &kSnapshotDamage, &kPowerCut,       &kDiskFull,     &kUnsafeSync,    &kClockJump,    &kClockDrift,
      &kNewcomer,       &kRestoredBackup, &kClonedStick,  &kRevokedDevice, &kLapsedDevice, &kPoison,
      &kForgery,        &kNewerProgram,   &kOlderProgram, &kTrespasser,    &kFutureChange, &kSlightlyAhead,
  };
  return all;
}

}  // namespace till::sim

#include "sim/faults/fault.hpp"

namespace till::sim {

const std::vector<const Fault*>& all_faults() {
  static const std::vector<const Fault*> all = {
      &kRelay,      &kFolder,         &kPolicies,       &kBatches,     &kBulk,          &kLoss,          &kDoubling,
      &kDelay,      &kReordering,     &kLineCut,        &kPartition,   &kOneWay,        &kClog,          &kHubOutage,
      &kHubCrash,   &kHubRestored,    &kFlood,          &kPowerCut,    &kDiskFull,      &kUnsafeSync,    &kClockJump,
      &kClockDrift, &kNewcomer,       &kRestoredBackup, &kClonedStick, &kRevokedDevice, &kLapsedDevice,  &kPoison,
      &kForgery,    &kNewerProgram,   &kOlderProgram,   &kTrespasser,  &kFutureChange,  &kSlightlyAhead, &kFlippedRow,
      &kCompaction, &kSnapshotDamage, &kHubDiskTrouble,
  };
  return all;
}

}  // namespace till::sim

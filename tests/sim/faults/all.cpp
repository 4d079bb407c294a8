#include "sim/faults/fault.hpp"

namespace till::sim {

const std::vector<const Fault*>& all_faults() {
  static const std::vector<const Fault*> all = {
      &kRelay,          &kFolder,      &kLoss,          &kDoubling,      &kDelay,      &kReordering,
      &kLineCut,        &kPartition,   &kOneWay,        &kClog,          &kHubOutage,  &kHubCrash,
      &kHubRestored,    &kPowerCut,    &kDiskFull,      &kUnsafeSync,    &kClockJump,  &kClockDrift,
      &kRestoredBackup, &kClonedStick, &kRevokedDevice, &kLapsedDevice,  &kPoison,     &kForgery,
      &kNewerProgram,   &kTrespasser,  &kFutureChange,  &kSlightlyAhead, &kFlippedRow,
  };
  return all;
}

}  // namespace till::sim

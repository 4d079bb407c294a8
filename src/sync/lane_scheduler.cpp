#include "sync/lane_scheduler.hpp"

#include <algorithm>

namespace till::sync {

namespace {
constexpr std::int64_t kQuantumBytes = 4096;
}

std::optional<Lane> LaneScheduler::pick(const std::array<bool, kLanes>& has_work) {
  std::int64_t rounds = INT64_MAX;  // until some lane with work may send
  for (std::size_t i = 0; i < kLanes; ++i) {
    if (!has_work[i]) {
      credit_[i] = 0;
      continue;
    }
    const std::int64_t share = kLaneWeights[i] * kQuantumBytes;
    rounds = std::min(rounds, credit_[i] > 0 ? 0 : -credit_[i] / share + 1);
  }
  if (rounds == INT64_MAX) return std::nullopt;
  for (std::size_t i = 0; i < kLanes; ++i) {
    if (has_work[i]) credit_[i] += rounds * kLaneWeights[i] * kQuantumBytes;
  }
  for (const Lane lane : kAllLanes) {
    if (has_work[index(lane)] && credit_[index(lane)] > 0) return lane;
  }
  return std::nullopt;
}

void LaneScheduler::charge(Lane lane, std::size_t bytes) {
  credit_[index(lane)] -= static_cast<std::int64_t>(bytes);
}

}  // namespace till::sync

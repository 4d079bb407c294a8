// Which lane goes next: weighted deficit round robin, 8:4:2:1 by bytes, so that sales overtake a catalogue import and
// the import still moves. A value; no threads.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "sync/record.hpp"

namespace till::sync {

constexpr std::array<std::int64_t, kLanes> kLaneWeights = {8, 4, 2, 1};

class LaneScheduler {
 public:
  // The lane to serve among those that have something; empty when none has.
  std::optional<Lane> pick(const std::array<bool, kLanes>& has_work);
  // What was sent for it.
  void charge(Lane lane, std::size_t bytes);

 private:
  std::array<std::int64_t, kLanes> credit_{};  // bytes
};

}  // namespace till::sync

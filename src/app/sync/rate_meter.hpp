// How many things of each kind went through in the last minute. One thread; bounded memory.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>

#include "sync/record.hpp"

namespace till::app {

class RateMeter {
 public:
  using Counts = std::array<std::uint64_t, sync::kLanes>;

  // `totals` only grow; a fall (a hub that lost something) starts over.
  Counts per_minute(std::chrono::microseconds now, const Counts& totals) {
    for (std::size_t i = 0; i < totals.size(); ++i) {
      if (!samples_.empty() && totals[i] < samples_.back().totals[i]) samples_.clear();
    }
    if (samples_.empty() || now - samples_.back().at >= kStep) samples_.push_back({now, totals});
    while (samples_.size() > 1 && now - samples_[1].at >= kWindow) samples_.pop_front();
    Counts counts{};
    for (std::size_t i = 0; i < totals.size(); ++i) counts[i] = totals[i] - samples_.front().totals[i];
    return counts;
  }

 private:
  static constexpr std::chrono::seconds kWindow{60}, kStep{1};
  struct Sample {
    std::chrono::microseconds at;
    Counts totals;
  };
  std::deque<Sample> samples_;
};

}  // namespace till::app

// The machine's clock, set forward by the test: so that one change is certainly later than another, or a month passes
// at once; for intervals, too.
#pragma once

#include <atomic>
#include <chrono>

#include "core/clock.hpp"

namespace till::app {

class AheadClock final : public Clock {
 public:
  UtcTime now() override { return {machine_.now().us + ahead_us_}; }
  std::chrono::microseconds monotonic() override { return machine_.monotonic() + std::chrono::microseconds(ahead_us_); }
  void advance(std::chrono::microseconds by) { ahead_us_ += by.count(); }

 private:
  SystemClock machine_;
  std::atomic<std::int64_t> ahead_us_ = 0;
};

}  // namespace till::app

// Time comes in through an interface, so that tests and the simulator own it. Implementations are thread-safe.
#pragma once

#include <atomic>
#include <chrono>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace till {

// Microseconds since 1970-01-01T00:00:00Z. What a clock on the wall says; may jump.
struct UtcTime {
  std::int64_t us = 0;
  auto operator<=>(const UtcTime&) const = default;
};

class Clock {
 public:
  virtual ~Clock() = default;
  virtual UtcTime now() = 0;
  // Never goes back, unrelated to the wall; for time-outs and intervals.
  virtual std::chrono::microseconds monotonic() = 0;
};

class SystemClock final : public Clock {
 public:
  UtcTime now() override;
  std::chrono::microseconds monotonic() override;
};

class ManualClock final : public Clock {
 public:
  explicit ManualClock(UtcTime start = {1'790'000'000'000'000}) : utc_us_(start.us) {}
  UtcTime now() override { return {utc_us_}; }
  std::chrono::microseconds monotonic() override { return std::chrono::microseconds(mono_us_); }
  void advance(std::chrono::microseconds by) {
    utc_us_ += by.count();
    mono_us_ += by.count();
  }
  void set_utc(UtcTime t) { utc_us_ = t.us; }

 private:
  std::atomic<std::int64_t> utc_us_;
  std::atomic<std::int64_t> mono_us_ = 1;
};

// RFC 3339 in UTC with milliseconds, "2026-11-20T09:41:07.123Z"; parsing accepts offsets and any fraction.
std::string to_rfc3339(UtcTime time);
Result<UtcTime> from_rfc3339(std::string_view text);
// In the zone of the machine, for screens and receipts: "2026-11-20 09:41" with strftime's format letters.
std::string to_local(UtcTime time, const char* format = "%Y-%m-%d %H:%M");

}  // namespace till

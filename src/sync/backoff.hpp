// When to try again: exponential with full jitter (base 1 s, factor 2, cap 5 min), the only retry rule there is. A
// value.
#pragma once

#include <cstdint>

#include "core/random.hpp"

namespace till::sync {

struct BackoffConfig {
  std::int64_t base_ms = 1'000;
  std::int64_t cap_ms = 300'000;
};

class Backoff {
 public:
  explicit Backoff(BackoffConfig config) : config_(config) {}
  // Uniform between 1 ms and the present limit, which then doubles up to the cap.
  std::int64_t next_ms(Random& random);
  void reset() { attempt_ = 0; }
  [[nodiscard]] std::uint32_t attempts() const { return attempt_; }

 private:
  BackoffConfig config_;
  std::uint32_t attempt_ = 0;
};

}  // namespace till::sync

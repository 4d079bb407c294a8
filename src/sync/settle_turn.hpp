// When rules are to settle conflicts. After a partition changes of one field come from many terminals one after the
// other; who judged after each would settle each time anew, and be answered by all others who do. So what comes in one
// go is judged once: when nothing came for a moment, and never later than a while after the first of it. Until then
// the provisional winner shows. No clock of its own: `mono_us` is the caller's monotonic time. The loop's thread alone.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

namespace till::sync {

constexpr std::int64_t kSettleQuiet_us = 1'000'000, kSettleLatest_us = 10'000'000;

class SettleTurn {
 public:
  // Records were taken in.
  void news(std::int64_t mono_us) {
    if (!has_news_) since_us_ = mono_us;
    has_news_ = true;
    last_us_ = mono_us;
  }
  // Nothing to wait for: the policies are others, or there is more than one call settles.
  void at_once(std::int64_t mono_us) {
    has_news_ = true;
    since_us_ = last_us_ = mono_us - kSettleLatest_us;
  }

  // When to ask `is_due`; none while there is nothing to judge.
  [[nodiscard]] std::optional<std::int64_t> due_us() const {
    if (!has_news_) return std::nullopt;
    return std::min(last_us_ + kSettleQuiet_us, since_us_ + kSettleLatest_us);
  }
  // True once; settle_by_policy is to be called then.
  bool is_due(std::int64_t mono_us) {
    if (!has_news_ || mono_us < *due_us()) return false;
    has_news_ = false;
    return true;
  }

 private:
  bool has_news_ = false;
  std::int64_t since_us_ = 0, last_us_ = 0;
};

}  // namespace till::sync

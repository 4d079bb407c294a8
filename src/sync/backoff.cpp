#include "sync/backoff.hpp"

#include <algorithm>

namespace till::sync {

std::int64_t Backoff::next_ms(Random& random) {
  const std::uint32_t doublings = std::min<std::uint32_t>(attempt_, 30);
  const std::int64_t limit = std::min(config_.cap_ms, config_.base_ms << doublings);
  ++attempt_;
  return 1 + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(std::max<std::int64_t>(limit, 1))));
}

}  // namespace till::sync

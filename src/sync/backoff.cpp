#include "sync/backoff.hpp"
#include "sync/sabotage.hpp"

#include <algorithm>

namespace till::sync {

std::int64_t Backoff::next_ms(Random& random) {
  const std::uint32_t doublings = std::min<std::uint32_t>(attempt_, 30);
  const std::int64_t grown = config_.base_ms << doublings;
  const std::int64_t limit = sabotaged(Sabotage::no_cap) ? grown : std::min(config_.cap_ms, grown);
  ++attempt_;
  if (sabotaged(Sabotage::no_jitter)) return limit;
  return 1 + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(std::max<std::int64_t>(limit, 1))));
}

}  // namespace till::sync

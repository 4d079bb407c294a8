#include "sync/stamp.hpp"

#include <algorithm>

namespace till::sync {

namespace {
constexpr std::int64_t kLastMs = (std::int64_t{1} << 48) - 1;
}

Stamp Stamp::of(std::int64_t ms, std::uint16_t counter) {
  return {static_cast<std::uint64_t>(std::clamp<std::int64_t>(ms, 0, kLastMs)) << 16 | counter};
}

bool is_future(Stamp stamp, UtcTime trusted_now) {
  return stamp.ms() - trusted_now.us / 1000 > kFutureLimit_ms;
}

UtcTime due_at(Stamp stamp) {
  return {(stamp.ms() - kFutureLimit_ms) * 1000};
}

Stamp next_stamp(Stamp last, UtcTime trusted_now, std::uint16_t chance, Random& random) {
  const Stamp physical = Stamp::of(trusted_now.us / 1000, chance);
  return physical > last ? physical : Stamp{last.packed + 1 + random.below(256)};
}

}  // namespace till::sync

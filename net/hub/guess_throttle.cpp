#include "net/hub/guess_throttle.hpp"

#include <algorithm>

namespace till::net {

std::chrono::seconds GuessThrottle::rest_of(const Count& count, int limit) const {
  const auto age = clock_.monotonic() - count.since;
  if (count.failures < limit || age >= kWindow) return std::chrono::seconds(0);
  return std::chrono::ceil<std::chrono::seconds>(kWindow - age);
}

std::chrono::seconds GuessThrottle::wait(const std::string& address) {
  auto longest = rest_of(overall_, kMaxFailuresOverall);
  const auto it = by_address_.find(address);
  if (it != by_address_.end()) longest = std::max(longest, rest_of(it->second, kMaxFailures));
  return longest;
}

void GuessThrottle::failed(const std::string& address) {
  forget_old();
  const auto now = clock_.monotonic();
  const auto count = [&](Count& c) {
    if (c.failures == 0 || now - c.since >= kWindow) c = {now, 0};
    ++c.failures;
  };
  count(overall_);
  if (by_address_.size() < kMaxAddresses || by_address_.contains(address)) count(by_address_[address]);
}

void GuessThrottle::forget_old() {
  const auto now = clock_.monotonic();
  std::erase_if(by_address_, [&](const auto& entry) { return now - entry.second.since >= kWindow; });
}

}  // namespace till::net

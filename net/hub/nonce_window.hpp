// Remembers the nonces of signed requests for as long as their time would still be taken, so that a request seen on the
// wire cannot be sent again. Bounded: a device that fills its share is told to slow down. One thread (the hub's
// worker).
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <set>

#include "core/bytes.hpp"
#include "core/clock.hpp"
#include "core/id.hpp"
#include "core/result.hpp"

namespace till::net {

class NonceWindow {
 public:
  static constexpr std::size_t kMaxPerDevice = 20'000;  // about 30 requests a second for ten minutes

  // Denied when this device used this nonce before, retry when it made too many requests.
  Status take(const Id& device, ByteView nonce, UtcTime now);

 private:
  struct Seen {
    std::deque<std::pair<UtcTime, Bytes>> by_age;
    std::set<Bytes> nonces;
  };
  std::map<Id, Seen> devices_;
};

}  // namespace till::net

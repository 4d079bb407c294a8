// Counts wrong enrolment codes: after kMaxFailures from one address within kWindow that address waits until the window
// is over, and after kMaxFailuresOverall everybody does. Memory is bounded. One thread (the hub's worker).
#pragma once

#include <chrono>
#include <map>
#include <string>

#include "core/clock.hpp"

namespace till::net {

class GuessThrottle {
 public:
  static constexpr int kMaxFailures = 10;
  static constexpr int kMaxFailuresOverall = 1000;
  static constexpr std::chrono::minutes kWindow{15};
  static constexpr std::size_t kMaxAddresses = 4096;

  explicit GuessThrottle(Clock& clock) : clock_(clock) {}
  // Seconds to wait; zero when a guess is allowed now.
  std::chrono::seconds wait(const std::string& address);
  void failed(const std::string& address);

 private:
  struct Count {
    std::chrono::microseconds since{};
    int failures = 0;
  };
  void forget_old();
  std::chrono::seconds rest_of(const Count& count, int limit) const;

  Clock& clock_;
  std::map<std::string, Count> by_address_;
  Count overall_;
};

}  // namespace till::net

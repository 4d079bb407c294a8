// Says when the network may be there again: an interface got an address, a way out of the building was found, or the
// machine woke. The kernel tells (rtnetlink(7), timerfd_create(2)); where it does not, in some containers, nothing is
// ever said. Linux only.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <thread>

#include "core/bytes.hpp"
#include "core/result.hpp"
#include "net/descriptor.hpp"

namespace till::net {

// What the kernel sends when routes and interfaces change: does any of it say that more can be reached than before?
bool says_network_came(ByteView messages);

class NetworkWatch {
 public:
  // However much comes within this time of the last news is one change: an interface comes up in many steps.
  static constexpr std::chrono::milliseconds kSettle{500};

  // Permanent where the kernel gives no notice. `changed` is called on a thread of this object's own.
  static Result<std::unique_ptr<NetworkWatch>> start(std::function<void()> changed);

  // `routes` gives rtnetlink messages, `waking` becomes readable, and unreadable by `wake_seen`, when the machine woke.
  struct Sources {
    Descriptor routes, waking;
    std::function<void(int waking)> wake_seen;
  };
  NetworkWatch(Sources sources, std::chrono::milliseconds settle, std::function<void()> changed);

 private:
  void run(const std::stop_token& stop);
  bool take_news();

  Sources sources_;
  Descriptor either_;  // epoll(7) of both
  const std::chrono::milliseconds settle_;
  const std::function<void()> changed_;
  std::jthread thread_;
};

}  // namespace till::net

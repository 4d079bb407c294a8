// Stamps events with when they can have happened. The window tells it when it starts to poll and when polling is over;
// what a poll delivers at once may have happened at any moment since the poll before it, what it delivers after having
// waited has only just happened. Pure; the window's thread.
#pragma once

#include <algorithm>

#include "ui/platform/events.hpp"

namespace till::ui {

class InputClock {
 public:
  void poll_begins(Micros now) { poll_began_ = now; }
  void poll_ended(Micros now) {
    last_poll_ended_ = now;
    waited_ = false;
  }
  void stamp(InputEvent& event, Micros now) {
    if (now - poll_began_ > kSurelyWaited) waited_ = true;
    event.time = now;
    event.earliest = waited_ ? poll_began_ : last_poll_ended_;
    if (waited_) event.earliest = std::max(event.earliest, now - kSurelyWaited);
  }
  // Everything that happened before this moment has been delivered.
  [[nodiscard]] Micros complete_until() const { return poll_began_; }

 private:
  // A poll that finds events delivers the first of them well within this.
  static constexpr Micros kSurelyWaited{2'000};
  Micros poll_began_{0}, last_poll_ended_{0};
  bool waited_ = false;
};

}  // namespace till::ui

// What waits for the sync thread: events for the engine, frames of the live link, and short notices. Any thread posts,
// one takes. Bounded: of frames by letting the link's own thread wait, and so the hub; an event beyond the bound is
// dropped, which the engine's own timers make good.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>

#include "core/bytes.hpp"
#include "sync/events.hpp"

namespace till::app {

class Mailbox {
 public:
  struct Notices {
    bool membership_changed = false;
    bool look_at_peers = false;
    bool pictures_came = false;
    bool tables_healed = false;
  };
  struct Mail {
    std::optional<sync::Event> event;
    Notices notices;
    bool stopping = false;
  };

  void post(sync::Event event);
  // Waits while too many wait.
  void post_frame(Bytes frame);
  // However many come before the next mail is taken, they are one.
  void post_local_commit();
  void post_notice(bool Notices::*which);
  // From now on nobody waits for room.
  void stop();

  // The next event, notices alone, or nothing after `limit`.
  Mail take(std::chrono::microseconds limit);
  // What came over the live link and was not taken belongs to a session that is over.
  void forget_link();

 private:
  [[nodiscard]] bool has_mail() const;
  std::optional<sync::Event> next_event();

  mutable std::mutex mutex_;
  std::condition_variable bell_, room_;
  std::deque<sync::Event> events_;
  std::deque<Bytes> frames_;
  Notices notices_;
  bool local_commit_ = false, stopping_ = false;
};

}  // namespace till::app

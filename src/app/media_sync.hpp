// The thread that exchanges media files with the hub (media_exchange.hpp), beside sync and behind it: before each piece
// of half a megabyte it waits while sync itself has something to send or to take, for kMaxDeference at most, and a
// failure is retried by sync's own rule. Made for a till that has its tenant's keys; belongs to whoever runs sync.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "app/enrolment.hpp"
#include "app/shop.hpp"

namespace till::app {

class MediaSync {
 public:
  static constexpr std::chrono::seconds kMaxDeference{10};  // a link too slow for sync still gets a picture in the end

  struct Surroundings {
    std::function<bool()> sync_is_busy;  // any thread, quick
    std::function<void()> arrived;       // files came; called on this thread
  };
  static std::unique_ptr<MediaSync> start(Shop& shop, const HubMembership& membership, Surroundings surroundings);
  ~MediaSync();  // gives up what is under way; it goes on at the next start
  MediaSync(const MediaSync&) = delete;
  MediaSync& operator=(const MediaSync&) = delete;

  // Rows changed: a round soon, but not before a failed one is due again; `at_once`: nor does that hold it up, since
  // the network changed or a person asks. Any thread.
  void look_again(bool at_once = false);
  // A round without an error has ended since the last look_again(): what could be exchanged was. Any thread.
  [[nodiscard]] bool settled() const;

 private:
  struct Impl;
  explicit MediaSync(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace till::app

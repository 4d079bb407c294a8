// What waits for the thread of snapshots: what the engine needs, what a person ordered, that it is time to look. Any
// thread posts, one takes. What the engine needs is asked for again by itself, so that only the last of each is kept.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>

#include "app/snapshots/care.hpp"
#include "sync/events.hpp"

namespace till::app {

class SnapshotDesk {
 public:
  struct Work {
    std::optional<sync::NeedSnapshot> snapshot;
    std::optional<sync::NeedSnapshotChunk> chunk;
    std::optional<SnapshotOrder> order;
    bool look = false;
    bool stopping = false;
  };

  // False while nobody is there to do it.
  bool need(const sync::NeedSnapshot& what);
  bool need(const sync::NeedSnapshotChunk& what);
  void look_again();
  // Waits until it is done. Retry: nobody is there, or it took longer than `limit`.
  Result<SnapshotsDone> order(const SnapshotOrder& what, std::chrono::milliseconds limit);
  // The program is ending: who waits is told, and orders are not taken any more.
  void give_up_orders();
  [[nodiscard]] bool takes_orders() const;

  // The thread's side.
  void open();
  void close();  // whoever waits is told
  Work take(std::chrono::milliseconds limit);
  void answer(Result<SnapshotsDone> done);
  bool stops_within(std::chrono::milliseconds limit);
  [[nodiscard]] bool is_wanted() const;  // something of the engine's waits, or it must stop

 private:
  mutable std::mutex mutex_;
  std::condition_variable bell_, answered_;
  Work work_;
  bool is_open_ = false, is_ordered_ = false, has_given_up_ = false;
  std::optional<Result<SnapshotsDone>> done_;
};

}  // namespace till::app

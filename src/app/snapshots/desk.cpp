#include "app/snapshots/desk.hpp"

#include <utility>

namespace till::app {

namespace {
Error nobody() {
  return {ErrorKind::retry, "this terminal is not connected to a hub at the moment; try again when it is", {}};
}
}  // namespace

bool SnapshotDesk::need(const sync::NeedSnapshot& what) {
  std::lock_guard lock(mutex_);
  work_.snapshot = what;
  bell_.notify_all();
  return is_open_;
}

bool SnapshotDesk::need(const sync::NeedSnapshotChunk& what) {
  std::lock_guard lock(mutex_);
  work_.chunk = what;
  bell_.notify_all();
  return is_open_;
}

void SnapshotDesk::look_again() {
  std::lock_guard lock(mutex_);
  work_.look = true;
  bell_.notify_all();
}

Result<SnapshotsDone> SnapshotDesk::order(const SnapshotOrder& what, std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  const auto until = std::chrono::steady_clock::now() + limit;
  if (!answered_.wait_until(lock, until, [&] { return !is_ordered_; })) return fail(nobody());
  if (!is_open_ || has_given_up_) return fail(nobody());
  is_ordered_ = true;
  done_.reset();
  work_.order = what;
  bell_.notify_all();
  const bool is_done = answered_.wait_until(lock, until, [&] { return done_.has_value(); });
  is_ordered_ = false;
  answered_.notify_all();
  if (is_done) return std::move(*std::exchange(done_, std::nullopt));
  return fail(ErrorKind::retry, "the snapshot takes longer than expected; it goes on while this program runs");
}

void SnapshotDesk::give_up_orders() {
  {
    std::lock_guard lock(mutex_);
    has_given_up_ = true;
    if (is_ordered_ && !done_) done_ = fail(nobody());
  }
  answered_.notify_all();
}

bool SnapshotDesk::takes_orders() const {
  std::lock_guard lock(mutex_);
  return !has_given_up_;
}

void SnapshotDesk::open() {
  std::lock_guard lock(mutex_);
  is_open_ = true;
}

void SnapshotDesk::close() {
  {
    std::lock_guard lock(mutex_);
    is_open_ = false;
    work_.stopping = true;
    if (is_ordered_ && !done_) done_ = fail(nobody());
  }
  bell_.notify_all();
  answered_.notify_all();
}

SnapshotDesk::Work SnapshotDesk::take(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  bell_.wait_for(lock, limit,
                 [&] { return work_.stopping || work_.snapshot || work_.chunk || work_.order || work_.look; });
  const bool stopping = work_.stopping;
  Work taken = std::exchange(work_, {});
  work_.stopping = stopping;
  return taken;
}

void SnapshotDesk::answer(Result<SnapshotsDone> done) {
  {
    std::lock_guard lock(mutex_);
    if (is_ordered_) done_ = std::move(done);
  }
  answered_.notify_all();
}

bool SnapshotDesk::stops_within(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  return bell_.wait_for(lock, limit, [&] { return work_.stopping; });
}

bool SnapshotDesk::is_wanted() const {
  std::lock_guard lock(mutex_);
  return work_.stopping || work_.snapshot || work_.chunk;
}

}  // namespace till::app

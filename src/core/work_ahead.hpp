// Work done before it is asked for: on one helper thread, and on its owner's where that would otherwise wait. Results
// are taken in the order in which the work was begun. For pure computing: what is begun shares nothing that changes
// with its owner or with other work that is begun and not taken; disks and connections stay with the owner.
//
// At most `window` pieces of work are begun and not taken, which bounds the memory. With a window of 1 the work runs
// strictly one piece after the other. The helper runs at a low priority, so that whoever serves a customer goes first,
// and is not there at all on a machine with one core. What work throws, `take` throws. One owner thread; work that
// nobody took is dropped or waited for when this object dies.
#pragma once

#include <cassert>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <thread>

namespace till {

// Of the calling thread alone; nothing happens where the system has no such thing.
void lower_own_priority();

template <class T>
class WorkAhead {
 public:
  explicit WorkAhead(std::size_t window, bool has_second_core = std::thread::hardware_concurrency() > 1)
      : window_(window) {
    if (has_second_core) helper_ = std::jthread([this](const std::stop_token& stop) { help(stop); });
  }
  ~WorkAhead() {
    const std::lock_guard lock(mutex_);
    waiting_.clear();
  }
  WorkAhead(const WorkAhead&) = delete;
  WorkAhead& operator=(const WorkAhead&) = delete;

  [[nodiscard]] bool is_full() const { return results_.size() == window_; }
  [[nodiscard]] bool is_empty() const { return results_.empty(); }

  template <class Work>
  void begin(Work&& work) {
    assert(!is_full());
    std::packaged_task<T()> task(std::forward<Work>(work));
    results_.push_back(task.get_future());
    {
      const std::lock_guard lock(mutex_);
      waiting_.push_back(std::move(task));
    }
    bell_.notify_one();
  }

  // The oldest piece of work's result.
  T take() {
    assert(!is_empty());
    auto oldest = std::move(results_.front());
    results_.pop_front();
    while (oldest.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
      auto task = next_waiting();
      if (!task.valid()) break;  // the helper is at it
      task();
    }
    return oldest.get();
  }

 private:
  std::packaged_task<T()> next_waiting() {
    const std::lock_guard lock(mutex_);
    if (waiting_.empty()) return {};
    auto task = std::move(waiting_.front());
    waiting_.pop_front();
    return task;
  }

  void help(const std::stop_token& stop) {
    lower_own_priority();
    std::unique_lock lock(mutex_);
    while (bell_.wait(lock, stop, [this] { return !waiting_.empty(); })) {
      auto task = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      task();
      task = {};  // what it held goes before the lock comes
      lock.lock();
    }
  }

  const std::size_t window_;
  std::deque<std::future<T>> results_;  // begun and not taken
  std::mutex mutex_;
  std::condition_variable_any bell_;
  std::deque<std::packaged_task<T()>> waiting_;  // begun by nobody yet
  std::jthread helper_;                          // last: it ends first
};

}  // namespace till

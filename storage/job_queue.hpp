// What waits for the writer: two bounded lines, sales first. Any thread pushes, one pops.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>

#include "storage/database.hpp"

namespace till::storage {

struct WriteJob {
  std::function<Status(Transaction&)> work;
  std::function<void(const Status&)> done;
  bool in_transaction = true;
};

class JobQueue {
 public:
  explicit JobQueue(std::size_t capacity) : capacity_(capacity) {}

  bool try_push(WriteJob&& job, Priority priority) {
    std::lock_guard lock(mutex_);
    auto& line = line_of(priority);
    if (closed_ || line.size() >= capacity_) return false;
    line.push_back(std::move(job));
    ready_.notify_one();
    return true;
  }

  // Waits for room; false only when closed.
  bool push(WriteJob&& job, Priority priority) {
    std::unique_lock lock(mutex_);
    auto& line = line_of(priority);
    room_.wait(lock, [&] { return closed_ || line.size() < capacity_; });
    if (closed_) return false;
    line.push_back(std::move(job));
    ready_.notify_one();
    return true;
  }

  // Waits for a job, for `limit` at most if given; empty when that ran out, or closed and drained.
  std::optional<WriteJob> pop(std::optional<std::chrono::milliseconds> limit) {
    std::unique_lock lock(mutex_);
    const auto something = [&] { return closed_ || !sales_.empty() || !background_.empty(); };
    if (limit) {
      ready_.wait_for(lock, *limit, something);
    } else {
      ready_.wait(lock, something);
    }
    auto& line = sales_.empty() ? background_ : sales_;
    if (line.empty()) return std::nullopt;
    std::optional<WriteJob> job(std::move(line.front()));
    line.pop_front();
    room_.notify_all();
    return job;
  }

  void close() {
    std::lock_guard lock(mutex_);
    closed_ = true;
    ready_.notify_all();
    room_.notify_all();
  }

  [[nodiscard]] bool drained() const {
    std::lock_guard lock(mutex_);
    return closed_ && sales_.empty() && background_.empty();
  }
  [[nodiscard]] bool sale_waits() const {
    std::lock_guard lock(mutex_);
    return !sales_.empty();
  }
  [[nodiscard]] std::size_t size() const {
    std::lock_guard lock(mutex_);
    return sales_.size() + background_.size();
  }

 private:
  std::deque<WriteJob>& line_of(Priority priority) { return priority == Priority::sale ? sales_ : background_; }

  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable ready_, room_;
  std::deque<WriteJob> sales_, background_;
  bool closed_ = false;
};

}  // namespace till::storage

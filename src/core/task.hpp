// A long step that a person watches: it reports how far it is and can be asked to stop. Shared between the worker that
// runs it and whoever shows it; every member may be called from any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

#include "core/result.hpp"

namespace till {

class Task {
 public:
  void begin(std::string step, std::uint64_t total) {
    {
      std::lock_guard lock(mutex_);
      step_ = std::move(step);
    }
    total_ = total;
    done_ = 0;
    changed();
  }
  void advance_to(std::uint64_t done) {
    done_ = done;
    changed();
  }
  void cancel() { cancelled_ = true; }
  [[nodiscard]] bool cancelled() const { return cancelled_; }
  // For the middle of a loop: TRY(task.go_on()).
  Status go_on() const {
    if (cancelled_) return fail(ErrorKind::permanent, "stopped at your request; nothing was changed");
    return {};
  }
  [[nodiscard]] std::uint64_t done() const { return done_; }
  [[nodiscard]] std::uint64_t total() const { return total_; }
  [[nodiscard]] std::string step() const {
    std::lock_guard lock(mutex_);
    return step_;
  }
  // Called on the worker's thread whenever progress moves; set before the task starts.
  std::function<void()> on_change;

 private:
  void changed() {
    if (on_change) on_change();
  }
  std::atomic<std::uint64_t> done_ = 0, total_ = 0;
  std::atomic<bool> cancelled_ = false;
  mutable std::mutex mutex_;
  std::string step_;
};

}  // namespace till

// The writer thread: runs jobs one at a time, each in its transaction, and checkpoints the WAL when nothing waits, or
// when it is long: then after the sales that wait, at twice wal_pages_max at the latest. The only place where the
// database changes.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <thread>

#include "storage/job_queue.hpp"

namespace till::storage {

class Writer {
 public:
  // `exclusion` keeps readers out during a job where there is no WAL; may be null.
  Writer(std::unique_ptr<Transaction> conn, const OpenOptions& options, std::shared_mutex* exclusion);
  ~Writer();  // after finish()
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // Runs what waits, then stops the thread. No job is taken afterwards.
  void finish();
  Status run_and_wait(WriteJob job, Priority priority);
  Status run_later(WriteJob job, Priority priority);
  [[nodiscard]] bool is_me() const { return std::this_thread::get_id() == thread_.get_id(); }
  [[nodiscard]] bool is_me_in_a_job() const { return is_me() && in_job_; }
  [[nodiscard]] std::size_t jobs_waiting() const { return queue_.size(); }
  static Status checkpoint(Connection& conn, bool truncate);
  // Only after finish().
  [[nodiscard]] Connection& connection() { return *conn_; }

  int add_listener(std::function<void()> listener);
  void remove_listener(int number);

 private:
  void loop();
  Status run(const WriteJob& job);
  Status run_in_transaction(const WriteJob& job);
  void tell_listeners();
  void checkpoint_passively();
  [[nodiscard]] bool may_wait_for_sales() const;

  std::unique_ptr<Transaction> conn_;
  JobQueue queue_;
  const int wal_pages_idle_, wal_pages_max_;
  std::shared_mutex* const exclusion_;
  int wal_pages_ = 0;  // since the last checkpoint; of the writer thread
  std::atomic<bool> in_job_ = false;
  std::recursive_mutex listeners_mutex_;
  std::map<int, std::function<void()>> listeners_;
  int next_listener_ = 1;
  std::thread thread_;
};

}  // namespace till::storage

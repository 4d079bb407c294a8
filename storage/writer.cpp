#include "storage/writer.hpp"

#include <sqlite3.h>

#include <future>

#include "core/log.hpp"

namespace till::storage {

namespace {

constexpr std::chrono::milliseconds kIdle{200};

int remember_pages(void* pages, sqlite3*, const char*, int count) {
  *static_cast<int*>(pages) = count;
  return SQLITE_OK;
}

Error stopped() {
  return {ErrorKind::permanent, "the till is closing; nothing was changed", {}};
}

}  // namespace

Writer::Writer(std::unique_ptr<Transaction> conn, const OpenOptions& options, std::shared_mutex* exclusion)
    : conn_(std::move(conn)),
      queue_(options.queue_max),
      wal_pages_idle_(options.wal_pages_idle),
      wal_pages_max_(options.wal_pages_max),
      exclusion_(exclusion) {
  sqlite3_wal_hook(conn_->handle(), remember_pages, &wal_pages_);
  thread_ = std::thread([this] { loop(); });
}

Writer::~Writer() {
  finish();
}

void Writer::finish() {
  queue_.close();
  if (thread_.joinable()) thread_.join();
}

Status Writer::run_and_wait(WriteJob job, Priority priority) {
  if (is_me()) {
    return fail(ErrorKind::invalid, "a change was asked for inside another change; report this",
                "Database::write on the writer's thread");
  }
  std::promise<Status> promise;
  auto answer = promise.get_future();
  job.done = [&promise](const Status& status) { promise.set_value(status); };
  if (!queue_.push(std::move(job), priority)) return fail(stopped());
  return answer.get();
}

Status Writer::run_later(WriteJob job, Priority priority) {
  if (!queue_.try_push(std::move(job), priority)) {
    return fail(ErrorKind::retry, "too much is waiting to be written; try again in a moment");
  }
  return {};
}

void Writer::loop() {
  while (!queue_.drained()) {
    const bool checkpoint_is_due = wal_pages_ > wal_pages_idle_;
    auto job = queue_.pop(checkpoint_is_due ? std::optional(kIdle) : std::nullopt);
    if (!job) {
      if (checkpoint_is_due) checkpoint_passively();
      continue;
    }
    const auto changes_before = sqlite3_total_changes64(conn_->handle());
    const auto status = run(*job);
    const bool changed = status && sqlite3_total_changes64(conn_->handle()) != changes_before;
    if (job->done) job->done(status);
    job.reset();  // what it holds must not outlive the answer by long
    if (changed) tell_listeners();
    if (wal_pages_ > wal_pages_max_ && !may_wait_for_sales()) checkpoint_passively();
  }
}

Status Writer::run(const WriteJob& job) {
  std::unique_lock<std::shared_mutex> alone;
  if (exclusion_ != nullptr) alone = std::unique_lock(*exclusion_);
  in_job_ = true;
  auto status = job.in_transaction ? run_in_transaction(job) : job.work(*conn_);
  in_job_ = false;
  return status;
}

Status Writer::run_in_transaction(const WriteJob& job) {
  TRY(conn_->run("BEGIN IMMEDIATE"));
  Status done;
  try {
    done = job.work(*conn_);
  } catch (const std::exception& e) {
    done = fail(ErrorKind::permanent, "the change broke off and was taken back; report this", e.what());
  }
  if (done) done = conn_->run("COMMIT");
  // SQLite itself rolls back on some errors (a full disk among them).
  if (!done && sqlite3_get_autocommit(conn_->handle()) == 0) {
    if (auto undone = conn_->run("ROLLBACK"); !undone) log::error("rollback: {}", undone.error().cause);
  }
  return done;
}

// A checkpoint takes as long as several sales: one that waits goes first, unless the log grows without bound.
bool Writer::may_wait_for_sales() const {
  return wal_pages_ <= 2 * wal_pages_max_ && queue_.sale_waits();
}

Status Writer::checkpoint(Connection& conn, bool truncate) {
  int in_wal = 0, moved = 0;
  const int code = sqlite3_wal_checkpoint_v2(
      conn.handle(), nullptr, truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE, &in_wal, &moved);
  if (code != SQLITE_OK) return fail(sqlite_error(code, "checkpoint"));
  return {};
}

void Writer::checkpoint_passively() {
  wal_pages_ = 0;  // the next commit says how long it is now, so a checkpoint that fails is not tried in a circle
  if (auto done = checkpoint(*conn_, false); !done) log::warning("{}: {}", done.error().message, done.error().cause);
}

int Writer::add_listener(std::function<void()> listener) {
  std::lock_guard lock(listeners_mutex_);
  listeners_[next_listener_] = std::move(listener);
  return next_listener_++;
}

void Writer::remove_listener(int number) {
  std::lock_guard lock(listeners_mutex_);
  listeners_.erase(number);
}

void Writer::tell_listeners() {
  std::lock_guard lock(listeners_mutex_);
  const auto listeners = listeners_;  // a listener may take itself off
  for (const auto& [number, listener] : listeners) {
    try {
      listener();
    } catch (const std::exception& e) {
      log::error("a commit listener threw: {}", e.what());
    }
  }
}

}  // namespace till::storage

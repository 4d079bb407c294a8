// The shop's database: one writer thread owns the only writing connection and does the only checkpoints (two writers
// can corrupt a WAL database up to SQLite 3.51.2), a few read-only connections serve everybody else.
//
// write() runs a job in BEGIN IMMEDIATE .. COMMIT with synchronous=FULL and returns when it is on the disk, or rolled
// back because the job failed, threw, or the disk refused. A sale's job overtakes background jobs that wait. Safe from
// any thread but the writer's own: a job or a commit listener that calls write() gets an error, not a deadlock. On a
// volume that cannot do WAL a rollback journal is used, and readers then wait for the writer.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>

#include "core/result.hpp"
#include "storage/connection.hpp"
#include "storage/env.hpp"
#include "storage/migrations.hpp"

namespace till::storage {

enum class Priority : unsigned char { sale, background };
enum class Journal : unsigned char { automatic, wal, truncate };

struct OpenOptions {
  std::string folder;  // exists
  std::string file = "till.db";
  std::string vfs;                     // empty: SQLite's own
  Access access = Access::read_write;  // read_only: no writer, no migration; another process may own the folder
  Journal journal = Journal::automatic;
  std::size_t readers_max = 4;
  std::size_t queue_max = 1024;  // jobs waiting, per priority
  int wal_pages_idle = 256;      // checkpoint when the writer has nothing to do and the WAL is longer than this
  int wal_pages_max = 4096;      // checkpoint, after the sales that wait; at twice this before them
  std::vector<Migration> migrations = schema_list();
};

class Database {
 public:
  static Result<std::unique_ptr<Database>> open(Env& env, const OpenOptions& options);
  ~Database();  // finishes the jobs that wait, checkpoints, closes
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // f: Result<T>(Transaction&). Waits for the commit; waits for room when the queue is full.
  template <class F>
  auto write(F&& f, Priority priority = Priority::sale) -> std::invoke_result_t<F&, Transaction&> {
    using R = std::invoke_result_t<F&, Transaction&>;
    std::optional<R> result;
    Status done = write_and_wait(
        [&](Transaction& tx) -> Status {
          result.emplace(f(tx));
          if (!*result) return fail(result->error());
          return {};
        },
        priority);
    if (!done) return fail(std::move(done).error());
    return std::move(*result);
  }

  // Returns at once; `done` is called on the writer's thread after the commit or the failure, exactly once. An error of
  // kind retry: the queue is full and `done` will not be called.
  Status write_async(std::function<Status(Transaction&)> job, std::function<void(const Status&)> done,
                     Priority priority = Priority::background);

  // f: Result<T>(Connection&), on one consistent state of the data; write jobs go on meanwhile (but see the class).
  template <class F>
  auto read(F&& f) -> std::invoke_result_t<F&, Connection&> {
    using R = std::invoke_result_t<F&, Connection&>;
    std::optional<R> result;
    Status done = read_and_wait([&](Connection& conn) -> Status {
      result.emplace(f(conn));
      return {};
    });
    if (!done) return fail(std::move(done).error());
    return std::move(*result);
  }

  // On the writer's connection and thread, between its jobs and outside a transaction, behind the sales that wait. They
  // wait for as long as it takes: within a frame.
  Status between_jobs(const std::function<Status(Connection&)>& step);

  // Called on the writer's thread after each commit that changed something; must be quick. The number takes it off
  // again, after which it is not running and will not be called.
  int on_commit(std::function<void()> listener);
  void remove_commit_listener(int number);

  // Moves the WAL into the file now; `truncate` waits for readers and empties it.
  Status checkpoint(bool truncate = false);

  [[nodiscard]] bool uses_wal() const;
  [[nodiscard]] int schema_version() const;
  [[nodiscard]] const std::string& path() const;
  [[nodiscard]] const std::string& vfs() const;
  [[nodiscard]] std::size_t jobs_waiting() const;

 private:
  class Impl;
  explicit Database(std::unique_ptr<Impl> impl);
  Status write_and_wait(std::function<Status(Transaction&)> job, Priority priority);
  Status read_and_wait(const std::function<Status(Connection&)>& job);
  std::unique_ptr<Impl> impl_;
};

}  // namespace till::storage

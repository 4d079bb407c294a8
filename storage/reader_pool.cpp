#include "storage/reader_pool.hpp"

namespace till::storage {

namespace {

Status read_one_state(Connection& conn, const std::function<Status(Connection&)>& job) {
  TRY(conn.run("BEGIN"));
  Status done;
  try {
    done = job(conn);
  } catch (const std::exception& e) {
    done = fail(ErrorKind::permanent, "the question broke off; report this", e.what());
  }
  auto ended = conn.run("ROLLBACK");
  return done ? ended : done;
}

}  // namespace

Status ReaderPool::read(const std::function<Status(Connection&)>& job) {
  std::shared_lock<std::shared_mutex> no_writer;
  if (exclusion_ != nullptr) no_writer = std::shared_lock(*exclusion_);
  auto conn = TRY(borrow());
  auto done = read_one_state(*conn, job);
  give_back(std::move(conn));
  return done;
}

Result<std::unique_ptr<Connection>> ReaderPool::borrow() {
  {
    std::unique_lock lock(mutex_);
    free_.wait(lock, [&] { return !idle_.empty() || lent_ < readers_max_; });
    ++lent_;
    if (!idle_.empty()) {
      auto conn = std::move(idle_.back());
      idle_.pop_back();
      return conn;
    }
  }
  auto opened = Connection::open(path_, Access::read_only, vfs_);
  if (!opened) give_back(nullptr);
  return opened;
}

void ReaderPool::give_back(std::unique_ptr<Connection> conn) {
  {
    std::lock_guard lock(mutex_);
    --lent_;
    if (conn) idle_.push_back(std::move(conn));
  }
  free_.notify_one();
}

void ReaderPool::close() {
  std::lock_guard lock(mutex_);
  idle_.clear();
}

}  // namespace till::storage

// Read-only connections, opened when needed and lent one at a time; who finds all of them lent waits.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <vector>

#include "storage/connection.hpp"

namespace till::storage {

class ReaderPool {
 public:
  // `exclusion`: shared with the writer where there is no WAL, else null.
  ReaderPool(std::string path, std::string vfs, std::size_t readers_max, std::shared_mutex* exclusion)
      : path_(std::move(path)), vfs_(std::move(vfs)), readers_max_(readers_max), exclusion_(exclusion) {}

  Status read(const std::function<Status(Connection&)>& job);
  void close();  // the idle ones; nothing may be reading

 private:
  Result<std::unique_ptr<Connection>> borrow();
  void give_back(std::unique_ptr<Connection> conn);

  const std::string path_, vfs_;
  const std::size_t readers_max_;
  std::shared_mutex* const exclusion_;
  std::mutex mutex_;
  std::condition_variable free_;
  std::vector<std::unique_ptr<Connection>> idle_;
  std::size_t lent_ = 0;
};

}  // namespace till::storage

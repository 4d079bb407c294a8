// The hub's database file: one SQLite connection in WAL mode with synchronous=FULL, used by the hub's worker thread
// alone. A second process never opens it while a hub runs: SQLite of this age has a WAL defect when two connections
// write and checkpoint at the same moment, and a revocation must reach the running hub at once anyway; so
// administration goes through the running hub's control socket, and the folder's lock (hub_folder.hpp) keeps everybody
// else out.
//
// begin/commit/roll_back are a group: a write that fails breaks the group, and commit() then refuses. The write-ahead
// log is checkpointed here, between groups, and nowhere else.
//
// An epoch names a tenant's sequence of numbers. All epochs change when the file is not the one it was (a copy, a
// restored backup; hub_identity.hpp), since the numbers from here on are not those that were given before; the epochs
// that were are kept with the last number that they share with the new one (sync/epochs.hpp).
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "storage/connection.hpp"

namespace till::storage {

// An SQL expression for a new epoch: random, never 0.
constexpr const char* kNewEpochSql = "(random() & 9223372036854775807) | 1";

// What tells the file that lies there now from a copy of it that was put in its place.
using FileIdentity = std::function<Result<Bytes>()>;

class HubDatabase {
 public:
  // Makes the file when it is not there. Permanent when it was written by a newer version. Without `identity` no copy
  // is noticed. `vfs`: SQLite's name of the disk that it lies on; empty: the machine's own.
  static Result<std::unique_ptr<HubDatabase>> open(const std::string& path, const FileIdentity& identity = {},
                                                   const std::string& vfs = {});
  ~HubDatabase();

  Status begin();
  Status commit();
  void roll_back();

  // From now on the file is known by this.
  Status remember_identity(const Bytes& identity);

  // Counts up when a group is undone: what was remembered from inside it is void.
  [[nodiscard]] std::uint64_t undone() const { return undone_; }
  [[nodiscard]] Connection& reads() { return *connection_; }
  template <class... Args>
  Status write(std::string_view sql, const Args&... args) {
    auto status = connection_->run(sql, args...);
    if (!status) broken_ = true;
    return status;
  }

 private:
  explicit HubDatabase(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
  Status bring_schema_up();
  Status settle_epochs(const Bytes& identity);
  Status put_identity(const Bytes& identity);

  std::unique_ptr<Connection> connection_;
  bool broken_ = false;
  std::uint64_t undone_ = 0;
  int groups_since_checkpoint_ = 0;
};

}  // namespace till::storage

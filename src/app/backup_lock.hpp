// The lock of a place, taken for one backup or pruning and given back at the end (backup/lease.hpp). A run of this data
// folder that crashed is not waited for: only one program can have the folder open, so its claims are dead. Another's
// are watched for up to two minutes; a task can be cancelled meanwhile.
#pragma once

#include <memory>

#include "app/shop_state.hpp"
#include "backup/lease.hpp"
#include "core/task.hpp"

namespace till::app {

class BackupLock {
 public:
  // Retry "a backup is running here already" when it is held. A full place gives up its reserve for it.
  static Result<std::unique_ptr<BackupLock>> take(ShopState& state, backup::ObjectStore& store, Task& task);
  ~BackupLock();
  BackupLock(const BackupLock&) = delete;
  BackupLock& operator=(const BackupLock&) = delete;

  // Everything written through it is under the lock.
  backup::ObjectStore& store() { return leased_; }

 private:
  BackupLock(ShopState& state, backup::ObjectStore& store, const Id& store_id);
  Result<bool> try_take();
  Status wait(Task& task);

  backup::ObjectStore& store_;
  const Id store_id_, device_;
  backup::LockWatch watch_;
  backup::Lease lease_;
  backup::LeasedStore leased_;
};

}  // namespace till::app

// One terminal's data folder in memory: the product's own schema, store and transactions over SQLite on a crash disk,
// with one connection instead of the writer's thread. Power cuts, full disks and syncs that fail come from `files()`.
// One thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/random.hpp"
#include "storage/sync_store.hpp"
#include "vfs/crash_vfs.hpp"

namespace till::sim {

// Of a disk that is well; anything else ends the run.
void must(const Status& status);

class TillDisk {
 public:
  // A new folder of this device, closed.
  TillDisk(const Id& device, sync::Incarnation incarnation);
  ~TillDisk() { close(); }

  Status open();
  void close();  // in order: everything is in the file afterwards
  [[nodiscard]] bool is_open() const { return tx_ != nullptr; }
  // As if the plug was pulled: what was not synced is as `loss` says.
  void cut_power(crash::Loss loss, std::uint64_t seed);

  Status begin();
  Status commit();
  void roll_back();
  storage::Transaction& tx() { return *tx_; }
  sync::Store& store() { return *store_; }  // of the present transaction, or for reading between two
  [[nodiscard]] std::uint64_t commits() const { return commits_; }

  crash::CrashDisk& files() { return files_; }
  [[nodiscard]] const crash::CrashDisk& files() const { return files_; }
  [[nodiscard]] crash::Image image() const { return files_.image(); }  // the folder copied as it stands
  void replace(const crash::Image& image);                             // closed afterwards
  void checkpoint_after(int wal_pages) { wal_pages_max_ = wal_pages; }

 private:
  void fresh_store();
  void checkpoint_when_due();

  crash::CrashDisk files_;
  std::unique_ptr<storage::Transaction> tx_;
  std::optional<storage::SyncStore> store_;
  std::uint64_t commits_ = 0;
  int wal_pages_ = 0, wal_pages_max_ = 200;
};

}  // namespace till::sim

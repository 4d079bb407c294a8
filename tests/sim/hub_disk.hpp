// A hub's folder in memory: the product's own database, log and directory of terminals over SQLite on a crash disk. It
// is opened, begun and committed as till-hub does it, by one thread. Power cuts come from `files()`.
#pragma once

#include <memory>
#include <vector>

#include "storage/hub_store.hpp"
#include "storage/hub_tenants.hpp"
#include "vfs/crash_vfs.hpp"

namespace till::sim {

class HubDisk {
 public:
  // A new folder of these shops, open. An epoch is random in the product; here it is given, so that runs are the same.
  HubDisk(const std::vector<Id>& tenants, std::uint64_t epoch);
  ~HubDisk() { close(); }

  Status open();
  void close();  // in order: everything is in the file afterwards
  // As if the plug was pulled; closed afterwards.
  void cut_power(crash::Loss loss, std::uint64_t seed);
  [[nodiscard]] crash::Image image() const { return files_.image(); }  // the folder copied as it stands
  // Puts a copy in the place of the file, which is another file then; closed afterwards.
  void put_back(const crash::Image& copy);

  void trouble(crash::Trouble trouble);  // until told otherwise, or until the power goes
  [[nodiscard]] bool has_trouble() const { return trouble_ != crash::Trouble::none; }

  Status begin() { return database_->begin(); }
  Status commit() { return database_->commit(); }
  void roll_back() { database_->roll_back(); }
  // In a group of its own, as a person with a code and as the hub's administrator does it.
  void enrol(const Id& tenant, const Id& device);
  void revoke(const Id& tenant, const Id& device);
  void rename_epoch(const Id& tenant, std::uint64_t epoch);
  Status write_epoch(const Id& tenant, std::uint64_t epoch);  // in the group that is begun

  [[nodiscard]] std::int64_t changes() const;  // of rows, since it was opened
  [[nodiscard]] storage::HubSegments& segments() { return *segments_; }
  [[nodiscard]] storage::HubTenants& tenants() { return *tenants_; }
  [[nodiscard]] crash::CrashDisk& files() { return files_; }

 private:
  class Patience;

  crash::CrashDisk files_;
  crash::Trouble trouble_ = crash::Trouble::none;
  std::unique_ptr<storage::HubDatabase> database_;
  std::unique_ptr<storage::HubSegments> segments_;
  std::unique_ptr<storage::HubTenants> tenants_;
  std::uint64_t file_ = 1;  // as a disk would number it
  std::uint64_t codes_ = 0;
};

}  // namespace till::sim

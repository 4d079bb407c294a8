// The files beside the database, on the same crash disk as SQLite's own: one count of operations, one moment at which
// the power goes, one image of what is left. A file's bytes are safe after its sync, its name after a sync of its
// folder; folders themselves are not lost. Room is only as the disk's trouble has it. Any thread.
#pragma once

#include <set>

#include "storage/env.hpp"
#include "vfs/crash_vfs.hpp"

namespace till::crash {

class DiskEnv final : public storage::Env {
 public:
  explicit DiskEnv(CrashDisk& disk) : disk_(disk) {}

  Result<std::unique_ptr<storage::WritableFile>> open_writer(const std::string& path, storage::WriteMode mode) override;
  Result<std::unique_ptr<storage::ReadableFile>> open_reader(const std::string& path) override;
  Status rename(const std::string& from, const std::string& to) override;
  Status remove(const std::string& path) override;
  Status remove_tree(const std::string& path) override;
  Result<std::vector<std::string>> list(const std::string& folder) override;
  Status make_dirs(const std::string& path) override;
  bool exists(const std::string& path) override;
  Result<std::uint64_t> size(const std::string& path) override;
  Result<std::uint64_t> free_space_bytes(const std::string& folder) override;
  Status preallocate(const std::string& path, std::uint64_t size) override;
  Result<storage::DirSync> sync_dir(const std::string& folder) override;
  Result<std::unique_ptr<storage::FileLock>> lock_file(const std::string& path) override;

 private:
  friend class DiskWriter;
  friend class DiskLock;
  bool is_folder(const std::string& path) const;  // with the disk's mutex held, as all below

  CrashDisk& disk_;
  std::set<std::string> locks_;
};

}  // namespace till::crash

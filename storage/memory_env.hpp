// A file system in memory that remembers what was synced and what was not, so that a test can cut the power. A file's
// bytes are safe after its sync(), its name after sync_dir() of its folder, as POSIX promises and no more. Any thread.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>

#include "core/random.hpp"
#include "storage/env.hpp"

namespace till::storage {

enum class Unsynced : unsigned char { dropped, kept, torn };  // torn: each file and name chosen, and cut, by the seed

class MemoryEnv final : public Env {
 public:
  explicit MemoryEnv(std::uint64_t capacity_bytes = UINT64_MAX) : capacity_bytes_(capacity_bytes) {}

  Result<std::unique_ptr<WritableFile>> open_writer(const std::string& path, WriteMode mode) override;
  Result<std::unique_ptr<ReadableFile>> open_reader(const std::string& path) override;
  Status rename(const std::string& from, const std::string& to) override;
  Status remove(const std::string& path) override;
  Status remove_tree(const std::string& path) override;
  Result<std::vector<std::string>> list(const std::string& folder) override;
  Status make_dirs(const std::string& path) override;
  bool exists(const std::string& path) override;
  Result<std::uint64_t> size(const std::string& path) override;
  Result<std::uint64_t> free_space_bytes(const std::string& folder) override;
  Status preallocate(const std::string& path, std::uint64_t size) override;
  Result<DirSync> sync_dir(const std::string& folder) override;
  Result<std::unique_ptr<FileLock>> lock_file(const std::string& path) override;

  // The power goes: what was synced stays, the rest as asked. Open files of before write into nothing; locks are free.
  void crash(Unsynced unsynced, std::uint64_t seed = 1);
  void set_capacity_bytes(std::uint64_t capacity_bytes);

  struct Node {
    Bytes now, synced;
    std::uint64_t reserved = 0;
  };

 private:
  friend class MemoryWriter;
  friend class MemoryReader;
  friend class MemoryLock;
  std::uint64_t used_bytes() const;
  Status append(Node& node, ByteView bytes);
  Status need_folder(const std::string& path) const;

  mutable std::mutex mutex_;
  std::uint64_t capacity_bytes_;
  std::map<std::string, std::shared_ptr<Node>> names_, synced_names_;
  std::set<std::string> folders_ = {"", "."};
  std::set<std::string> locks_;
};

}  // namespace till::storage

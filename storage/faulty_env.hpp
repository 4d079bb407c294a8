// An Env that fails on command, around any other. Operations are counted from 1 in the order they arrive, those of open
// files too; asking (exists, size, list, free space) counts like doing. Any thread.
#pragma once

#include <atomic>

#include "storage/env.hpp"

namespace till::storage {

class FaultyEnv final : public Env {
 public:
  explicit FaultyEnv(Env& inner) : inner_(inner) {}

  // The n-th operation from now fails with this errno; with `for_ever` every one after it, too.
  void fail_at(std::uint64_t n, int error_number, bool for_ever = false);
  // From the k-th operation on nothing reaches the disk any more: the machine has stopped. Then crash() the memory env.
  void stop_at(std::uint64_t k) { fail_at(k, kStopped, true); }
  void heal();
  [[nodiscard]] std::uint64_t operations() const { return count_; }
  [[nodiscard]] bool stopped() const;

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

  // Counts one operation and says whether it may go on.
  Status admit(std::string_view doing);

 private:
  static constexpr int kStopped = -1;
  Env& inner_;
  std::atomic<std::uint64_t> count_ = 0;
  std::atomic<std::uint64_t> fail_at_ = 0;  // 0: never
  std::atomic<int> error_number_ = 0;
  std::atomic<bool> for_ever_ = false;
};

}  // namespace till::storage

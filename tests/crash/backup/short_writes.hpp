// An Env in which the n-th append writes half of its bytes and then fails, as a stick does that is pulled or full.
#pragma once

#include <cerrno>
#include <string>

#include "storage/env.hpp"

namespace till::crash {

class ShortWrites final : public storage::Env {
 public:
  explicit ShortWrites(storage::Env& inner) : inner_(inner) {}

  void fail_at(std::uint64_t n, int error_number) {
    cut_file_.clear();
    fail_at_ = n;
    error_number_ = error_number;
    appends_ = 0;
  }
  [[nodiscard]] std::uint64_t appends() const { return appends_; }
  [[nodiscard]] const std::string& cut_file() const { return cut_file_; }  // empty: none yet

  Result<std::unique_ptr<storage::WritableFile>> open_writer(const std::string& path,
                                                             storage::WriteMode mode) override {
    return std::make_unique<Writer>(*this, path, TRY(inner_.open_writer(path, mode)));
  }
  Result<std::unique_ptr<storage::ReadableFile>> open_reader(const std::string& path) override {
    return inner_.open_reader(path);
  }
  Status rename(const std::string& from, const std::string& to) override { return inner_.rename(from, to); }
  Status remove(const std::string& path) override { return inner_.remove(path); }
  Status remove_tree(const std::string& path) override { return inner_.remove_tree(path); }
  Result<std::vector<std::string>> list(const std::string& folder) override { return inner_.list(folder); }
  Status make_dirs(const std::string& path) override { return inner_.make_dirs(path); }
  bool exists(const std::string& path) override { return inner_.exists(path); }
  Result<std::uint64_t> size(const std::string& path) override { return inner_.size(path); }
  Result<std::uint64_t> free_space_bytes(const std::string& folder) override { return inner_.free_space_bytes(folder); }
  Status preallocate(const std::string& path, std::uint64_t size) override { return inner_.preallocate(path, size); }
  Result<storage::DirSync> sync_dir(const std::string& folder) override { return inner_.sync_dir(folder); }
  Result<std::unique_ptr<storage::FileLock>> lock_file(const std::string& path) override {
    return inner_.lock_file(path);
  }

 private:
  class Writer final : public storage::WritableFile {
   public:
    Writer(ShortWrites& env, std::string path, std::unique_ptr<storage::WritableFile> file)
        : env_(env), path_(std::move(path)), file_(std::move(file)) {}
    Status append(ByteView bytes) override {
      if (++env_.appends_ != env_.fail_at_) return file_->append(bytes);
      env_.cut_file_ = path_;
      TRY(file_->append(bytes.first(bytes.size() / 2)));
      return fail(storage::errno_error(env_.error_number_, "write half"));
    }
    Status sync() override { return file_->sync(); }
    Status close() override { return file_->close(); }

   private:
    ShortWrites& env_;
    const std::string path_;
    std::unique_ptr<storage::WritableFile> file_;
  };

  storage::Env& inner_;
  std::string cut_file_;
  std::uint64_t appends_ = 0, fail_at_ = 0;
  int error_number_ = ENOSPC;
};

}  // namespace till::crash

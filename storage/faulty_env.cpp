#include "storage/faulty_env.hpp"

namespace till::storage {

namespace {

class FaultyWriter final : public WritableFile {
 public:
  FaultyWriter(FaultyEnv& env, std::unique_ptr<WritableFile> inner) : env_(env), inner_(std::move(inner)) {}
  Status append(ByteView bytes) override {
    TRY(env_.admit("write"));
    return inner_->append(bytes);
  }
  Status sync() override {
    TRY(env_.admit("fsync"));
    return inner_->sync();
  }
  Status close() override {
    TRY(env_.admit("close"));
    return inner_->close();
  }

 private:
  FaultyEnv& env_;
  std::unique_ptr<WritableFile> inner_;
};

class FaultyReader final : public ReadableFile {
 public:
  FaultyReader(FaultyEnv& env, std::unique_ptr<ReadableFile> inner) : env_(env), inner_(std::move(inner)) {}
  Result<Bytes> read(std::uint64_t offset, std::size_t size) override {
    TRY(env_.admit("read"));
    return inner_->read(offset, size);
  }
  Result<std::uint64_t> size() override {
    TRY(env_.admit("stat"));
    return inner_->size();
  }

 private:
  FaultyEnv& env_;
  std::unique_ptr<ReadableFile> inner_;
};

}  // namespace

void FaultyEnv::fail_at(std::uint64_t n, int error_number, bool for_ever) {
  error_number_ = error_number;
  for_ever_ = for_ever;
  fail_at_ = count_ + n;
}

void FaultyEnv::heal() {
  fail_at_ = 0;
}

bool FaultyEnv::stopped() const {
  const auto at = fail_at_.load();
  return error_number_ == kStopped && at != 0 && count_ >= at;
}

Status FaultyEnv::admit(std::string_view doing) {
  const auto number = ++count_;
  const auto at = fail_at_.load();
  if (at == 0 || number < at || (number > at && !for_ever_)) return {};
  if (error_number_ == kStopped) return fail(ErrorKind::permanent, "the machine has stopped", std::string(doing));
  return fail(errno_error(error_number_, doing));
}

Result<std::unique_ptr<WritableFile>> FaultyEnv::open_writer(const std::string& path, WriteMode mode) {
  TRY(admit("create " + path));
  auto inner = TRY(inner_.open_writer(path, mode));
  return std::unique_ptr<WritableFile>(std::make_unique<FaultyWriter>(*this, std::move(inner)));
}

Result<std::unique_ptr<ReadableFile>> FaultyEnv::open_reader(const std::string& path) {
  TRY(admit("open " + path));
  auto inner = TRY(inner_.open_reader(path));
  return std::unique_ptr<ReadableFile>(std::make_unique<FaultyReader>(*this, std::move(inner)));
}

Status FaultyEnv::rename(const std::string& from, const std::string& to) {
  TRY(admit("rename " + from));
  return inner_.rename(from, to);
}

Status FaultyEnv::remove(const std::string& path) {
  TRY(admit("remove " + path));
  return inner_.remove(path);
}

Status FaultyEnv::remove_tree(const std::string& path) {
  TRY(admit("remove " + path));
  return inner_.remove_tree(path);
}

Result<std::vector<std::string>> FaultyEnv::list(const std::string& folder) {
  TRY(admit("list " + folder));
  return inner_.list(folder);
}

Status FaultyEnv::make_dirs(const std::string& path) {
  TRY(admit("make " + path));
  return inner_.make_dirs(path);
}

bool FaultyEnv::exists(const std::string& path) {
  return admit("stat " + path) && inner_.exists(path);
}

Result<std::uint64_t> FaultyEnv::size(const std::string& path) {
  TRY(admit("stat " + path));
  return inner_.size(path);
}

Result<std::uint64_t> FaultyEnv::free_space_bytes(const std::string& folder) {
  TRY(admit("statvfs " + folder));
  return inner_.free_space_bytes(folder);
}

Status FaultyEnv::preallocate(const std::string& path, std::uint64_t size) {
  TRY(admit("preallocate " + path));
  return inner_.preallocate(path, size);
}

Result<DirSync> FaultyEnv::sync_dir(const std::string& folder) {
  TRY(admit("fsync " + folder));
  return inner_.sync_dir(folder);
}

Result<std::unique_ptr<FileLock>> FaultyEnv::lock_file(const std::string& path) {
  TRY(admit("lock " + path));
  return inner_.lock_file(path);
}

}  // namespace till::storage

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "storage/env.hpp"

namespace till::storage {

namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

tl::unexpected<Error> failed(std::string_view call, const std::string& path) {
  return fail(errno_error(errno, std::string(call) + " " + path));
}

class RealWriter final : public WritableFile {
 public:
  RealWriter(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}

  Status append(ByteView bytes) override {
    while (!bytes.empty()) {
      const auto n = ::write(fd_.get(), bytes.data(), bytes.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return failed("write", path_);
      bytes = bytes.subspan(static_cast<std::size_t>(n));
    }
    return {};
  }
  Status sync() override {
    if (::fsync(fd_.get()) != 0) return failed("fsync", path_);
    // What is read back must come from the medium and not from memory: a stick may have kept something else.
    (void)::posix_fadvise(fd_.get(), 0, 0, POSIX_FADV_DONTNEED);
    return {};
  }
  Status close() override {
    if (::close(fd_.release()) != 0 && errno != EINTR) return failed("close", path_);
    return {};
  }

 private:
  Descriptor fd_;
  std::string path_;
};

class RealReader final : public ReadableFile {
 public:
  RealReader(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}

  Result<Bytes> read(std::uint64_t offset, std::size_t size) override {
    Bytes out(size);
    std::size_t have = 0;
    while (have < size) {
      const auto n = ::pread(fd_.get(), out.data() + have, size - have, static_cast<off_t>(offset + have));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return failed("read", path_);
      if (n == 0) break;
      have += static_cast<std::size_t>(n);
    }
    out.resize(have);
    return out;
  }
  Result<std::uint64_t> size() override {
    struct stat info {};
    if (::fstat(fd_.get(), &info) != 0) return failed("stat", path_);
    return static_cast<std::uint64_t>(info.st_size);
  }

 private:
  Descriptor fd_;
  std::string path_;
};

class RealLock final : public FileLock {
 public:
  explicit RealLock(int fd) : fd_(fd) {}

 private:
  Descriptor fd_;
};

std::string owner_of(int fd) {
  char text[16] = {};
  const auto n = ::pread(fd, text, sizeof text - 1, 0);
  std::string owner;
  for (ssize_t i = 0; i < n && text[i] >= '0' && text[i] <= '9'; ++i) owner += text[i];
  return owner.empty() ? "unknown" : owner;
}

class RealEnv final : public Env {
 public:
  Result<std::unique_ptr<WritableFile>> open_writer(const std::string& path, WriteMode mode) override {
    const int how = O_WRONLY | O_CREAT | O_CLOEXEC | (mode == WriteMode::truncate ? O_TRUNC : O_APPEND);
    const int fd = ::open(path.c_str(), how, 0600);  // keys are among what is written
    if (fd < 0) return failed("create", path);
    return std::unique_ptr<WritableFile>(std::make_unique<RealWriter>(fd, path));
  }

  Result<std::unique_ptr<ReadableFile>> open_reader(const std::string& path) override {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return failed("open", path);
    return std::unique_ptr<ReadableFile>(std::make_unique<RealReader>(fd, path));
  }

  Status rename(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0) return failed("rename " + from + " to", to);
    return {};
  }

  Status remove(const std::string& path) override {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return failed("remove", path);
    return {};
  }

  Status remove_tree(const std::string& path) override {
    std::error_code error;
    std::filesystem::remove_all(path, error);
    if (error) return fail(errno_error(error.value(), "remove " + path));
    return {};
  }

  Result<std::vector<std::string>> list(const std::string& folder) override {
    const std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(folder.c_str()), ::closedir);
    if (!open) return failed("list", folder);
    std::vector<std::string> names;
    for (;;) {
      errno = 0;
      const auto* entry = ::readdir(open.get());
      if (entry == nullptr) break;
      const std::string name = entry->d_name;
      if (name != "." && name != "..") names.push_back(name);
    }
    if (errno != 0) return failed("list", folder);
    std::sort(names.begin(), names.end());
    return names;
  }

  Status make_dirs(const std::string& path) override {
    std::error_code error;
    std::filesystem::create_directories(path, error);
    if (error) return fail(errno_error(error.value(), "make " + path));
    return {};
  }

  bool exists(const std::string& path) override {
    struct stat info {};
    return ::stat(path.c_str(), &info) == 0;
  }

  Result<std::uint64_t> size(const std::string& path) override {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) return failed("stat", path);
    return static_cast<std::uint64_t>(info.st_size);
  }

  Result<std::uint64_t> free_space_bytes(const std::string& folder) override {
    struct statvfs info {};
    if (::statvfs(folder.c_str(), &info) != 0) return failed("statvfs", folder);
    return static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize;
  }

  Status preallocate(const std::string& path, std::uint64_t size) override {
    const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
    if (file.get() < 0) return failed("create", path);
    const int error = ::posix_fallocate(file.get(), 0, static_cast<off_t>(size));
    if (error != 0) return fail(errno_error(error, "preallocate " + path));
    if (::fsync(file.get()) != 0) return failed("fsync", path);
    return {};
  }

  Result<DirSync> sync_dir(const std::string& folder) override {
    const Descriptor file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (file.get() < 0) return failed("open", folder);
    if (::fsync(file.get()) == 0) return DirSync::synced;
    if (errno == EINVAL || errno == ENOTTY || errno == ENOTSUP) return DirSync::unsupported;
    return failed("fsync", folder);
  }

  Result<std::unique_ptr<FileLock>> lock_file(const std::string& path) override {
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0) return failed("create", path);
    auto lock = std::make_unique<RealLock>(fd);
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK) return failed("lock", path);
      return fail(ErrorKind::retry,
                  "another till is already running on this folder (process " + owner_of(fd) + "); close it first",
                  path);
    }
    const auto owner = std::to_string(::getpid()) + "\n";
    if (::ftruncate(fd, 0) != 0 || ::pwrite(fd, owner.data(), owner.size(), 0) < 0) return failed("write", path);
    return std::unique_ptr<FileLock>(std::move(lock));
  }
};

}  // namespace

std::unique_ptr<Env> make_real_env() {
  return std::make_unique<RealEnv>();
}

}  // namespace till::storage

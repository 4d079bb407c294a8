#include "storage/large_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "core/log.hpp"

namespace till::storage {

namespace {

constexpr std::uint64_t kPiece_bytes = 8 << 20;

class File {
 public:
  File(const std::string& path, int how) : fd_(::open(path.c_str(), how | O_CLOEXEC)) {}
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

}  // namespace

void write_out(const std::string& path, std::uint64_t offset, std::uint64_t size) {
  const File file(path, O_RDONLY);
  if (file.get() < 0) return;
  (void)::sync_file_range(file.get(), static_cast<off_t>(offset), static_cast<off_t>(size),
                          SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER);
}

// The disk is given back what a sync finds given up, so that each piece has its own.
void empty_in_pieces(const std::string& path) {
  const File file(path, O_WRONLY);
  struct stat info {};
  if (file.get() < 0 || ::fstat(file.get(), &info) != 0) return;
  auto left = static_cast<std::uint64_t>(info.st_size);
  while (left > 0) {
    left -= std::min(left, kPiece_bytes);
    if (::ftruncate(file.get(), static_cast<off_t>(left)) != 0 || ::fsync(file.get()) != 0) {
      log::info("{} is not emptied piece by piece", path);
      return;
    }
  }
}

}  // namespace till::storage

// Images of databases past SQLite: plain pages on this side, sealed ones on the disk.
#include <algorithm>

#include "security/page_seal.hpp"
#include "storage/folder_seal.hpp"

namespace till::storage {
namespace {

using security::kPageSize;
using security::PageBytes;
using security::PageSealer;
using security::PageView;

constexpr std::size_t kReservedAt = 20;  // of the file's header: how many bytes each page leaves free
// SQLite keeps its locks on this page and never writes it.
constexpr std::uint64_t kLockPageAt = 0x40000000;

Error damaged(const std::string& path, std::uint64_t number) {
  return {ErrorKind::corrupt, "the database is damaged; restore the newest backup",
          path + ": page " + std::to_string(number) + " is not what was sealed"};
}

class ImageReader final : public ReadableFile {
 public:
  ImageReader(std::unique_ptr<ReadableFile> file, std::unique_ptr<PageSealer> sealer, std::string path)
      : file_(std::move(file)), sealer_(std::move(sealer)), path_(std::move(path)) {}

  Result<std::uint64_t> size() override { return file_->size(); }

  Result<Bytes> read(std::uint64_t offset, std::size_t size) override {
    const auto from = offset / kPageSize * kPageSize;
    const auto to = (offset + size + kPageSize - 1) / kPageSize * kPageSize;
    auto pages = TRY(file_->read(from, to - from));
    if (pages.size() % kPageSize != 0) return fail(damaged(path_, (from + pages.size()) / kPageSize + 1));
    for (std::size_t at = 0; at < pages.size(); at += kPageSize) TRY(open_page(pages, at, from + at));
    const auto begin = std::min<std::size_t>(offset - from, pages.size());
    const auto end = std::min(begin + size, pages.size());
    if (begin == 0 && end == pages.size()) return pages;
    return Bytes(pages.begin() + static_cast<std::ptrdiff_t>(begin), pages.begin() + static_cast<std::ptrdiff_t>(end));
  }

 private:
  Status open_page(Bytes& pages, std::size_t at, std::uint64_t offset) {
    const PageBytes page(pages.data() + at, kPageSize);
    if (offset == kLockPageAt && std::ranges::all_of(page, [](std::uint8_t byte) { return byte == 0; })) return {};
    const auto number = offset / kPageSize + 1;
    if (!sealer_->open(page, static_cast<std::uint32_t>(number))) return fail(damaged(path_, number));
    return {};
  }

  std::unique_ptr<ReadableFile> file_;
  std::unique_ptr<PageSealer> sealer_;
  std::string path_;
};

class ImageWriter final : public WritableFile {
 public:
  ImageWriter(std::unique_ptr<WritableFile> file, std::unique_ptr<PageSealer> sealer)
      : file_(std::move(file)), sealer_(std::move(sealer)) {}

  Status append(ByteView bytes) override {
    rest_.insert(rest_.end(), bytes.begin(), bytes.end());
    if (!begun_ && rest_.size() < kPageSize) return {};
    if (!begun_) {
      begun_ = true;
      has_room_ = rest_[kReservedAt] == security::kPageTrailer;
    }
    if (!has_room_) return flush_plain();
    const auto whole = rest_.size() / kPageSize * kPageSize;
    Bytes sealed(whole);
    for (std::size_t at = 0; at < whole; at += kPageSize) {
      if (!sealer_->seal(PageView(rest_.data() + at, kPageSize), ++number_, PageBytes(sealed.data() + at, kPageSize)))
        return corrupt("the backup's pages have no room for the seal; use another backup");
    }
    rest_.erase(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(whole));
    return file_->append(sealed);
  }
  Status sync() override {
    if (has_room_ && !rest_.empty()) return corrupt("the backup ends in the middle of a page; use another backup");
    TRY(flush_plain());
    return file_->sync();
  }
  Status close() override { return file_->close(); }

 private:
  Status flush_plain() {
    TRY(file_->append(rest_));
    rest_.clear();
    return {};
  }

  std::unique_ptr<WritableFile> file_;
  std::unique_ptr<PageSealer> sealer_;
  Bytes rest_;
  bool begun_ = false, has_room_ = false;
  std::uint32_t number_ = 0;
};

}  // namespace

Result<std::unique_ptr<ReadableFile>> open_image_reader(Env& env, const std::string& path) {
  auto file = TRY(env.open_reader(path));
  auto sealer = TRY(sealer_for(path));
  if (!sealer) return file;
  return std::unique_ptr<ReadableFile>(std::make_unique<ImageReader>(std::move(file), std::move(sealer), path));
}

Result<std::unique_ptr<WritableFile>> open_image_writer(Env& env, const std::string& path) {
  auto file = TRY(env.open_writer(path, WriteMode::truncate));
  auto sealer = TRY(sealer_for(path));
  if (!sealer) return file;
  return std::unique_ptr<WritableFile>(std::make_unique<ImageWriter>(std::move(file), std::move(sealer)));
}

}  // namespace till::storage

#include "storage/folder_seal.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <mutex>

#include "security/page_seal.hpp"
#include "storage/migrations.hpp"
#include "storage/sealed_vfs.hpp"

namespace till::storage {
namespace {

using security::kPageSize;
using security::PageBytes;
using security::PageSealer;
using security::PageView;

constexpr std::string_view kPlainBeginning("SQLite format 3\0", 16);
constexpr std::size_t kReservedAt = 20;  // of the file's header: how many bytes each page leaves free
// SQLite keeps its locks on this page and never writes it.
constexpr std::uint64_t kLockPageAt = 0x40000000;

struct Sealed {
  security::SecretBytes key;
  int holders = 0;
  std::map<std::string, std::unique_ptr<SealedVfs>> over;  // by the VFS below
};

struct Folders {
  std::mutex mutex;
  std::map<std::string, Sealed> sealed;

  Sealed* of(const std::string& path) {
    if (path.empty() || path == ":memory:") return nullptr;
    for (auto folder = parent_folder(absolute(path));; folder = parent_folder(folder)) {
      if (const auto found = sealed.find(folder); found != sealed.end()) return &found->second;
      if (folder == "/") return nullptr;
    }
  }
  // One spelling for one folder, without "..", doubled and closing slashes.
  static std::string absolute(const std::string& path) {
    auto text = std::filesystem::absolute(path).lexically_normal().string();
    while (text.size() > 1 && text.back() == '/') text.pop_back();
    return text;
  }
};

Folders& folders() {
  static auto* const all = new Folders;  // SQLite may close a file after everything static is gone
  return *all;
}

Result<std::unique_ptr<PageSealer>> sealer_for(const std::string& path) {
  auto& all = folders();
  std::lock_guard lock(all.mutex);
  const auto* sealed = all.of(path);
  if (sealed == nullptr) return std::unique_ptr<PageSealer>();
  return PageSealer::create(sealed->key);
}

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

std::string uri_of(const std::string& path, const std::string& vfs) {
  std::string uri = "file:";
  for (const char c : path) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || std::strchr("/._-", c) != nullptr;
    uri += plain ? std::string(1, c) : "%" + to_hex(view(std::string_view(&c, 1)));
  }
  return uri + "?vfs=" + vfs;
}

void remove_parts(Env& env, const std::string& path) {
  for (const auto* suffix : {"", "-wal", "-shm", "-journal"}) (void)env.remove(path + suffix);
}

// Empties the log of the plain database into it, and copies it page by page anew.
Status copy_sealed(const std::string& path, const std::string& part) {
  auto plain = TRY(Connection::open(path, Access::read_write, plain_vfs()));
  TRY(check_version(*plain, schema_list().back().version));
  TRY(plain->exec("PRAGMA journal_mode=DELETE"));
  int reserved = security::kPageTrailer;
  if (sqlite3_file_control(plain->handle(), "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved) != SQLITE_OK)
    return fail(ErrorKind::permanent, "the database cannot be sealed; report this", "reserve bytes");
  return plain->run("VACUUM INTO ?1", uri_of(part, TRY(vfs_for(part, {}))));
}

Status check_copy(Env& env, const std::string& part) {
  {
    auto copy = TRY(Connection::open(part, Access::read_only));
    auto rows = TRY(copy->query("PRAGMA integrity_check(1)"));
    if (!TRY(rows.next()) || rows.text(0) != "ok")
      return fail(ErrorKind::corrupt, "the database is damaged; restore the newest backup", rows.text(0));
  }
  const auto file = TRY(env.open_writer(part, WriteMode::append));
  TRY(file->sync());
  return file->close();
}

}  // namespace

Result<std::unique_ptr<FolderSeal>> FolderSeal::establish(const std::string& folder, const security::SecretBytes& key) {
  auto& all = folders();
  std::lock_guard lock(all.mutex);
  const auto spelled = Folders::absolute(folder);
  auto& sealed = all.sealed[spelled];
  if (sealed.holders > 0 && !(sealed.key == key))
    return fail(ErrorKind::permanent, "this folder is open under another key; close it first");
  if (sealed.holders == 0) sealed.key = key.clone();
  ++sealed.holders;
  return std::unique_ptr<FolderSeal>(new FolderSeal(spelled));
}

FolderSeal::~FolderSeal() {
  if (!kept_) end(folder_);
}

void FolderSeal::end(const std::string& folder) {
  auto& all = folders();
  std::lock_guard lock(all.mutex);
  const auto found = all.sealed.find(Folders::absolute(folder));
  if (found != all.sealed.end() && --found->second.holders == 0) all.sealed.erase(found);
}

std::string plain_vfs() {
  return sqlite3_vfs_find(nullptr)->zName;
}

Result<std::string> vfs_for(const std::string& path, const std::string& vfs) {
  auto& all = folders();
  std::lock_guard lock(all.mutex);
  auto* sealed = all.of(path);
  if (sealed == nullptr || vfs == plain_vfs()) return vfs;
  auto& over = sealed->over[vfs];
  if (!over) over = TRY(SealedVfs::create(vfs, sealed->key));
  return over->name();
}

bool is_in_sealed_folder(const std::string& path) {
  auto& all = folders();
  std::lock_guard lock(all.mutex);
  return all.of(path) != nullptr;
}

Result<bool> is_plain_database(const std::string& path, const std::string& vfs) {
  auto* below = sqlite3_vfs_find(vfs.empty() ? nullptr : vfs.c_str());
  if (below == nullptr) return fail(ErrorKind::permanent, "the disk cannot be used; report this", "no VFS " + vfs);
  const std::unique_ptr<void, decltype(&std::free)> memory(std::calloc(1, static_cast<std::size_t>(below->szOsFile)),
                                                           &std::free);
  auto* file = static_cast<sqlite3_file*>(memory.get());
  std::string full(static_cast<std::size_t>(below->mxPathname) + 1, '\0');
  if (below->xFullPathname(below, path.c_str(), static_cast<int>(full.size()), full.data()) != SQLITE_OK) return false;
  const auto* name = sqlite3_create_filename(full.c_str(), "", "", 0, nullptr);
  int flags = 0;
  const int opened = below->xOpen(below, name, file, SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB, &flags);
  std::array<char, 16> beginning{};
  int read = opened;
  if (opened == SQLITE_OK) read = file->pMethods->xRead(file, beginning.data(), beginning.size(), 0);
  if (file->pMethods != nullptr) file->pMethods->xClose(file);
  sqlite3_free_filename(const_cast<char*>(name));
  return read == SQLITE_OK && std::string_view(beginning.data(), beginning.size()) == kPlainBeginning;
}

Status seal_database(Env& env, const std::string& path) {
  const auto part = path + ".sealing.part";
  remove_parts(env, part);
  auto done = copy_sealed(path, part);
  if (done) done = check_copy(env, part);
  if (done) done = env.rename(part, path);
  if (!done) {
    remove_parts(env, part);
    return fail(done.error().context("the data could not be sealed, and is as it was"));
  }
  TRY(env.sync_dir(parent_folder(path)));
  return {};
}

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

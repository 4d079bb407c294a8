#include "storage/sealed_vfs.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <optional>

#include "security/page_seal.hpp"

namespace till::storage {

using security::kPageSize;
using security::PageBytes;
using security::PageSealer;
using security::PageView;

struct SealedVfs::Impl {
  sqlite3_vfs vfs{};
  sqlite3_vfs* base = nullptr;
  security::SecretBytes key;
  std::string name;
};

namespace {

constexpr std::int64_t kPage = kPageSize;
// SQLite's file formats, sections 3 (rollback journal) and 4 (write-ahead log).
constexpr std::int64_t kLogHeader = 32, kFrameHeader = 24, kFrame = kFrameHeader + kPage;
constexpr std::int64_t kRecordHeader = 4;
constexpr std::uint8_t kNoPage = 0xff;

enum class Kind : std::uint8_t { database, log, journal };

// A file as SQLite has it; the base's own file lies behind it in the same memory.
struct SealedFile {
  sqlite3_file file;
  Kind kind;
  PageSealer* sealer;
  // The page number in the header of a frame or record that was just written at this place.
  std::int64_t header_at;
  std::uint32_t header_page;
  std::array<std::uint8_t, kFrame> scratch;
};

constexpr int kOwnSize = (sizeof(SealedFile) + 15) & ~15;

SealedFile* own(sqlite3_file* file) {
  return reinterpret_cast<SealedFile*>(file);
}
sqlite3_file* below(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + kOwnSize);
}
sqlite3_vfs* base_of(sqlite3_vfs* vfs) {
  return static_cast<SealedVfs::Impl*>(vfs->pAppData)->base;
}
PageBytes page_at(std::uint8_t* bytes) {
  return PageBytes(bytes, kPageSize);
}
std::uint32_t number_in(const std::uint8_t* header) {
  return static_cast<std::uint32_t>(header[0]) << 24 | static_cast<std::uint32_t>(header[1]) << 16 |
         static_cast<std::uint32_t>(header[2]) << 8 | header[3];
}

int read_below(sqlite3_file* file, void* to, int size, std::int64_t at) {
  return below(file)->pMethods->xRead(below(file), to, size, at);
}
int write_below(sqlite3_file* file, const void* from, int size, std::int64_t at) {
  return below(file)->pMethods->xWrite(below(file), from, size, at);
}

void remember_header(SealedFile& f, const void* bytes, std::int64_t at) {
  f.header_at = at;
  f.header_page = number_in(static_cast<const std::uint8_t*>(bytes));
}

// The number of the page whose header begins at `at`.
std::optional<std::uint32_t> numbered(sqlite3_file* file, std::int64_t at) {
  auto& f = *own(file);
  if (f.header_at == at) return f.header_page;
  std::array<std::uint8_t, 4> header;
  if (read_below(file, header.data(), header.size(), at) != SQLITE_OK) return std::nullopt;
  return number_in(header.data());
}

int write_page(sqlite3_file* file, const void* from, std::uint32_t number, std::int64_t at) {
  auto& f = *own(file);
  const PageView plain(static_cast<const std::uint8_t*>(from), kPageSize);
  if (!f.sealer->seal(plain, number, page_at(f.scratch.data()))) return SQLITE_IOERR_WRITE;
  return write_below(file, f.scratch.data(), kPage, at);
}

int read_page(sqlite3_file* file, void* to, std::uint32_t number, std::int64_t at) {
  const int code = read_below(file, to, kPage, at);
  if (code != SQLITE_OK) return code;
  return own(file)->sealer->open(page_at(static_cast<std::uint8_t*>(to)), number) ? SQLITE_OK : SQLITE_IOERR_DATA;
}

// Parts of a page are asked for too: the header, the change counter. Where the first page is not whole they read as
// missing, since a power cut during a checkpoint leaves it torn and whole in the log: SQLite then reads that, or meets
// the damage when it reads the page itself.
int read_database(sqlite3_file* file, std::uint8_t* to, std::int64_t size, std::int64_t at) {
  while (size > 0) {
    const auto page = at / kPage, from = at % kPage, part = std::min(size, kPage - from);
    const auto number = static_cast<std::uint32_t>(page + 1);
    auto* whole = part == kPage ? to : own(file)->scratch.data();
    const int code = read_page(file, whole, number, page * kPage);
    const bool is_torn_header = code == SQLITE_IOERR_DATA && number == 1 && part < kPage;
    if (code == SQLITE_IOERR_SHORT_READ || is_torn_header) {
      std::memset(to, 0, static_cast<std::size_t>(size));
      return SQLITE_IOERR_SHORT_READ;
    }
    if (code != SQLITE_OK) return code;
    if (whole != to) std::memcpy(to, whole + from, static_cast<std::size_t>(part));
    to += part;
    at += part;
    size -= part;
  }
  return SQLITE_OK;
}

int read_log(sqlite3_file* file, std::uint8_t* to, std::int64_t size, std::int64_t at) {
  if (at < kLogHeader) return read_below(file, to, static_cast<int>(size), at);
  const auto in_frame = (at - kLogHeader) % kFrame;
  if (in_frame + size <= kFrameHeader) return read_below(file, to, static_cast<int>(size), at);
  if (in_frame == kFrameHeader && size == kPage) {
    const auto number = numbered(file, at - kFrameHeader);
    return number ? read_page(file, to, *number, at) : SQLITE_IOERR_READ;
  }
  if (in_frame != 0 || size != kFrame) return SQLITE_IOERR_READ;
  const int code = read_below(file, to, kFrame, at);
  if (code != SQLITE_OK) return code;
  const auto page = page_at(to + kFrameHeader);
  if (!own(file)->sealer->open(page, number_in(to))) std::fill(page.begin(), page.end(), kNoPage);
  return SQLITE_OK;
}

int read_journal(sqlite3_file* file, std::uint8_t* to, std::int64_t size, std::int64_t at) {
  if (size != kPage || at < kRecordHeader) return read_below(file, to, static_cast<int>(size), at);
  const auto number = numbered(file, at - kRecordHeader);
  if (!number) return SQLITE_IOERR_READ;
  const int code = read_page(file, to, *number, at);
  if (code != SQLITE_IOERR_DATA) return code;
  std::memset(to, kNoPage, static_cast<std::size_t>(size));
  return SQLITE_OK;
}

int write_database(sqlite3_file* file, const std::uint8_t* from, std::int64_t size, std::int64_t at) {
  if (at % kPage != 0 || size % kPage != 0) return SQLITE_IOERR_WRITE;
  for (; size > 0; from += kPage, at += kPage, size -= kPage) {
    const int code = write_page(file, from, static_cast<std::uint32_t>(at / kPage + 1), at);
    if (code != SQLITE_OK) return code;
  }
  return SQLITE_OK;
}

int write_log(sqlite3_file* file, const void* from, std::int64_t size, std::int64_t at) {
  if (at < kLogHeader) return write_below(file, from, static_cast<int>(size), at);
  const auto in_frame = (at - kLogHeader) % kFrame;
  if (in_frame + size <= kFrameHeader) {
    if (in_frame == 0 && size >= 4) remember_header(*own(file), from, at);
    return write_below(file, from, static_cast<int>(size), at);
  }
  if (in_frame != kFrameHeader || size != kPage) return SQLITE_IOERR_WRITE;
  const auto number = numbered(file, at - kFrameHeader);
  return number ? write_page(file, from, *number, at) : SQLITE_IOERR_WRITE;
}

// The journal's own header is one sector, 512 bytes; what is as long as a page is one.
int write_journal(sqlite3_file* file, const void* from, std::int64_t size, std::int64_t at) {
  if (size == kRecordHeader) remember_header(*own(file), from, at);
  if (size != kPage || at < kRecordHeader) return write_below(file, from, static_cast<int>(size), at);
  const auto number = numbered(file, at - kRecordHeader);
  return number ? write_page(file, from, *number, at) : SQLITE_IOERR_WRITE;
}

int file_read(sqlite3_file* file, void* to, int size, sqlite3_int64 at) {
  auto* bytes = static_cast<std::uint8_t*>(to);
  switch (own(file)->kind) {
    case Kind::database:
      return read_database(file, bytes, size, at);
    case Kind::log:
      return read_log(file, bytes, size, at);
    case Kind::journal:
      return read_journal(file, bytes, size, at);
  }
  return SQLITE_IOERR_READ;
}

int file_write(sqlite3_file* file, const void* from, int size, sqlite3_int64 at) {
  switch (own(file)->kind) {
    case Kind::database:
      return write_database(file, static_cast<const std::uint8_t*>(from), size, at);
    case Kind::log:
      return write_log(file, from, size, at);
    case Kind::journal:
      return write_journal(file, from, size, at);
  }
  return SQLITE_IOERR_WRITE;
}

int file_truncate(sqlite3_file* file, sqlite3_int64 size) {
  own(file)->header_at = -1;
  return below(file)->pMethods->xTruncate(below(file), size);
}

int file_close(sqlite3_file* file) {
  delete own(file)->sealer;
  const int code = below(file)->pMethods->xClose(below(file));
  own(file)->sealer = nullptr;
  return code;
}

// With it the journal's header is 512 bytes long, never a page, and no frame is written in two parts.
int file_characteristics(sqlite3_file* file) {
  return below(file)->pMethods->xDeviceCharacteristics(below(file)) | SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

const sqlite3_io_methods& methods() {
  static const sqlite3_io_methods all = [] {
    sqlite3_io_methods m{};
    m.iVersion = 2;
    m.xClose = file_close;
    m.xRead = file_read;
    m.xWrite = file_write;
    m.xTruncate = file_truncate;
    m.xSync = [](sqlite3_file* f, int flags) { return below(f)->pMethods->xSync(below(f), flags); };
    m.xFileSize = [](sqlite3_file* f, sqlite3_int64* size) { return below(f)->pMethods->xFileSize(below(f), size); };
    m.xLock = [](sqlite3_file* f, int level) { return below(f)->pMethods->xLock(below(f), level); };
    m.xUnlock = [](sqlite3_file* f, int level) { return below(f)->pMethods->xUnlock(below(f), level); };
    m.xCheckReservedLock = [](sqlite3_file* f, int* out) {
      return below(f)->pMethods->xCheckReservedLock(below(f), out);
    };
    m.xFileControl = [](sqlite3_file* f, int op, void* arg) {
      return below(f)->pMethods->xFileControl(below(f), op, arg);
    };
    m.xSectorSize = [](sqlite3_file* f) { return below(f)->pMethods->xSectorSize(below(f)); };
    m.xDeviceCharacteristics = file_characteristics;
    m.xShmMap = [](sqlite3_file* f, int region, int size, int extend, void volatile** out) {
      return below(f)->pMethods->xShmMap(below(f), region, size, extend, out);
    };
    m.xShmLock = [](sqlite3_file* f, int offset, int n, int flags) {
      return below(f)->pMethods->xShmLock(below(f), offset, n, flags);
    };
    m.xShmBarrier = [](sqlite3_file* f) { below(f)->pMethods->xShmBarrier(below(f)); };
    m.xShmUnmap = [](sqlite3_file* f, int remove) { return below(f)->pMethods->xShmUnmap(below(f), remove); };
    return m;
  }();
  return all;
}

std::optional<Kind> kind_of(int flags) {
  if ((flags & SQLITE_OPEN_MAIN_DB) != 0) return Kind::database;
  if ((flags & SQLITE_OPEN_WAL) != 0) return Kind::log;
  if ((flags & SQLITE_OPEN_MAIN_JOURNAL) != 0) return Kind::journal;
  return std::nullopt;
}

int vfs_open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  auto& impl = *static_cast<SealedVfs::Impl*>(vfs->pAppData);
  auto& f = *own(file);
  f.file.pMethods = nullptr;
  const auto kind = kind_of(flags);
  if (!kind || name == nullptr) return SQLITE_CANTOPEN;
  auto sealer = PageSealer::create(impl.key);
  if (!sealer) return SQLITE_NOMEM;
  const int code = impl.base->xOpen(impl.base, name, below(file), flags, out_flags);
  if (code != SQLITE_OK) {
    if (below(file)->pMethods != nullptr) below(file)->pMethods->xClose(below(file));
    return code;
  }
  f.kind = *kind;
  f.sealer = sealer->release();
  f.header_at = -1;
  f.file.pMethods = &methods();
  return SQLITE_OK;
}

sqlite3_vfs vfs_over(sqlite3_vfs* base) {
  sqlite3_vfs vfs{};
  vfs.iVersion = 2;
  vfs.szOsFile = kOwnSize + base->szOsFile;
  vfs.mxPathname = base->mxPathname;
  vfs.xOpen = vfs_open;
  vfs.xDelete = [](sqlite3_vfs* v, const char* name, int sync) { return base_of(v)->xDelete(base_of(v), name, sync); };
  vfs.xAccess = [](sqlite3_vfs* v, const char* name, int flags, int* out) {
    return base_of(v)->xAccess(base_of(v), name, flags, out);
  };
  vfs.xFullPathname = [](sqlite3_vfs* v, const char* name, int size, char* out) {
    return base_of(v)->xFullPathname(base_of(v), name, size, out);
  };
  vfs.xRandomness = [](sqlite3_vfs* v, int size, char* out) { return base_of(v)->xRandomness(base_of(v), size, out); };
  vfs.xSleep = [](sqlite3_vfs* v, int us) { return base_of(v)->xSleep(base_of(v), us); };
  vfs.xCurrentTime = [](sqlite3_vfs* v, double* out) { return base_of(v)->xCurrentTime(base_of(v), out); };
  vfs.xGetLastError = [](sqlite3_vfs* v, int size, char* out) {
    return base_of(v)->xGetLastError(base_of(v), size, out);
  };
  if (base->iVersion >= 2 && base->xCurrentTimeInt64 != nullptr) {
    vfs.xCurrentTimeInt64 = [](sqlite3_vfs* v, sqlite3_int64* out) {
      return base_of(v)->xCurrentTimeInt64(base_of(v), out);
    };
  } else {
    vfs.iVersion = 1;
  }
  return vfs;
}

}  // namespace

SealedVfs::SealedVfs(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

SealedVfs::~SealedVfs() {
  sqlite3_vfs_unregister(&impl_->vfs);
}

Result<std::unique_ptr<SealedVfs>> SealedVfs::create(const std::string& base, const security::SecretBytes& key) {
  static std::atomic<int> count{0};
  auto* below = sqlite3_vfs_find(base.empty() ? nullptr : base.c_str());
  if (below == nullptr) return fail(ErrorKind::permanent, "the disk cannot be used; report this", "no VFS " + base);
  TRY(PageSealer::create(key));
  auto impl = std::make_unique<Impl>();
  impl->base = below;
  impl->key = key.clone();
  impl->name = "tillstick-sealed-" + std::to_string(++count);
  impl->vfs = vfs_over(below);
  impl->vfs.zName = impl->name.c_str();
  impl->vfs.pAppData = impl.get();
  if (sqlite3_vfs_register(&impl->vfs, 0) != SQLITE_OK)
    return fail(ErrorKind::permanent, "the disk cannot be used; report this", "VFS not registered");
  return std::unique_ptr<SealedVfs>(new SealedVfs(std::move(impl)));
}

const std::string& SealedVfs::name() const {
  return impl_->name;
}

}  // namespace till::storage

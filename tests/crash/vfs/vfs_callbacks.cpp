#include "vfs/vfs_callbacks.hpp"

#include <cerrno>
#include <cstring>
#include <new>

namespace till::crash {

using Callbacks = CrashDisk::Callbacks;

namespace {

const sqlite3_io_methods& methods() {
  static const sqlite3_io_methods methods = [] {
    sqlite3_io_methods m{};
    m.iVersion = 2;
    m.xClose = Callbacks::close;
    m.xRead = Callbacks::read;
    m.xWrite = Callbacks::write;
    m.xTruncate = Callbacks::truncate;
    m.xSync = Callbacks::sync;
    m.xFileSize = Callbacks::file_size;
    m.xLock = Callbacks::lock;
    m.xUnlock = Callbacks::unlock;
    m.xCheckReservedLock = Callbacks::check_reserved;
    m.xFileControl = [](sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; };
    m.xSectorSize = [](sqlite3_file*) { return static_cast<int>(kSectorBytes); };
    m.xDeviceCharacteristics = [](sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; };
    m.xShmMap = Callbacks::shm_map;
    m.xShmLock = Callbacks::shm_lock;
    m.xShmBarrier = Callbacks::shm_barrier;
    m.xShmUnmap = Callbacks::shm_unmap;
    return m;
  }();
  return methods;
}

}  // namespace

void Callbacks::fill(sqlite3_vfs& vfs, CrashDisk& disk) {
  vfs = {};
  vfs.iVersion = 1;
  vfs.szOsFile = sizeof(OpenFile);
  vfs.mxPathname = 512;
  vfs.zName = disk.name_.c_str();
  vfs.pAppData = &disk;
  vfs.xOpen = open;
  vfs.xDelete = remove;
  vfs.xAccess = access;
  vfs.xFullPathname = [](sqlite3_vfs*, const char* name, int size, char* out) {
    sqlite3_snprintf(size, out, "%s", name);
    return SQLITE_OK;
  };
  vfs.xRandomness = [](sqlite3_vfs*, int size, char* out) {
    std::memset(out, 7, static_cast<std::size_t>(size));
    return size;
  };
  vfs.xSleep = [](sqlite3_vfs*, int microseconds) { return microseconds; };
  vfs.xCurrentTime = [](sqlite3_vfs*, double* out) {
    *out = 2461000.5;
    return SQLITE_OK;
  };
  vfs.xGetLastError = [](sqlite3_vfs*, int, char*) { return 0; };
}

int Callbacks::open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  auto& disk = disk_of(vfs);
  file->pMethods = nullptr;
  std::shared_ptr<Node> node;
  std::lock_guard lock(disk.mutex_);
  if (name == nullptr) {
    node = std::make_shared<Node>();
  } else if (const auto it = disk.names_.find(name); it != disk.names_.end()) {
    node = it->second;
  } else {
    if ((flags & SQLITE_OPEN_CREATE) == 0) return SQLITE_CANTOPEN;
    if (!disk.admit(OpKind::create, name, 0, 0)) return disk.refused_errno() == EIO ? SQLITE_IOERR : SQLITE_CANTOPEN;
    node = disk.names_[name] = std::make_shared<Node>();
  }
  auto* opened = new (file) OpenFile{{}, &disk, std::move(node), name == nullptr ? "" : name};
  opened->syncs_folder = (flags & (SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL)) != 0;
  opened->base.pMethods = &methods();
  if (out_flags != nullptr) *out_flags = flags;
  return SQLITE_OK;
}

int Callbacks::remove(sqlite3_vfs* vfs, const char* name, int sync_dir) {
  auto& disk = disk_of(vfs);
  std::lock_guard lock(disk.mutex_);
  if (!disk.names_.contains(name)) return SQLITE_IOERR_DELETE_NOENT;
  if (!disk.admit(OpKind::remove, name, 0, 0)) return SQLITE_IOERR_DELETE;
  disk.names_.erase(name);
  if (sync_dir != 0 && !disk.sync_lies_) disk.synced_names_.erase(name);
  return SQLITE_OK;
}

int Callbacks::access(sqlite3_vfs* vfs, const char* name, int, int* out) {
  auto& disk = disk_of(vfs);
  std::lock_guard lock(disk.mutex_);
  *out = disk.names_.contains(name) ? 1 : 0;
  return SQLITE_OK;
}

int Callbacks::close(sqlite3_file* file) {
  unlock(file, SQLITE_LOCK_NONE);
  file_of(file).~OpenFile();
  return SQLITE_OK;
}

int Callbacks::read(sqlite3_file* file, void* out, int size, sqlite3_int64 offset) {
  auto& f = file_of(file);
  std::lock_guard lock(f.disk->mutex_);
  const auto& bytes = f.node->now;
  const auto from = std::min<std::size_t>(static_cast<std::size_t>(offset), bytes.size());
  const auto have = std::min<std::size_t>(static_cast<std::size_t>(size), bytes.size() - from);
  std::memcpy(out, bytes.data() + from, have);
  std::memset(static_cast<char*>(out) + have, 0, static_cast<std::size_t>(size) - have);
  return have == static_cast<std::size_t>(size) ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int Callbacks::write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
  auto& f = file_of(file);
  std::lock_guard lock(f.disk->mutex_);
  const auto at = static_cast<std::uint64_t>(offset);
  const bool grows = at + static_cast<std::uint64_t>(size) > f.node->now.size();
  if (grows && f.disk->is_full() && !f.name.empty()) return SQLITE_FULL;
  const ByteView all(static_cast<const std::uint8_t*>(bytes), static_cast<std::size_t>(size));
  if (!admit(f, OpKind::write, at, all.size())) {
    if (f.disk->is_cut_short()) f.node->write(at, all.first(all.size() / 2));
    return f.disk->refused_errno() == ENOSPC ? SQLITE_FULL : SQLITE_IOERR_WRITE;
  }
  f.node->write(at, all);
  return SQLITE_OK;
}

int Callbacks::truncate(sqlite3_file* file, sqlite3_int64 size) {
  auto& f = file_of(file);
  std::lock_guard lock(f.disk->mutex_);
  if (!admit(f, OpKind::truncate, static_cast<std::uint64_t>(size), 0)) return SQLITE_IOERR_TRUNCATE;
  f.node->truncate(static_cast<std::uint64_t>(size));
  return SQLITE_OK;
}

int Callbacks::sync(sqlite3_file* file, int) {
  auto& f = file_of(file);
  std::lock_guard lock(f.disk->mutex_);
  if (!admit(f, OpKind::sync, 0, f.node->now.size())) return SQLITE_IOERR_FSYNC;
  if (f.disk->trouble_ == Trouble::unsafe) return SQLITE_IOERR_FSYNC;
  if (f.disk->sync_lies_) return SQLITE_OK;
  f.node->sync();
  if (f.syncs_folder) {
    f.disk->synced_names_ = f.disk->names_;
    f.syncs_folder = false;
  } else if (f.disk->names_.contains(f.name)) {
    f.disk->synced_names_[f.name] = f.node;
  }
  return SQLITE_OK;
}

int Callbacks::file_size(sqlite3_file* file, sqlite3_int64* out) {
  auto& f = file_of(file);
  std::lock_guard lock(f.disk->mutex_);
  *out = static_cast<sqlite3_int64>(f.node->now.size());
  return SQLITE_OK;
}

}  // namespace till::crash

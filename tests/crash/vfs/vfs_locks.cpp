// The locks of https://www.sqlite.org/lockingv3.html and the shared memory of WAL, between connections of one process.
#include <algorithm>
#include <atomic>

#include "vfs/vfs_callbacks.hpp"

namespace till::crash {

using Callbacks = CrashDisk::Callbacks;

int Callbacks::lock(sqlite3_file* file, int level) {
  auto& f = file_of(file);
  std::lock_guard guard(f.disk->mutex_);
  auto& n = *f.node;
  if (f.lock_level >= level) return SQLITE_OK;
  const bool other_holds = n.reserved_by != nullptr && n.reserved_by != &f;
  if (level == SQLITE_LOCK_SHARED) {
    if (other_holds && n.pending_lock) return SQLITE_BUSY;
    ++n.shared_locks;
  } else {
    if (other_holds) return SQLITE_BUSY;
    n.reserved_by = &f;
    if (level == SQLITE_LOCK_EXCLUSIVE) {
      n.pending_lock = true;
      if (n.shared_locks > 1) {
        f.lock_level = SQLITE_LOCK_PENDING;
        return SQLITE_BUSY;
      }
    }
  }
  f.lock_level = level;
  return SQLITE_OK;
}

int Callbacks::unlock(sqlite3_file* file, int level) {
  auto& f = file_of(file);
  std::lock_guard guard(f.disk->mutex_);
  auto& n = *f.node;
  if (f.lock_level <= level) return SQLITE_OK;
  if (n.reserved_by == &f) {
    n.reserved_by = nullptr;
    n.pending_lock = false;
  }
  if (level == SQLITE_LOCK_NONE && f.lock_level >= SQLITE_LOCK_SHARED) --n.shared_locks;
  f.lock_level = level;
  return SQLITE_OK;
}

int Callbacks::check_reserved(sqlite3_file* file, int* out) {
  auto& f = file_of(file);
  std::lock_guard guard(f.disk->mutex_);
  *out = f.node->reserved_by != nullptr ? 1 : 0;
  return SQLITE_OK;
}

int Callbacks::shm_map(sqlite3_file* file, int region, int size, int extend, void volatile** out) {
  auto& f = file_of(file);
  std::lock_guard guard(f.disk->mutex_);
  auto& regions = f.node->shm_regions;
  const auto wanted = static_cast<std::size_t>(region);
  *out = nullptr;
  if (static_cast<std::size_t>(size) > sizeof(*regions[0])) return SQLITE_IOERR_SHMSIZE;
  while (regions.size() <= wanted) {
    if (extend == 0) return SQLITE_OK;
    regions.push_back(std::make_unique<std::array<std::uint8_t, 32768>>());
  }
  *out = regions[wanted]->data();
  return SQLITE_OK;
}

int Callbacks::shm_lock(sqlite3_file* file, int first, int count, int flags) {
  auto& f = file_of(file);
  std::lock_guard guard(f.disk->mutex_);
  auto& n = *f.node;
  for (int i = first; i < first + count; ++i) {
    const auto slot = static_cast<std::size_t>(i);
    if ((flags & SQLITE_SHM_UNLOCK) != 0) continue;
    if (n.shm_exclusive[slot] != nullptr && n.shm_exclusive[slot] != &f) return SQLITE_BUSY;
    if ((flags & SQLITE_SHM_EXCLUSIVE) != 0 && n.shm_shared[slot] > 0) return SQLITE_BUSY;
  }
  for (int i = first; i < first + count; ++i) {
    const auto slot = static_cast<std::size_t>(i);
    const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
    if ((flags & SQLITE_SHM_LOCK) != 0) {
      if (exclusive) {
        n.shm_exclusive[slot] = &f;
      } else {
        ++n.shm_shared[slot];
      }
    } else if (exclusive) {
      n.shm_exclusive[slot] = nullptr;
    } else {
      --n.shm_shared[slot];
    }
  }
  return SQLITE_OK;
}

void Callbacks::shm_barrier(sqlite3_file* file) {
  std::atomic_thread_fence(std::memory_order_seq_cst);
  std::lock_guard guard(file_of(file).disk->mutex_);
}

int Callbacks::shm_unmap(sqlite3_file* file, int remove) {
  auto& f = file_of(file);
  std::lock_guard guard(f.disk->mutex_);
  if (remove != 0) f.node->shm_regions.clear();
  return SQLITE_OK;
}

}  // namespace till::crash

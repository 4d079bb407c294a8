// The C functions that SQLite calls on a crash disk. Not for use outside this folder.
#pragma once

#include <sqlite3.h>

#include "vfs/crash_file.hpp"

namespace till::crash {

struct OpenFile {
  sqlite3_file base;  // first, as SQLite demands
  CrashDisk* disk;
  std::shared_ptr<CrashDisk::Node> node;
  std::string name;           // empty for a temporary file, which is not counted
  bool syncs_folder = false;  // a new journal: its first sync makes all names safe, as on Linux
  int lock_level = 0;
};

struct CrashDisk::Callbacks {
  static void fill(sqlite3_vfs& vfs, CrashDisk& disk);

  static CrashDisk& disk_of(sqlite3_vfs* vfs) { return *static_cast<CrashDisk*>(vfs->pAppData); }
  static OpenFile& file_of(sqlite3_file* file) { return *reinterpret_cast<OpenFile*>(file); }
  static bool admit(OpenFile& file, OpKind kind, std::uint64_t offset, std::uint64_t size) {
    return file.name.empty() || file.disk->admit(kind, file.name, offset, size);
  }

  static int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags);
  static int remove(sqlite3_vfs* vfs, const char* name, int sync_dir);
  static int access(sqlite3_vfs* vfs, const char* name, int flags, int* out);

  static int close(sqlite3_file* file);
  static int read(sqlite3_file* file, void* out, int size, sqlite3_int64 offset);
  static int write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset);
  static int truncate(sqlite3_file* file, sqlite3_int64 size);
  static int sync(sqlite3_file* file, int flags);
  static int file_size(sqlite3_file* file, sqlite3_int64* out);

  static int lock(sqlite3_file* file, int level);
  static int unlock(sqlite3_file* file, int level);
  static int check_reserved(sqlite3_file* file, int* out);
  static int shm_map(sqlite3_file* file, int region, int size, int extend, void volatile** out);
  static int shm_lock(sqlite3_file* file, int first, int count, int flags);
  static void shm_barrier(sqlite3_file* file);
  static int shm_unmap(sqlite3_file* file, int remove);
};

}  // namespace till::crash

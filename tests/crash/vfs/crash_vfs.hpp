// A disk in memory on which SQLite runs, and whose power can be cut at any operation. It is an SQLite VFS of its own
// name: open with `OpenOptions::vfs = disk.name()`. It keeps, per file, what was synced and every write since; crash()
// makes the image that a machine could find afterwards: of the 512-byte sectors written since the last sync, each is
// kept, dropped or torn (its first bytes new, the rest old). What was synced stays. A name made is safe once its file
// is synced, a name removed once SQLite asked for it or a new journal was synced (that syncs the folder, too). A file
// that was renamed has its old name, its new one or both, never neither.
//
// Counted operations, from 1: write, truncate, sync, delete, rename, and the creation of a file. From operation k of
// stop_at on nothing reaches the disk and every call says SQLITE_IOERR; then close what is open, and crash(). A disk
// can also have a bad time without losing its power: see Trouble. Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/bytes.hpp"

struct sqlite3_vfs;

namespace till::crash {

enum class Loss : unsigned char { dropped, kept, torn };
enum class OpKind : unsigned char { create, write, truncate, sync, remove, rename };

// full: a file cannot grow. unsafe: a sync fails, and what was written stays unsafe.
enum class Trouble : unsigned char { none, full, unsafe };

// How an operation fails: EIO, ENOSPC, ENOSPC after half of a write (a whole ENOSPC elsewhere), each once; or EROFS,
// from then on, as after a file system was mounted read only because of an error.
enum class Refusal : unsigned char { io_error, no_room, short_write, read_only };

struct Op {
  OpKind kind = OpKind::write;
  std::string file;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

// The files of a disk at rest, to begin many runs from one state.
using Image = std::map<std::string, Bytes>;

class CrashDisk {
 public:
  CrashDisk();
  ~CrashDisk();  // after every connection on it is closed
  CrashDisk(const CrashDisk&) = delete;
  CrashDisk& operator=(const CrashDisk&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::uint64_t operations() const;  // since the start, or the last load() or crash()
  [[nodiscard]] std::vector<Op> journal() const;
  void keep_journal(bool keep);           // of the operations; on at first. Counting goes on without it
  void stop_at(std::uint64_t operation);  // 0: never
  void stop_at_next_sync();               // of any file: the last moment in which a commit is in doubt
  [[nodiscard]] bool stopped() const;
  void trouble(Trouble trouble);  // until told otherwise
  // A bad moment: that operation fails, the next ones reach the disk again (but see Refusal). 0: never.
  void fail_at(std::uint64_t operation, Refusal refusal = Refusal::io_error);
  // Behind that operation no file can grow. 0: never.
  void full_after(std::uint64_t operation);
  // A stick that says it has synced and has not: for proving that a test can fail.
  void let_sync_lie(bool lies);

  // SQLite opens on this disk what names no VFS of its own, until told otherwise, or this object dies.
  void be_the_default(bool is_default);

  // Everything must be closed. Power comes back with what is left; counting begins anew.
  void crash(Loss loss, std::uint64_t seed);
  [[nodiscard]] Image image() const;  // as it is now, synced or not
  void load(const Image& image);

  struct Node;
  struct Callbacks;

 private:
  friend struct Callbacks;
  friend class DiskEnv;  // disk_env.hpp: the files beside SQLite's
  friend class DiskWriter;
  friend class DiskLock;
  // True when the operation may reach the disk. With the mutex held.
  bool admit(OpKind kind, const std::string& file, std::uint64_t offset, std::uint64_t size);
  // Of an operation that was not admitted: why, and whether half of it is written.
  [[nodiscard]] int refused_errno() const;
  [[nodiscard]] bool is_cut_short() const;
  [[nodiscard]] bool has_stopped() const { return stop_at_ != 0 && operations_ >= stop_at_; }
  [[nodiscard]] bool is_there(const std::shared_ptr<Node>& node) const;  // under any name
  [[nodiscard]] bool is_full() const {
    return trouble_ == Trouble::full || (full_after_ != 0 && operations_ >= full_after_);
  }

  const std::string name_;
  std::unique_ptr<sqlite3_vfs> vfs_;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Node>> names_, synced_names_;
  std::vector<Op> journal_;
  bool keeps_journal_ = true;
  std::uint64_t operations_ = 0, stop_at_ = 0, fail_at_ = 0, full_after_ = 0;
  Refusal refusal_ = Refusal::io_error;
  sqlite3_vfs* was_default_ = nullptr;
  bool stops_at_sync_ = false;
  bool sync_lies_ = false;
  Trouble trouble_ = Trouble::none;
};

}  // namespace till::crash

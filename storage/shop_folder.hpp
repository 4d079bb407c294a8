// The data folder: its layout, its one owner, its reserve against a full disk and its start-up check.
//
//   till.db (+ -wal, -shm)   the database        keys/      key files, of security
//   receipts/  logs/         what they say       backups/   local generations
//   till.lock                held by the owner   control.sock  the owner's socket for tillctl
//   reserve.bin              32 MiB that opening gives back when the disk is full, so that the shop sells on and backups
//                            and old files can be removed; made again when there is room
//   clean-shutdown           present only between a clean close and the next opening; its text is the caller's content
//                            marker
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "storage/database.hpp"
#include "storage/env.hpp"
#include "storage/series.hpp"

namespace till::storage {

constexpr std::uint64_t kReserveBytes = 32ull << 20;

struct FolderPaths {
  std::string root;
  [[nodiscard]] std::string database() const { return join_path(root, "till.db"); }
  [[nodiscard]] std::string keys() const { return join_path(root, "keys"); }
  [[nodiscard]] std::string backups() const { return join_path(root, "backups"); }
  [[nodiscard]] std::string receipts() const { return join_path(root, "receipts"); }
  [[nodiscard]] std::string logs() const { return join_path(root, "logs"); }
  [[nodiscard]] std::string lock() const { return join_path(root, "till.lock"); }
  [[nodiscard]] std::string control_socket() const { return join_path(root, "control.sock"); }
  [[nodiscard]] std::string reserve() const { return join_path(root, "reserve.bin"); }
  [[nodiscard]] std::string clean_marker() const { return join_path(root, "clean-shutdown"); }
};

struct StartupReport {
  bool new_folder = false;
  bool was_closed_cleanly = false;
  std::string clean_marker;         // what mark_clean was given at the last close
  bool checked_completely = false;  // false: the time for it ran out, nothing bad seen so far
  std::vector<std::string> damage;  // what SQLite's quick_check says; empty is good
  std::vector<SeriesGap> receipt_gaps;
  std::vector<std::string> doubled_receipts;
  bool reserve_present = false;
  std::uint64_t free_bytes = 0;
  bool uses_wal = true;
  // One sentence for the status strip, empty when all is well.
  [[nodiscard]] std::string warning() const;
};

class ShopFolder {
 public:
  // Makes what is missing, takes the lock, sweeps unfinished ".part" files.
  static Result<std::unique_ptr<ShopFolder>> open(Env& env, const std::string& root);

  [[nodiscard]] const FolderPaths& paths() const { return paths_; }
  [[nodiscard]] bool is_new() const { return is_new_; }  // there was no database yet

  // Once, right after the database is open. After an unclean end the whole file is checked, for `limit_ms` at most;
  // after a clean one only the ends of the receipt series. Takes the marker away.
  Result<StartupReport> check(Database& database, Clock& clock, std::int64_t limit_ms = 2000);
  // The last thing before the end, after the database is closed: `marker` comes back in the next report.
  Status mark_clean(std::string_view marker);

  // The disk is full: gives the reserve back to the system. Then remove something, then make_reserve.
  Status release_reserve();
  // Only when there is room for twice its size; false when there is not.
  Result<bool> make_reserve();

 private:
  ShopFolder(Env& env, FolderPaths paths, std::unique_ptr<FileLock> lock, bool is_new);
  Env& env_;
  FolderPaths paths_;
  std::unique_ptr<FileLock> lock_;
  bool is_new_;
};

}  // namespace till::storage

// The places of this terminal's backups, by name: folders, sticks and the hub, each with its schedule, its rule of what
// to keep and its quota. Which places there are is the terminal's own affair and does not replicate. Any thread; waits
// for the disk.
//
// A stick is known by its marker (storage/folder_store.hpp) wherever it is mounted; several may stand under one name
// and take turns, the one that was used longest ago first. Neither a stick nor a folder on the volume that the till
// runs from is taken unless `own_volume` says so: that volume dies with the till. Another kind of place (a cloud) needs
// a TargetKind, a line in locate_target and the conformance suite.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "app/actor.hpp"
#include "app/backup_target_state.hpp"
#include "app/shop.hpp"
#include "backup/object_store.hpp"
#include "backup/retention.hpp"
#include "backup/schedule.hpp"
#include "core/task.hpp"
#include "core/wire.hpp"

namespace till::app {

constexpr std::size_t kMaxBackupTargets = 16;
constexpr std::size_t kMaxSticksOfATarget = 12;

enum class TargetKind : std::uint8_t { folder, stick, hub };
std::string_view to_string(TargetKind kind);  // "folder", "stick", "hub"
Result<TargetKind> target_kind_from(std::string_view text);

struct BackupTarget {
  std::string name;
  TargetKind kind = TargetKind::folder;
  std::string place;       // folder: its path; stick: the folder on it, may be empty; hub: its address
  std::vector<Id> stores;  // by their markers; several for sticks that take turns, the longest unused first
  bool own_volume = false;
  std::uint64_t quota_bytes = 0;  // 0: all there is
  backup::Schedule schedule;
  std::uint32_t keep_last = 10, keep_daily = 0, keep_weekly = 0, keep_monthly = 0;
  std::vector<std::string> pinned;  // generations

  bool operator==(const BackupTarget&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(name, kind, place, stores, own_volume, quota_bytes, schedule, keep_last, keep_daily, keep_weekly,
            keep_monthly, pinned);
  }
  [[nodiscard]] backup::RetentionRule retention() const {
    return {keep_last, keep_daily, keep_weekly, keep_monthly, 3, {pinned.begin(), pinned.end()}};
  }
};

// 1 to 32 of a-z 0-9 '-' '_', so that a name is never taken for a path with a slash.
bool is_target_name(std::string_view name);

Result<std::vector<BackupTarget>> backup_targets(Shop& shop);
Result<std::optional<BackupTarget>> backup_target(Shop& shop, std::string_view name);

// Sets a place up and puts it into the list. For a stick: `path` is a folder on it; with the name of a stick that is in
// the list, one more that takes turns with it. For the hub: no path. Refused with a sentence: the volume that the till
// runs from, a name that is taken, a path that is not there. Needs the right to make backups; journalled.
struct NewTarget {
  std::string name;
  TargetKind kind = TargetKind::folder;
  std::string path;
  bool own_volume = false;
};
Result<BackupTarget> add_backup_target(Shop& shop, const Actor& actor, const NewTarget& wish);
// Out of the list; what lies there stays.
Status remove_backup_target(Shop& shop, const Actor& actor, const std::string& name);
// every never|hourly|daily|weekly|monthly   at HH:MM   weekday 1..7   day 1..31   shift-close yes|no
// keep 1..100000   keep-daily, keep-weekly, keep-monthly 0..1000   quota-mb 0 (all) ..   pin, unpin GENERATION
Status set_backup_target(Shop& shop, const Actor& actor, const std::string& name, const std::string& key,
                         const std::string& value);

// Where a target is now.
struct LocatedTarget {
  std::string path;  // of a folder or stick
  Id store;
  bool read_only = false;
};
struct TargetTrouble {
  TargetState state = TargetState::ready;
  Error error;
};
using Located = tl::expected<LocatedTarget, TargetTrouble>;
Located locate_target(Shop& shop, const BackupTarget& target);
// With its quota. Errors as ObjectStore's, with the target's name in front.
Result<std::unique_ptr<backup::ObjectStore>> open_target(Shop& shop, const BackupTarget& target);

// What happened there; `change` edits it. Kept from start to start.
Result<backup::RunHistory> run_history(Shop& shop, const std::string& name);
Status set_run_history(Shop& shop, const std::string& name, const backup::RunHistory& history);
// The stick that was used goes to the end of its row.
Status note_stick_used(Shop& shop, const std::string& name, const Id& store);
// Of all targets that ask for a backup when a shift closes.
Status note_shift_closed(Shop& shop);

// Volumes on which a place can be set up: all but the till's own.
struct StickRow {
  std::string path, source;
  std::uint64_t free_bytes = 0;
  bool read_only = false;
  std::string target;  // of which it is already
};
Result<std::vector<StickRow>> plugged_sticks(Shop& shop);

}  // namespace till::app

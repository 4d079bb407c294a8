// The backup panel's part of a snapshot: the places with their state, space and schedule, the sticks that could become
// places, and the generations of one of them. Reads disks and the hub, so it runs on the backup service's thread.
#pragma once

#include <string>

#include "app/backup_runs.hpp"
#include "app/snapshot.hpp"

namespace till::app {

struct BackupLook {
  std::uint64_t number = 0;  // one that began later has a larger one, whichever ends first
  std::string target;        // whose generations were listed
  std::vector<BackupRow> rows;
  std::vector<BackupTargetRow> targets;
  std::vector<StickChoice> sticks;
  std::string last, problem, damage, drill;
  std::int64_t newest_us = 0, warn_us = 0;

  // The strip shows the same of both.
  [[nodiscard]] bool says_the_same(const BackupLook& other) const {
    return newest_us == other.newest_us && warn_us == other.warn_us && damage == other.damage && drill == other.drill;
  }
};
// With an empty `target`, or one that is not there, the list is empty.
BackupLook look_at_backups(Shop& shop, const std::string& target);
// Only what the strip shows.
BackupLook look_at_newest(Shop& shop);
void put_into(BackupView& view, BackupLook look);

std::string ratio_text(std::uint64_t plain, std::uint64_t stored);  // "12.3 : 1"

}  // namespace till::app

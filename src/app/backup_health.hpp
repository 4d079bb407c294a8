// How the backups of this terminal stand, by what it knows of its places (place_records.hpp): for the strip, the panel
// and the doctor. Any thread; reads the database only.
#pragma once

#include <optional>
#include <string>

#include "app/place_records.hpp"
#include "app/shop.hpp"

namespace till::app {

struct BackupHealth {
  std::optional<UtcTime> newest;  // when the newest restorable one was made, whatever the place; nothing: there is none
  std::string damage;  // a place whose newest one cannot be restored: the sentence that says so; empty: there is none
  std::string damaged_place;
  std::optional<UtcTime> drilled_at;  // when a backup last passed a restore drill, whatever the place; nothing: none
  std::string drill_problem;          // why a drill that is due could not take place; empty: nothing stands in the way
};
Result<BackupHealth> backup_health(Shop& shop);
// Empty where the newest backup can be restored.
std::string damage_sentence(const PlaceRecord& record);

}  // namespace till::app

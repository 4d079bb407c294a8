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
};
Result<BackupHealth> backup_health(Shop& shop);
// Empty where the newest backup can be restored.
std::string damage_sentence(const PlaceRecord& record);

// How old the newest may become before the strip warns: the shop's setting "backup.warn_hours".
constexpr const char* kWarnHoursSetting = "backup.warn_hours";
constexpr std::int64_t kWarnHours = 48, kWarnHoursMax = 10'000;
std::int64_t backup_warn_hours(Shop& shop);
// What may be set; empty is kWarnHours.
Status check_warn_hours(const std::string& value);

}  // namespace till::app

// What a shop has set of its backups, the same at each of its terminals (setting_keys.hpp); a place's own schedule is
// in backup_targets.hpp. Any thread; reads what is in memory.
#pragma once

#include "app/shop.hpp"

namespace till::app {

// How old the newest backup may become before the strip warns.
constexpr const char* kWarnHoursSetting = "backup.warn_hours";
constexpr std::int64_t kWarnHours = 48, kWarnHoursMax = 10'000;
std::int64_t backup_warn_hours(Shop& shop);
// What may be set; empty is kWarnHours.
Status check_warn_hours(const std::string& value);

// After how many days a place's newest backup is restored on trial; 0: only when somebody asks.
constexpr const char* kDrillDaysSetting = "backup.drill_days";
constexpr std::int64_t kDrillDays = 7, kDrillDaysMax = 365;
std::int64_t backup_drill_days(Shop& shop);
// What may be set; empty is kDrillDays.
Status check_drill_days(const std::string& value);

}  // namespace till::app

#include "app/backup_health.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "app/backup_targets.hpp"
#include "app/shop_state.hpp"
#include "storage/meta.hpp"

namespace till::app {
namespace {

std::optional<std::int64_t> hours_in(const std::string& text) {
  std::int64_t hours = 0;
  const auto* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, hours);
  if (error != std::errc{} || rest != end || hours < 1 || hours > kWarnHoursMax) return std::nullopt;
  return hours;
}

}  // namespace

Result<BackupHealth> backup_health(Shop& shop) {
  BackupHealth health;
  const auto note = [&](UtcTime at) {
    if (at.us > 0 && (!health.newest || *health.newest < at)) health.newest = at;
  };
  const auto records = TRY(place_records(shop));
  for (const auto& record : records) {
    note(record.newest_at);
    if (record.bad_newest.empty() || !health.damage.empty()) continue;
    health.damaged_place = record.place;
    health.damage = damage_sentence(record);
  }
  // What an older program noted, until the place is looked at.
  for (const auto& target : TRY(backup_targets(shop))) {
    const bool known = std::ranges::any_of(records, [&](const PlaceRecord& record) {
      return std::ranges::find(target.stores, record.store) != target.stores.end();
    });
    if (!known) note(TRY(run_history(shop, target.name)).succeeded_at);
  }
  const auto last =
      TRY(shop.state().db->read([](storage::Connection& conn) { return storage::meta_text(conn, "backup.last"); }));
  if (last) note(from_rfc3339(*last).value_or(UtcTime{}));
  return health;
}

std::string damage_sentence(const PlaceRecord& record) {
  if (record.bad_newest.empty()) return {};
  return fmt::format("the newest backup in '{}' cannot be restored, since backup {} is damaged; make a full backup now",
                     record.place, record.bad_through);
}

std::int64_t backup_warn_hours(Shop& shop) {
  const auto settings = shop.state().settings();
  const auto found = std::ranges::find(settings->raw, kWarnHoursSetting, &std::pair<std::string, std::string>::first);
  return found == settings->raw.end() ? kWarnHours : hours_in(found->second).value_or(kWarnHours);
}

Status check_warn_hours(const std::string& value) {
  if (value.empty() || hours_in(value)) return {};
  return invalid(
      fmt::format("give the hours after which the strip warns of an old backup, from 1 to {}", kWarnHoursMax));
}

}  // namespace till::app

#include "app/backup_health.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/backup_settings.hpp"
#include "app/backup_targets.hpp"
#include "app/drill_records.hpp"
#include "app/shop_state.hpp"
#include "storage/meta.hpp"

namespace till::app {
namespace {

Status note_drills(Shop& shop, BackupHealth& health) {
  const bool are_wanted = backup_drill_days(shop) > 0;
  for (const auto& record : TRY(drill_records(shop))) {
    if (record.passed_at.us > 0 && (!health.drilled_at || *health.drilled_at < record.passed_at))
      health.drilled_at = record.passed_at;
    if (are_wanted && health.drill_problem.empty()) health.drill_problem = record.problem;
  }
  return {};
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
  TRY(note_drills(shop, health));
  return health;
}

std::string damage_sentence(const PlaceRecord& record) {
  if (record.bad_newest.empty()) return {};
  return fmt::format("the newest backup in '{}' cannot be restored, since backup {} is damaged; make a full backup now",
                     record.place, record.bad_through);
}

}  // namespace till::app

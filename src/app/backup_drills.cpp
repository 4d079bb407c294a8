#include "app/backup_drills.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/backup_health.hpp"
#include "app/backup_lock.hpp"
#include "app/backup_settings.hpp"
#include "app/backup_target.hpp"
#include "app/backups.hpp"
#include "app/drill_records.hpp"
#include "app/journal.hpp"
#include "app/shop_state.hpp"
#include "app/stick_probe.hpp"
#include "core/log.hpp"
#include "storage/image_file.hpp"
#include "storage/shifts.hpp"

namespace till::app {
namespace {

constexpr std::uint64_t kMb = 1'000'000;

// Nothing is written where the till would be left without room.
Status leave_room_for_till(Shop& shop, const backup::Manifest& manifest, const std::string& place) {
  auto& env = *shop.state().env;
  TRY(storage::remove_drill(env, shop.folder()));  // what a power cut left takes room, too
  const auto needed = manifest.plain_size + kLeftForTill_bytes;
  const auto free = TRY(env.free_space_bytes(shop.folder()));
  if (free >= needed) return {};
  return fail(
      ErrorKind::permanent,
      fmt::format("the restore drill of '{}' needs {} MB of room on the disk that the till runs from, and there "
                  "are {} MB; make room there",
                  place, (needed + kMb - 1) / kMb, free / kMb));
}

// What is damaged, as the list, the strip and the doctor tell it, too.
Status note_damage(Shop& shop, const Actor& by, const Id& store, const std::string& name, const Error& error,
                   DrillLook& look) {
  journal_alone(shop.state(), by,
                {"backup.damaged", name, fmt::format("restore drill of {}: {}", look.generation, error.message)});
  const auto record = TRY(place_record(shop, store));
  look.newest_is_damaged = !record.bad_newest.empty();
  look.problem = look.newest_is_damaged ? damage_sentence(record) : error.message;
  return {};
}

// In the journal once, until a drill takes place.
Result<DrillLook> hindered(Shop& shop, const Actor& by, const Id& store, const std::string& name,
                           const std::string& sentence) {
  bool is_new = false;
  TRY(edit_drill_record(shop, store, [&](DrillRecord& record) {
    is_new = record.problem.empty();
    record.place = name;
    record.problem = sentence;
  }));
  log::warning("{}", sentence);
  if (!is_new) return DrillLook{};
  journal_alone(shop.state(), by, {"backup.drill.failed", name, sentence});
  return DrillLook{{}, sentence, false};
}

bool is_shift_open(Shop& shop) {
  const auto open = shop.state().db->read(
      [&](storage::Connection& conn) { return storage::open_shift(conn, shop.state().device()); });
  return !open || open->has_value();
}

}  // namespace

Result<DrillLook> take_drill(Shop& shop, const Actor& by, const std::string& name, Task& task) {
  auto& state = shop.state();
  const auto store = TRY(open_backup_target(shop, name));
  const auto lock = TRY(BackupLock::take(state, *store, task));
  const auto keys = TRY(backup_keys(state, {}));
  const auto id = TRY(store->id());
  TRY(note_place(shop, lock->store(), keys, name));
  DrillLook look;
  look.generation = TRY(place_record(shop, id)).newest;
  if (look.generation.empty()) return look;  // the strip says that none can be restored
  const auto manifest = TRY(backup::find_backup(lock->store(), keys, look.generation));
  if (const auto room = leave_room_for_till(shop, manifest, name); !room)
    return hindered(shop, by, id, name, room.error().message);
  const auto drilled = drill_listed(shop, lock->store(), keys, manifest, name, task);
  if (drilled) {
    journal_alone(state, by, {"backup.drill", look.generation, name + ": whole"});
    return look;
  }
  const auto& error = drilled.error();
  if (task.cancelled() || error.kind == ErrorKind::retry) return fail(error);
  if (error.kind != ErrorKind::corrupt)
    return hindered(
        shop, by, id, name,
        fmt::format("backup {} in '{}' could not be restored on trial: {}", look.generation, name, error.message));
  TRY(note_damage(shop, by, id, name, error, look));
  return look;
}

DrillDue drill_due(UtcTime since, UtcTime now, std::int64_t days) {
  constexpr std::int64_t kDay_us = 24LL * 3'600'000'000;
  const auto waited = (now.us - since.us) / kDay_us;
  if (days == 0 || waited < days) return DrillDue::no;
  return waited < 2 * days ? DrillDue::when_quiet : DrillDue::at_once;
}

struct DrillClock::Waiting {
  BackupTarget target;
  UtcTime since;
  DrillDue due = DrillDue::no;
};

// From the record; one is made where there is none, so that the days begin to count.
Result<UtcTime> DrillClock::counted_since(Shop& shop, const Id& store, const std::string& place) {
  auto& clock = shop.state().clock;
  const auto now = clock.now();
  const auto records = TRY(drill_records(shop));
  const auto found = std::ranges::find(records, store, &DrillRecord::store);
  const bool is_known = found != records.end() && found->since.us > 0;
  if (is_known && found->since <= now) {
    from_the_future_.erase(store);
    return found->since;
  }
  if (is_known) {
    const auto first_seen = from_the_future_.try_emplace(store, clock.monotonic()).first->second;
    if (clock.monotonic() - first_seen < kSteady) return now;
    from_the_future_.erase(store);
  }
  TRY(edit_drill_record(shop, store, [&](DrillRecord& record) { record.place = place, record.since = now; }));
  return now;
}

Result<std::vector<DrillClock::Waiting>> DrillClock::waiting(Shop& shop, std::int64_t days) {
  auto& clock = shop.state().clock;
  std::vector<Waiting> found;
  for (const auto& target : TRY(backup_targets(shop))) {
    const auto not_before = not_before_.try_emplace(target.name, clock.monotonic() + kPause).first->second;
    if (clock.monotonic() < not_before || TRY(run_history(shop, target.name)).succeeded_at.us == 0) continue;
    for (const auto& store : target.stores) {
      const auto since = TRY(counted_since(shop, store, target.name));
      const auto due = drill_due(since, clock.now(), days);
      if (due != DrillDue::no) found.push_back({target, since, due});
    }
  }
  std::ranges::sort(found, {}, &Waiting::since);
  return found;
}

std::optional<std::string> DrillClock::next(Shop& shop, std::chrono::microseconds idle) {
  const auto days = backup_drill_days(shop);
  if (days == 0) return std::nullopt;
  auto& clock = shop.state().clock;
  const auto all = waiting(shop, days);
  if (!all || all->empty()) return std::nullopt;
  const bool is_quiet = idle >= kIdle || !is_shift_open(shop);
  for (const auto& one : *all) {
    if (one.due == DrillDue::when_quiet && !is_quiet) continue;
    const auto& name = one.target.name;
    if (clock.monotonic() < not_before_[name]) continue;  // another stick of the same place was looked for
    not_before_[name] = clock.monotonic() + kPause;
    const auto located = locate_target(shop, one.target);
    if (!located || located->read_only) continue;
    const auto due = drill_due(counted_since(shop, located->store, name).value_or(clock.now()), clock.now(), days);
    if (due == DrillDue::no || (due == DrillDue::when_quiet && !is_quiet)) continue;
    not_before_[name] = clock.monotonic() + kAgain;
    return name;
  }
  return std::nullopt;
}

}  // namespace till::app

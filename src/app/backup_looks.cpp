#include "app/backup_looks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/backup_health.hpp"
#include "app/backup_lock.hpp"
#include "app/backup_target.hpp"
#include "app/journal.hpp"
#include "app/program.hpp"
#include "app/shop_state.hpp"
#include "backup/damage.hpp"
#include "backup/sabotage.hpp"

namespace till::app {
namespace {

std::int64_t local_day(UtcTime time) {
  const auto local = std::chrono::microseconds(time.us) + backup::local_offset(time);
  return std::chrono::floor<std::chrono::days>(local).count();
}

// Of one piece, as the journal tells it; the place's own sentence is for people.
std::string told(const backup::Damage& damage, std::uint32_t part) {
  auto text = fmt::format("part {} of {}: {}", part + 1, kPartsOfAProof, damage.begin()->second);
  if (damage.size() > 1) text += fmt::format(" (and {} more backups)", damage.size() - 1);
  return text;
}

Status note_turn(Shop& shop, const Id& store, std::uint32_t part) {
  return edit_place_record(shop, store, [&](PlaceRecord& record) {
    record.next_part = (part + 1) % kPartsOfAProof;
    record.looked_at = shop.state().clock.now();
  });
}

}  // namespace

Result<PlaceLook> take_turn(Shop& shop, const Actor& by, const std::string& name, Task& task) {
  auto& state = shop.state();
  const auto store = TRY(open_backup_target(shop, name));
  const auto lock = TRY(BackupLock::take(state, *store, task));
  const auto keys = TRY(backup_keys(state, {}));
  const auto id = TRY(store->id());
  PlaceLook look;
  look.part = TRY(place_record(shop, id)).next_part % kPartsOfAProof;
  if (backup::sabotaged(backup::Sabotage::turn_stands_still)) look.part = 0;
  const auto turn =
      backup::prove_turn(lock->store(), keys, state.device(), look.part, kPartsOfAProof,
                         {state.clock.now(), by.name, state.terminal, kProgramVersion}, state.random, task);
  if (!turn && (turn.error().kind == ErrorKind::retry || task.cancelled())) return fail(turn.error());
  TRY(note_turn(shop, id, look.part));
  if (!turn) return fail(turn.error());
  look.pieces = turn->pieces;
  if (turn->generations > 0) TRY(note_place(shop, lock->store(), keys, name));
  if (turn->damage.empty()) return look;
  journal_alone(state, by, {"backup.damaged", name, told(turn->damage, look.part)});
  const auto record = TRY(place_record(shop, id));
  look.newest_is_damaged = !record.bad_newest.empty();
  look.problem = look.newest_is_damaged
                     ? damage_sentence(record)
                     : fmt::format("backup {} in '{}' is damaged and cannot be restored; newer ones can",
                                   turn->damage.begin()->first, name);
  return look;
}

bool turn_is_due(Shop& shop, const Id& store) {
  const auto record = place_record(shop, store);
  return record && local_day(record->looked_at) != local_day(shop.state().clock.now());
}

std::optional<std::string> TurnClock::next(Shop& shop) {
  const auto now = shop.state().clock.monotonic();
  const auto targets = backup_targets(shop);
  if (!targets) return std::nullopt;
  for (const auto& target : *targets) {
    auto& tried = tried_.try_emplace(target.name, now).first->second;
    if (now - tried < kPause) continue;
    if (std::ranges::none_of(target.stores, [&](const Id& store) { return turn_is_due(shop, store); })) continue;
    const auto history = run_history(shop, target.name);
    if (!history || history->succeeded_at.us == 0) continue;
    tried = now;
    const auto located = locate_target(shop, target);
    if (located && !located->read_only && turn_is_due(shop, located->store)) return target.name;
  }
  return std::nullopt;
}

}  // namespace till::app

#include "app/backup_runs.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/backup_drills.hpp"
#include "app/backup_target.hpp"
#include "app/shop_state.hpp"
#include "backup/list.hpp"
#include "backup/room.hpp"
#include "core/log.hpp"

namespace till::app {
namespace {

constexpr std::uint64_t kLeastRoom = 1ULL << 20;  // where no backup says what one takes

TargetState judge_failure(Shop& shop, const BackupTarget& target, const Error& error) {
  const auto located = locate_target(shop, target);
  const auto said = state_after(error);
  if (!located) {
    const bool went_away = located.error().state == TargetState::absent && error.kind == ErrorKind::retry &&
                           said == TargetState::pulled_out;
    return went_away ? TargetState::pulled_out : located.error().state;
  }
  if (located->read_only) return TargetState::read_only;
  if (target.kind == TargetKind::hub && error.kind == ErrorKind::retry) return TargetState::unreachable;
  return said;
}

Status note_failure(Shop& shop, const BackupTarget& target, const Error& error) {
  auto history = TRY(run_history(shop, target.name));
  const auto state = judge_failure(shop, target, error);
  ++history.failures;
  history.state = static_cast<std::uint8_t>(state);
  history.needs_person = needs_person(state);
  history.problem = error.message;
  return set_run_history(shop, target.name, history);
}

TargetState failed_state(const backup::RunHistory& history) {
  if (history.failures == 0) return TargetState::ready;
  return static_cast<TargetState>(
      std::min(history.state, static_cast<std::uint8_t>(static_cast<int>(TargetState::count) - 1)));
}

// Where the last failure may be over: the stick was swapped, plugged in again, emptied. Nobody knows before a try.
bool is_about_the_place(TargetState state) {
  switch (state) {
    case TargetState::absent:
    case TargetState::wrong_stick:
    case TargetState::twins:
    case TargetState::own_volume:
    case TargetState::read_only:
    case TargetState::pulled_out:
    case TargetState::not_a_member:
      return true;
    default:
      return false;
  }
}

Result<std::optional<std::uint64_t>> count_room_in(Shop& shop, backup::ObjectStore& store, std::uint64_t free_bytes) {
  auto& state = shop.state();
  const auto keys = TRY(backup_keys(state, {}));
  auto listed = TRY(backup::list_backups(store, keys, state.device()));
  std::vector<backup::RoomFacts> facts;
  for (auto entry = listed.rbegin(); entry != listed.rend(); ++entry) {
    if (!entry->manifest) continue;
    const auto& m = *entry->manifest;
    facts.push_back({m.kind == backup::GenerationKind::full, m.new_bytes, m.stored_size, m.chain_length});
  }
  return backup::room_for(free_bytes, facts);
}

// After a look that found `problem`: that, and a full backup in the stead of a newest one that is damaged.
Result<std::string> mended(Shop& shop, const Actor& by, const std::string& name, const std::string& problem,
                           std::optional<backup::BackupResult>& made, Task& task) {
  auto full = create_unasked(shop, by, name, task, {true, false});
  if (!full) {
    log::warning("no full backup was made in the place of a damaged one: {}", full.error().message);
    return problem;
  }
  made = std::move(*full);
  return fmt::format("a backup in '{}' was damaged; a full backup was made in its stead", name);
}

// By itself: only where backups are made by themselves, too.
Result<std::string> mended_by_schedule(Shop& shop, const Actor& by, const std::string& name, const std::string& problem,
                                       bool newest_is_damaged, Task& task) {
  const auto target = TRY(backup_target(shop, name));
  if (!newest_is_damaged || !target || !target->schedule.plans_anything()) return problem;
  std::optional<backup::BackupResult> made;
  return mended(shop, by, name, problem, made, task);
}

}  // namespace

Status note_run(Shop& shop, const std::string& name, UtcTime begun_at, const Result<backup::BackupResult>& result) {
  const auto target = TRY(backup_target(shop, name));
  if (!target) return {};
  if (!result) return note_failure(shop, *target, result.error());
  auto history = TRY(run_history(shop, name));
  history.succeeded_at = begun_at;
  history.failures = 0;
  history.state = 0;
  history.needs_person = false;
  history.problem.clear();
  history.last_generation = result->manifest.generation;
  return set_run_history(shop, name, history);
}

Actor schedule_actor() {
  Actor actor;
  actor.name = "schedule";
  return actor;
}

Result<RunOutcome> run_target(Shop& shop, const Actor& by, const std::string& name, Task& task, Turn turn) {
  const auto target = TRY(backup_target(shop, name));
  if (!target) return invalid("there is no place for backups called '" + name + "'");
  if (const auto located = locate_target(shop, *target); !located) {
    // Nothing was begun: noted with the place, and no matter for the journal.
    TRY(note_failure(shop, *target, located.error().error));
    return fail(located.error().error);
  }
  auto made = create_unasked(shop, by, name, task);
  if (!made && state_after(made.error()) == TargetState::full && !task.cancelled()) {
    const auto pruned = prune_unasked(shop, by, name, target->retention(), task);
    if (pruned && !pruned->removed.empty()) made = create_unasked(shop, by, name, task);
  }
  if (!made) return fail(made.error());
  RunOutcome outcome{std::move(*made), 0, {}};
  if (turn == Turn::always || turn_is_due(shop, outcome.made.manifest.store)) {
    std::optional<backup::BackupResult> instead;
    if (const auto look = take_turn(shop, by, name, task)) {
      outcome.proof_problem = look->problem;
      if (look->newest_is_damaged) outcome.proof_problem = TRY(mended(shop, by, name, look->problem, instead, task));
    } else {
      log::warning("what lies in {} was not read again: {}", name, look.error().message);
      const bool went_away = look.error().kind == ErrorKind::retry || task.cancelled();
      if (!went_away) outcome.proof_problem = look.error().message;
    }
    if (instead) outcome.made = std::move(*instead);
  }
  const auto pruned = prune_unasked(shop, by, name, target->retention(), task);
  if (pruned) outcome.removed = pruned->removed.size();
  if (!pruned) log::warning("{} was not pruned: {}", name, pruned.error().message);
  // Last of all: all of it is about the one stick.
  TRY(note_stick_used(shop, name, outcome.made.manifest.store));
  return outcome;
}

Result<std::string> run_turn(Shop& shop, const Actor& by, const std::string& name, Task& task) {
  if (!TRY(backup_target(shop, name))) return invalid("there is no place for backups called '" + name + "'");
  const auto look = TRY(take_turn(shop, by, name, task));
  return mended_by_schedule(shop, by, name, look.problem, look.newest_is_damaged, task);
}

Result<std::string> run_drill(Shop& shop, const Actor& by, const std::string& name, Task& task) {
  if (!TRY(backup_target(shop, name))) return invalid("there is no place for backups called '" + name + "'");
  const auto look = TRY(take_drill(shop, by, name, task));
  return mended_by_schedule(shop, by, name, look.problem, look.newest_is_damaged, task);
}

TargetReport report_target(Shop& shop, const BackupTarget& target, bool count_room) {
  TargetReport report;
  report.target = target;
  report.history = run_history(shop, target.name).value_or(backup::RunHistory{});
  const auto now = shop.state().clock.now();
  report.next = backup::next_planned(target.schedule, now, backup::local_offset);
  const auto located = locate_target(shop, target);
  if (!located) {
    report.state = located.error().state;
    const bool pulled = failed_state(report.history) == TargetState::pulled_out && report.state == TargetState::absent;
    if (pulled) report.state = TargetState::pulled_out;
    return report;
  }
  report.path = located->path;
  const auto failed = failed_state(report.history);
  if (!is_about_the_place(failed)) report.state = failed;
  if (located->read_only) report.state = TargetState::read_only;
  if (target.kind == TargetKind::hub && !count_room) return report;
  const auto store = open_target(shop, target);
  if (!store) {
    report.state = state_after(store.error());
    return report;
  }
  const auto space = (*store)->space();
  if (!space) {
    report.state = target.kind == TargetKind::hub && space.error().kind == ErrorKind::retry
                       ? TargetState::unreachable
                       : state_after(space.error());
    return report;
  }
  report.free_bytes = space->free_bytes;
  report.total_bytes = space->total_bytes;
  if (count_room && report.free_bytes) {
    report.room = count_room_in(shop, **store, *report.free_bytes).value_or(std::nullopt);
  }
  const bool none_left = report.room ? *report.room == 0 : report.free_bytes && *report.free_bytes < kLeastRoom;
  if (none_left && report.state == TargetState::ready) report.state = TargetState::full;
  return report;
}

std::optional<BackupClock::Wanted> BackupClock::next_run(Shop& shop) {
  auto& clock = shop.state().clock;
  paused_ = jumps_.paused(clock.now(), clock.monotonic());
  const auto targets = backup_targets(shop);
  if (!targets || paused_) return std::nullopt;
  std::optional<Wanted> wanted;
  UtcTime wanted_since;
  for (const auto& target : *targets) {
    if (!target.schedule.plans_anything()) continue;
    const auto history = run_history(shop, target.name);
    if (!history) continue;
    auto& seen = seen_[target.name];
    // A stick that comes is looked for only while its backup is overdue.
    if (history->failures > 0) {
      const auto located = locate_target(shop, target);
      const auto state = !located             ? located.error().state
                         : located->read_only ? TargetState::read_only
                                              : TargetState::ready;
      if (state != seen.state && state == TargetState::ready) seen.attempt.place_changed = true;
      seen.state = state;
    }
    const auto why =
        backup::is_due(target.schedule, *history, seen.attempt, clock.now(), clock.monotonic(), backup::local_offset);
    if (why == backup::Due::no || (wanted && history->succeeded_at >= wanted_since)) continue;
    wanted = Wanted{target.name, why};
    wanted_since = history->succeeded_at;
  }
  if (wanted) seen_[wanted->name].attempt = {clock.monotonic(), false};
  return wanted;
}

}  // namespace till::app

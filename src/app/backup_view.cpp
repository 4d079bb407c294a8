#include "app/backup_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>

#include "app/age.hpp"
#include "app/backup_health.hpp"
#include "app/backup_settings.hpp"
#include "app/shop_state.hpp"
#include "core/log.hpp"

namespace till::app {
namespace {

constexpr std::array<const char*, 7> kWeekdays = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                  "Friday", "Saturday", "Sunday"};

const char* state_of(const GenerationRow& generation) {
  if (generation.problem.empty()) return generation.verified ? "verified" : "not verified";
  return generation.kind.empty() ? "not readable" : "damaged";
}

BackupRow row_of(const GenerationRow& generation, const BackupTarget* target, UtcTime now) {
  BackupRow row;
  row.generation = generation.generation;
  row.at = to_local(generation.at);
  row.age = generation.at.us == 0 ? "" : age_text(now, generation.at.us / 1000);
  row.size = bytes_text(generation.plain_bytes);
  row.stored = bytes_text(generation.new_bytes);
  row.ratio = ratio_text(generation.plain_bytes, generation.new_bytes);
  row.state = state_of(generation);
  row.problem = generation.problem;
  row.kind = generation.kind;
  row.proof = generation.last_proof;
  row.proved_at = generation.last_proof.empty() ? "" : to_local(generation.last_proved_at);
  row.device = generation.device_name;
  row.sales = std::to_string(generation.sales);
  row.last_receipt = generation.last_receipt;
  row.before_restore = generation.before_restore;
  row.verified = generation.verified;
  row.pinned = target != nullptr && std::ranges::find(target->pinned, generation.generation) != target->pinned.end();
  return row;
}

SyncSettingRow steps(std::string key, std::string label, std::uint64_t value, std::string shown,
                     const std::vector<std::uint64_t>& ladder) {
  SyncSettingRow row;
  row.key = std::move(key);
  row.label = std::move(label);
  row.value = std::to_string(value);
  row.shown = std::move(shown);
  const auto above = std::ranges::upper_bound(ladder, value);
  if (above != ladder.end()) row.larger = std::to_string(*above);
  const auto from = std::ranges::lower_bound(ladder, value);
  if (from != ladder.begin()) row.smaller = std::to_string(*std::prev(from));
  return row;
}

std::string clock_text(int minute) {
  return fmt::format("{:02}:{:02}", minute / 60, minute % 60);
}

// Round the clock in half hours.
SyncSettingRow time_of_day(const backup::Schedule& schedule) {
  constexpr int kDay = 24 * 60, kStep = 30;
  SyncSettingRow row;
  row.key = "at";
  row.value = row.shown = clock_text(schedule.minute);
  row.label = schedule.every == backup::Every::hour ? "At this minute" : "At";
  if (schedule.every == backup::Every::hour) row.shown = fmt::format(":{:02}", schedule.minute % 60);
  const int step = schedule.every == backup::Every::hour ? 5 : kStep;
  row.smaller = clock_text((schedule.minute / step * step - (schedule.minute % step == 0 ? step : 0) + kDay) % kDay);
  row.larger = clock_text((schedule.minute / step * step + step) % kDay);
  return row;
}

// The shop's own, since a drill proves the same everywhere.
SyncSettingRow drill_days(std::int64_t days) {
  auto row = steps(kDrillDaysSetting, "Restore on trial every, days", static_cast<std::uint64_t>(days),
                   days == 0 ? "never" : std::to_string(days), {1, 2, 3, 7, 14, 30, 60, 90});
  if (days == 0) row.smaller.clear(), row.larger = "1";
  if (days == 1) row.smaller = "0";
  return row;
}

std::vector<SyncSettingRow> settings_of(const BackupTarget& target, std::int64_t days_to_drill) {
  const auto& schedule = target.schedule;
  std::vector<SyncSettingRow> rows;
  SyncSettingRow every;
  every.key = "every", every.label = "Back up", every.value = every.shown = backup::to_string(schedule.every);
  every.choices = {"never", "hourly", "daily", "weekly", "monthly"};
  rows.push_back(std::move(every));
  if (schedule.every != backup::Every::never) rows.push_back(time_of_day(schedule));
  if (schedule.every == backup::Every::week)
    rows.push_back(
        steps("weekday", "On", schedule.weekday, kWeekdays.at(schedule.weekday - 1U), {1, 2, 3, 4, 5, 6, 7}));
  if (schedule.every == backup::Every::month)
    rows.push_back(steps("day", "On day", schedule.day, std::to_string(schedule.day), {1, 5, 10, 15, 20, 25, 28, 31}));
  SyncSettingRow shift;
  shift.key = "shift-close", shift.label = "After each shift", shift.value = schedule.on_shift_close ? "yes" : "no";
  shift.shown = shift.value, shift.choices = {"yes", "no"};
  rows.push_back(std::move(shift));
  const auto count = [](std::uint32_t n) { return n == 0 ? std::string("none") : std::to_string(n); };
  rows.push_back(steps("keep", "Keep the newest", target.keep_last, count(target.keep_last),
                       {1, 2, 3, 5, 10, 15, 20, 30, 50, 100}));
  rows.push_back(steps("keep-daily", "And one a day, for days", target.keep_daily, count(target.keep_daily),
                       {0, 7, 14, 30, 60, 90}));
  rows.push_back(steps("keep-weekly", "One a week, for weeks", target.keep_weekly, count(target.keep_weekly),
                       {0, 4, 8, 13, 26, 52}));
  rows.push_back(steps("keep-monthly", "One a month, for months", target.keep_monthly, count(target.keep_monthly),
                       {0, 6, 12, 24, 36, 120}));
  const auto mb = target.quota_bytes / 1'000'000;
  rows.push_back(steps("quota-mb", "Room for backups", mb, mb == 0 ? "all there is" : bytes_text(target.quota_bytes),
                       {0, 500, 1000, 2000, 5000, 10'000, 20'000, 50'000, 100'000}));
  rows.push_back(drill_days(days_to_drill));
  return rows;
}

BackupTargetRow row_of(const TargetReport& report, UtcTime now, std::int64_t days_to_drill) {
  BackupTargetRow row;
  const auto said = sentence_of(report.state);
  row.name = report.target.name;
  row.kind = to_string(report.target.kind);
  row.where = report.target.kind == TargetKind::stick ? report.path : report.target.place;
  row.state = said.word, row.sentence = said.sentence, row.action = said.action;
  row.problem = report.history.problem;
  row.good = report.state == TargetState::ready;
  if (report.free_bytes) row.free = bytes_text(*report.free_bytes);
  if (report.total_bytes && *report.total_bytes > 0) {
    row.total = bytes_text(*report.total_bytes);
    const auto used = *report.total_bytes - std::min(report.free_bytes.value_or(0), *report.total_bytes);
    row.used_percent = static_cast<std::uint32_t>(used / std::max<std::uint64_t>(*report.total_bytes / 100, 1));
  }
  if (report.room) row.room = std::to_string(*report.room);
  if (report.history.succeeded_at.us > 0) {
    row.last = to_local(report.history.succeeded_at);
    row.age = age_text(now, report.history.succeeded_at.us / 1000);
  }
  row.plan = backup::to_string(report.target.schedule.every);
  row.plan_at = clock_text(report.target.schedule.minute);
  if (report.next) row.next = to_local(*report.next);
  row.after_shift = report.target.schedule.on_shift_close;
  row.settings = settings_of(report.target, days_to_drill);
  return row;
}

void list_into(BackupLook& look, Shop& shop, const std::vector<BackupTarget>& targets) {
  if (look.target.empty()) return;
  const auto& paths = shop.state().folder->paths();
  // The folder beside the data is there from the start; without a backup in it there is nothing to say.
  if (look.target == paths.backups()) {
    const auto names = shop.state().env->list(look.target);
    if (names && names->empty()) return;
  }
  const auto found = std::ranges::find(targets, look.target, &BackupTarget::name);
  const auto listed = list_generations(shop, look.target, {});
  if (!listed) {
    look.problem = listed.error().message;
    return;
  }
  const auto now = shop.state().clock.now();
  for (const auto& generation : *listed)
    look.rows.push_back(row_of(generation, found == targets.end() ? nullptr : &*found, now));
}

}  // namespace

// Tenths without a float: 12345 of 1000 is "12.3 : 1".
std::string ratio_text(std::uint64_t plain, std::uint64_t stored) {
  if (stored == 0) return {};
  const auto tenths = plain * 10 / stored;
  return tenths >= 1000 ? fmt::format("{} : 1", tenths / 10) : fmt::format("{}.{} : 1", tenths / 10, tenths % 10);
}

BackupLook look_at_newest(Shop& shop) {
  static std::atomic<std::uint64_t> looks = 0;
  BackupLook look;
  look.number = ++looks;
  const auto health = backup_health(shop);
  if (health && health->newest) look.newest_us = health->newest->us;
  if (health) look.damage = health->damage, look.drill = health->drill_problem;
  look.last = look.newest_us == 0 ? "never" : to_local({look.newest_us});
  look.warn_us = backup_warn_hours(shop) * 3'600'000'000;
  return look;
}

BackupLook look_at_backups(Shop& shop, const std::string& target) {
  auto look = look_at_newest(shop);
  look.target = target;
  const auto targets = backup_targets(shop);
  if (!targets) {
    look.problem = targets.error().message;
    return look;
  }
  const auto now = shop.state().clock.now();
  const auto days = backup_drill_days(shop);
  for (const auto& one : *targets) look.targets.push_back(row_of(report_target(shop, one, true), now, days));
  list_into(look, shop, *targets);
  if (const auto sticks = plugged_sticks(shop)) {
    for (const auto& stick : *sticks)
      look.sticks.push_back({stick.path, stick.target, bytes_text(stick.free_bytes), stick.read_only});
  } else {
    log::warning("sticks: {}", sticks.error().message);
  }
  return look;
}

void put_into(BackupView& view, BackupLook look) {
  view.target = std::move(look.target);
  view.rows = std::move(look.rows);
  view.targets = std::move(look.targets);
  view.sticks = std::move(look.sticks);
  view.problem = std::move(look.problem);
  view.last = std::move(look.last);
  view.newest_us = look.newest_us;
  view.warn_us = look.warn_us;
  view.damage = std::move(look.damage);
  view.drill = std::move(look.drill);
  view.known = true;
}

}  // namespace till::app

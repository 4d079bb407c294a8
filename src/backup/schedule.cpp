#include "backup/schedule.hpp"

#include <algorithm>
#include <ctime>

#include "backup/sabotage.hpp"

namespace till::backup {
namespace {

using namespace std::chrono;

constexpr std::array<std::string_view, 5> kEveryNames = {"never", "hourly", "daily", "weekly", "monthly"};
constexpr minutes kOnTime{15};  // later than this it is said to be made up for
constexpr std::array<minutes, 4> kPauses = {minutes(1), minutes(5), minutes(15), minutes(60)};

using Local = sys_time<microseconds>;  // read as local time

Local local_of(UtcTime time, const ZoneOffset& zone) {
  return Local(microseconds(time.us)) + zone(time);
}

// The offset at a local time is that of the moment it names; twice, for the days on which the offset changes.
UtcTime utc_of(Local local, const ZoneOffset& zone) {
  UtcTime guess{local.time_since_epoch().count()};
  for (int i = 0; i < 2; ++i) {
    guess.us = local.time_since_epoch().count() - duration_cast<microseconds>(zone(guess)).count();
  }
  return guess;
}

sys_days day_in_month(year_month month, std::uint8_t wanted) {
  const year_month_day_last last(month.year(), month_day_last(month.month()));
  return sys_days(month / std::min(day(wanted), last.day()));
}

// The planned moment of the period that `today` lies in; `step` periods later.
Local planned_in_period(const Schedule& schedule, Local now, int step) {
  const auto today = floor<days>(now);
  const minutes at(schedule.minute);
  switch (schedule.every) {
    case Every::hour:
      return floor<hours>(now) + hours(step) + minutes(schedule.minute % 60);
    case Every::week: {
      const auto monday = today - (weekday(today) - Monday);
      return monday + days(schedule.weekday - 1) + weeks(step) + at;
    }
    case Every::month: {
      const year_month_day date(today);
      return day_in_month(date.year() / date.month() + months(step), schedule.day) + at;
    }
    case Every::day:
    case Every::never:
      break;
  }
  return today + days(step) + at;
}

}  // namespace

std::string_view to_string(Every every) {
  return kEveryNames.at(static_cast<std::size_t>(every));
}

Result<Every> every_from(std::string_view text) {
  const auto found = std::ranges::find(kEveryNames, text);
  if (found == kEveryNames.end()) return invalid("say never, hourly, daily, weekly or monthly");
  return static_cast<Every>(found - kEveryNames.begin());
}

Status check_schedule(const Schedule& schedule) {
  if (schedule.every > Every::month) return invalid("say never, hourly, daily, weekly or monthly");
  if (schedule.minute >= 24 * 60) return invalid("give the time of day as HH:MM, from 00:00 to 23:59");
  if (schedule.weekday < 1 || schedule.weekday > 7) return invalid("give the day of the week from 1 (Monday) to 7");
  if (schedule.day < 1 || schedule.day > 31) return invalid("give the day of the month from 1 to 31");
  return {};
}

std::optional<UtcTime> latest_planned(const Schedule& schedule, UtcTime now, const ZoneOffset& zone) {
  if (schedule.every == Every::never) return std::nullopt;
  const auto local = local_of(now, zone);
  for (int step = 1;; --step) {
    const auto at = utc_of(planned_in_period(schedule, local, step), zone);
    if (at <= now) return at;
  }
}

std::optional<UtcTime> next_planned(const Schedule& schedule, UtcTime now, const ZoneOffset& zone) {
  if (schedule.every == Every::never) return std::nullopt;
  const auto local = local_of(now, zone);
  for (int step = -1;; ++step) {
    const auto at = utc_of(planned_in_period(schedule, local, step), zone);
    if (at > now) return at;
  }
}

bool JumpWatch::paused(UtcTime now, microseconds monotonic) {
  if (last_) {
    const auto wall = microseconds(now.us - last_->us);
    const auto apart = wall - (monotonic - last_monotonic_);
    if (std::chrono::abs(apart) > kJump && !sabotaged(Sabotage::jump_believed)) until_ = monotonic + kJumpPause;
  }
  last_ = now;
  last_monotonic_ = monotonic;
  if (until_ && monotonic >= *until_) until_.reset();
  return until_.has_value();
}

minutes pause_after(std::uint32_t failures, bool needs_person) {
  if (failures == 0) return minutes(0);
  if (needs_person) return kPauses.back();
  return kPauses[std::min<std::size_t>(failures, kPauses.size()) - 1];
}

std::string_view to_string(Due due) {
  constexpr std::array<std::string_view, 5> kNames = {"not due", "planned", "made up for", "shift close", "again"};
  return kNames.at(static_cast<std::size_t>(due));
}

Due is_due(const Schedule& schedule, const RunHistory& history, const Attempt& attempt, UtcTime now,
           microseconds monotonic, const ZoneOffset& zone) {
  if (!schedule.plans_anything()) return Due::no;
  const auto latest = latest_planned(schedule, now, zone);
  // What lies in the future was noted by a clock that was wrong.
  const auto done =
      history.succeeded_at.us > now.us + duration_cast<microseconds>(kJump).count() ? UtcTime{0} : history.succeeded_at;
  const auto set_up = std::min(history.set_up_at, now);
  const bool planned = latest && *latest > done && *latest >= set_up;
  const bool shift = schedule.on_shift_close && history.shift_closed_at.us > 0 && history.shift_closed_at > done &&
                     history.shift_closed_at <= now;
  if (!planned && !shift) return Due::no;
  const bool counted = history.failures > 0 && !sabotaged(Sabotage::failures_uncounted);
  if (counted && attempt.last_at && !attempt.place_changed &&
      monotonic - *attempt.last_at < pause_after(history.failures, history.needs_person)) {
    return Due::no;
  }
  if (history.failures > 0 && attempt.last_at) return Due::again;
  if (shift) return Due::shift_close;
  return microseconds(now.us - latest->us) > kOnTime ? Due::made_up : Due::planned;
}

seconds local_offset(UtcTime time) {
  const auto at = static_cast<std::time_t>(floor<seconds>(microseconds(time.us)).count());
  std::tm local{};
  ::localtime_r(&at, &local);
  return seconds(local.tm_gmtoff);
}

}  // namespace till::backup

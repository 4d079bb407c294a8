// When backups are due: single days worked out by hand, and a property test over years of switching on and off,
// failing, clocks that jump and shifts that close, in virtual time.
#include "backup/schedule.hpp"

#include <gtest/gtest.h>

#include "core/random.hpp"
#include "planted_faults.hpp"

namespace till::backup {
namespace {

using namespace std::chrono_literals;

UtcTime at(std::string_view text) {
  return from_rfc3339(text).value();
}
const ZoneOffset kUtc = [](UtcTime) { return 0s; };
// Central Europe in 2026: summer time from 29 March 01:00 UTC to 25 October 01:00 UTC.
const ZoneOffset kBerlin = [](UtcTime time) {
  return time >= at("2026-03-29T01:00:00Z") && time < at("2026-10-25T01:00:00Z") ? std::chrono::seconds(2h)
                                                                                 : std::chrono::seconds(1h);
};
Schedule every(Every what, int minute = 22 * 60) {
  Schedule schedule;
  schedule.every = what;
  schedule.minute = static_cast<std::uint16_t>(minute);
  return schedule;
}
std::string latest(const Schedule& schedule, std::string_view now, const ZoneOffset& zone = kUtc) {
  return to_rfc3339(*latest_planned(schedule, at(now), zone)).substr(0, 16);
}
std::string next(const Schedule& schedule, std::string_view now, const ZoneOffset& zone = kUtc) {
  return to_rfc3339(*next_planned(schedule, at(now), zone)).substr(0, 16);
}

TEST(BackupSchedule, hourly_daily_weekly_and_monthly_moments_are_those_of_the_calendar) {
  EXPECT_EQ(latest(every(Every::hour, 15), "2026-11-21T18:14:59Z"), "2026-11-21T17:15");
  EXPECT_EQ(next(every(Every::hour, 15), "2026-11-21T18:14:59Z"), "2026-11-21T18:15");
  EXPECT_EQ(latest(every(Every::day), "2026-11-21T21:59:00Z"), "2026-11-20T22:00");
  EXPECT_EQ(latest(every(Every::day), "2026-11-21T22:00:00Z"), "2026-11-21T22:00");
  EXPECT_EQ(next(every(Every::day), "2026-11-21T22:00:00Z"), "2026-11-22T22:00");
  auto weekly = every(Every::week, 60);
  weekly.weekday = 7;  // 2026-11-22 is a Sunday
  EXPECT_EQ(latest(weekly, "2026-11-21T12:00:00Z"), "2026-11-15T01:00");
  EXPECT_EQ(next(weekly, "2026-11-21T12:00:00Z"), "2026-11-22T01:00");
  auto monthly = every(Every::month, 0);
  monthly.day = 31;
  EXPECT_EQ(latest(monthly, "2026-03-30T12:00:00Z"), "2026-02-28T00:00") << "a short month: its last day";
  EXPECT_EQ(next(monthly, "2026-03-30T12:00:00Z"), "2026-03-31T00:00");
  EXPECT_EQ(next(monthly, "2026-12-31T00:00:00Z"), "2027-01-31T00:00");
}

TEST(BackupSchedule, times_are_those_of_the_clock_on_the_wall_through_summer_time) {
  EXPECT_EQ(next(every(Every::day), "2026-03-28T22:00:00Z", kBerlin), "2026-03-29T20:00");
  EXPECT_EQ(next(every(Every::day), "2026-10-24T21:00:00Z", kBerlin), "2026-10-25T21:00");
  // 02:30 does not exist on that day, and exists twice on the other: one run each.
  EXPECT_EQ(next(every(Every::day, 150), "2026-03-28T12:00:00Z", kBerlin).substr(0, 10), "2026-03-29");
  EXPECT_EQ(next(every(Every::day, 150), "2026-10-25T02:00:00Z", kBerlin).substr(0, 10), "2026-10-26");
}

class Dues : public testing::Test {
 protected:
  Due due(std::string_view now) { return is_due(schedule_, history_, attempt_, at(now), mono_, kUtc); }
  Schedule schedule_ = every(Every::day);
  RunHistory history_;
  Attempt attempt_;
  std::chrono::microseconds mono_{1h};
};

TEST_F(Dues, what_was_missed_while_the_machine_was_off_is_made_up_for_once) {
  history_.succeeded_at = at("2026-11-10T22:00:05Z");
  EXPECT_EQ(due("2026-11-11T21:59:00Z"), Due::no);
  EXPECT_EQ(due("2026-11-11T22:00:00Z"), Due::planned);
  EXPECT_EQ(due("2026-11-20T09:00:00Z"), Due::made_up);
  history_.succeeded_at = at("2026-11-20T09:00:00Z");
  EXPECT_EQ(due("2026-11-20T09:00:05Z"), Due::no) << "nine days, one run";
  EXPECT_EQ(due("2026-11-20T22:00:00Z"), Due::planned);
}

TEST_F(Dues, a_new_place_is_not_late_for_what_was_planned_before_it) {
  history_.set_up_at = at("2026-11-20T23:00:00Z");
  EXPECT_EQ(due("2026-11-21T10:00:00Z"), Due::no);
  EXPECT_EQ(due("2026-11-21T22:00:00Z"), Due::planned);
}

TEST_F(Dues, a_closed_shift_asks_for_one_backup) {
  schedule_ = {};
  schedule_.on_shift_close = true;
  EXPECT_EQ(due("2026-11-21T18:00:00Z"), Due::no);
  history_.shift_closed_at = at("2026-11-21T18:00:00Z");
  EXPECT_EQ(due("2026-11-21T18:00:00Z"), Due::shift_close);
  EXPECT_EQ(due("2026-11-22T08:00:00Z"), Due::shift_close) << "switched off at once: the next morning";
  history_.succeeded_at = at("2026-11-22T08:00:01Z");
  EXPECT_EQ(due("2026-11-22T09:00:00Z"), Due::no);
}

TEST_F(Dues, failures_are_repeated_ever_more_slowly_and_at_once_when_the_stick_comes) {
  const auto now = "2026-11-21T22:00:00Z";
  attempt_.last_at = mono_;
  for (const auto& [failures, minutes] : {std::pair{1U, 1}, {2U, 5}, {3U, 15}, {4U, 60}, {400U, 60}}) {
    history_.failures = failures;
    mono_ = *attempt_.last_at + std::chrono::minutes(minutes) - 1s;
    EXPECT_EQ(due(now), Due::no) << failures;
    mono_ += 1s;
    EXPECT_EQ(due(now), Due::again) << failures;
  }
  history_.failures = 1;
  history_.needs_person = true;
  mono_ = *attempt_.last_at + 59min;
  EXPECT_EQ(due(now), Due::no);
  attempt_.place_changed = true;
  EXPECT_EQ(due(now), Due::again);
}

TEST_F(Dues, a_success_noted_by_a_clock_that_was_years_ahead_does_not_stop_the_backups) {
  history_.succeeded_at = at("2036-01-01T00:00:00Z");
  EXPECT_NE(due("2026-11-21T22:00:00Z"), Due::no);
}

TEST(BackupJump, pauses_the_schedule_for_a_while_and_not_for_ever) {
  JumpWatch watch;
  auto now = at("2026-11-21T12:00:00Z");
  std::chrono::microseconds mono = 1s;
  EXPECT_FALSE(watch.paused(now, mono));
  now.us += 5'000'000, mono += 5s;
  EXPECT_FALSE(watch.paused(now, mono));
  now.us -= 86'400'000'000, mono += 5s;
  EXPECT_TRUE(watch.paused(now, mono));
  now.us += 300'000'000, mono += 5min;
  EXPECT_TRUE(watch.paused(now, mono));
  now.us += 300'000'000, mono += 5min;
  EXPECT_FALSE(watch.paused(now, mono));
}

// Years of a till's life. Answers what went wrong.
std::string live(std::uint64_t seed) {
  SeededRandom random(seed);
  Schedule schedule = every(static_cast<Every>(1 + random.below(4)), static_cast<int>(random.below(24 * 60)));
  schedule.weekday = static_cast<std::uint8_t>(1 + random.below(7));
  schedule.day = static_cast<std::uint8_t>(1 + random.below(31));
  schedule.on_shift_close = random.below(2) == 0;
  const ZoneOffset& zone = random.below(2) == 0 ? kUtc : kBerlin;
  RunHistory history;
  Attempt attempt;
  JumpWatch watch;
  UtcTime now = at("2026-01-01T00:00:00Z");
  history.set_up_at = now;
  std::chrono::microseconds mono = 1s, on_since = mono, last_jump{0};
  bool jumped_ever = false;
  std::uint64_t attempts = 0, looked = 0;
  for (int step = 0; step < 6000; ++step) {
    const auto pass = std::chrono::seconds(1 + random.below(900));
    now.us += std::chrono::microseconds(pass).count(), mono += pass;
    ++looked;
    if (random.below(200) == 0) {  // off for up to three weeks: a new program, a new monotonic clock
      now.us += static_cast<std::int64_t>(random.below(21 * 86'400)) * 1'000'000;
      mono = on_since = 1s, attempt = {}, watch = {}, last_jump = 0s;
    }
    if (random.below(1500) == 0) {
      now.us += (static_cast<std::int64_t>(random.below(400)) - 200) * 86'400'000'000 + 3'600'000'000;
      last_jump = mono, jumped_ever = true;
    }
    if (random.below(50) == 0) history.shift_closed_at = now;
    const auto latest_moment = latest_planned(schedule, now, zone), next_moment = next_planned(schedule, now, zone);
    if (!latest_moment || *latest_moment > now || !next_moment || *next_moment <= now) return "the plan has no sense";
    const bool paused = watch.paused(now, mono);
    if (last_jump > 0s && mono - last_jump < kJumpPause && !paused) return "it goes on through a jump of the clock";
    if (paused && last_jump == 0s) return "paused without a jump";
    const auto answer = paused ? Due::no : is_due(schedule, history, attempt, now, mono, zone);
    if (answer == Due::no) {
      const bool missing = *latest_moment > history.succeeded_at && *latest_moment >= history.set_up_at && !jumped_ever;
      if (!paused && missing && history.failures == 0) return "a planned backup is not made";
      continue;
    }
    ++attempts;
    if (!jumped_ever && history.succeeded_at >= *latest_moment &&
        (!schedule.on_shift_close || history.succeeded_at >= history.shift_closed_at))
      return "made twice for one planned moment";
    if (attempt.last_at && history.failures > 0 && !attempt.place_changed &&
        mono - *attempt.last_at < pause_after(history.failures, history.needs_person))
      return "a failing place is tried again too soon";
    attempt = {mono, false};
    if (random.below(3) == 0) {
      ++history.failures;
      history.needs_person = random.below(2) == 0;
    } else {
      history.succeeded_at = now;
      history.failures = 0;
    }
  }
  return attempts == 0 ? "nothing was ever due" : "";
}

TEST(BackupSchedule, property_every_planned_moment_gets_one_backup_and_failures_no_storm) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) ASSERT_EQ(live(seed), "") << "seed " << seed;
}

TEST(BackupSchedule, fault_a_jump_of_the_clock_that_is_believed) {
  expect_noticed(Sabotage::jump_believed, [] {
    for (std::uint64_t seed = 1; seed <= 20; ++seed)
      if (const auto wrong = live(seed); !wrong.empty()) return wrong;
    return std::string();
  });
}

TEST(BackupSchedule, fault_failures_that_are_not_counted) {
  expect_noticed(Sabotage::failures_uncounted, [] {
    for (std::uint64_t seed = 1; seed <= 20; ++seed)
      if (const auto wrong = live(seed); !wrong.empty()) return wrong;
    return std::string();
  });
}

}  // namespace
}  // namespace till::backup

// When a place's next backup is due. Pure: the caller brings the time, what happened so far, and the zone's offset.
//
// A backup is due when none succeeded since the latest planned moment (or the latest shift close, where that counts).
// So what was missed while the machine was off is made up for by one run, never by many. A failed run is tried again
// after 1, 5, 15 and 60 minutes and then hourly; where a person must act (kNeedsPerson) hourly only, and at once when
// the place changes (a stick came). Nothing here waits or sleeps.
//
// The wall's clock may jump. JumpWatch compares it with the monotonic one between looks; a jump of more than
// kJump pauses the schedule for kJumpPause, since the clock is probably being set right. Afterwards a success that lies
// in the future counts as none, so a clock that was wrong by years never stops the backups.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "core/result.hpp"

namespace till::backup {

constexpr std::chrono::minutes kJump{10};
constexpr std::chrono::minutes kJumpPause{10};

enum class Every : std::uint8_t { never, hour, day, week, month };
std::string_view to_string(Every every);  // "never", "hourly", "daily", "weekly", "monthly"
Result<Every> every_from(std::string_view text);

struct Schedule {
  Every every = Every::never;
  std::uint16_t minute = 22 * 60;  // of the day, in local time; of the hour for Every::hour (its rest by 60)
  std::uint8_t weekday = 1;        // 1 Monday .. 7 Sunday
  std::uint8_t day = 1;            // of the month; a month without it: its last
  bool on_shift_close = false;

  bool operator==(const Schedule&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(every, minute, weekday, day, on_shift_close);
  }
  [[nodiscard]] bool plans_anything() const { return every != Every::never || on_shift_close; }
};
Status check_schedule(const Schedule& schedule);

// What happened at a place; kept by the terminal from start to start.
struct RunHistory {
  UtcTime succeeded_at;  // began; zero: never
  UtcTime shift_closed_at;
  UtcTime set_up_at;           // nothing is due from before
  std::uint32_t failures = 0;  // since the last success
  bool needs_person = false;   // the last failure is of a kind that no repetition mends
  std::uint8_t state = 0;      // what the caller makes of the last failure
  std::string problem;         // the sentence of the last failure; empty after a success
  std::string last_generation;

  bool operator==(const RunHistory&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(succeeded_at.us, shift_closed_at.us, set_up_at.us, failures, needs_person, state, problem, last_generation);
  }
};

using ZoneOffset = std::function<std::chrono::seconds(UtcTime)>;  // local minus UTC

// The latest planned moment at or before `now`, and the first one after; nothing for Every::never.
std::optional<UtcTime> latest_planned(const Schedule& schedule, UtcTime now, const ZoneOffset& zone);
std::optional<UtcTime> next_planned(const Schedule& schedule, UtcTime now, const ZoneOffset& zone);

class JumpWatch {
 public:
  // To be called with every look. True: the clock jumped lately, nothing is begun.
  bool paused(UtcTime now, std::chrono::microseconds monotonic);

 private:
  std::optional<UtcTime> last_;
  std::chrono::microseconds last_monotonic_{0};
  std::optional<std::chrono::microseconds> until_;
};

// What is known of this run of the program only, by the monotonic clock.
struct Attempt {
  std::optional<std::chrono::microseconds> last_at;  // began
  bool place_changed = false;                        // since then: a stick came or went
};
std::chrono::minutes pause_after(std::uint32_t failures, bool needs_person);

enum class Due : std::uint8_t { no, planned, made_up, shift_close, again };
std::string_view to_string(Due due);
Due is_due(const Schedule& schedule, const RunHistory& history, const Attempt& attempt, UtcTime now,
           std::chrono::microseconds monotonic, const ZoneOffset& zone);

// The zone of the machine.
std::chrono::seconds local_offset(UtcTime time);

}  // namespace till::backup

// Restore drills that begin by themselves: after every `backup.drill_days` the newest backup in a place that can be
// restored is written to a scratch file beside the data, opened as a database, compared, and removed. What comes of it
// is recorded like a drill that somebody asked for (backups.hpp). Nothing here has a thread.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>

#include "app/actor.hpp"
#include "app/backup_targets.hpp"

namespace till::app {

struct DrillLook {
  std::string generation;  // empty: none took place
  std::string problem;     // what is damaged, or what newly stands in the way, a sentence; empty: nothing
  bool newest_is_damaged = false;
};
// Damage is noted with the backups that need it, with the place, and in the journal; so is, once until a drill takes
// place, that there is no room for one or that it failed for a reason of its own. Neither is an error: that is a line
// that broke or a stop, after which nothing is noted and nothing is left.
Result<DrillLook> take_drill(Shop& shop, const Actor& by, const std::string& name, Task& task);

enum class DrillDue : std::uint8_t { no, when_quiet, at_once };
// The days count from `since` by the wall's clock; a `since` in the future counts as now. A till that is never quiet
// waits as long again and no longer.
DrillDue drill_due(UtcTime since, UtcTime now, std::int64_t days);

// When the drills come: the place that waited longest first. Remembers tries between looks; one thread.
class DrillClock {
 public:
  // So long after the till began, and between looks for a place that is not there.
  static constexpr std::chrono::minutes kPause{10};
  // After a drill was begun, whatever came of it, none is begun in the same place for so long by the monotonic clock.
  static constexpr std::chrono::hours kAgain{1};
  // A till is quiet while no shift is open, or when nobody has touched it for so long.
  static constexpr std::chrono::minutes kIdle{30};
  // A record from the future is believed to be from a clock that was wrong once the clock went steadily for so long.
  static constexpr std::chrono::hours kSteady{1};

  // A place of the list that is there, holds backups, and whose drill is due. `idle`: since the till was last touched.
  std::optional<std::string> next(Shop& shop, std::chrono::microseconds idle);

 private:
  struct Waiting;
  Result<std::vector<Waiting>> waiting(Shop& shop, std::int64_t days);
  Result<UtcTime> counted_since(Shop& shop, const Id& store, const std::string& place);

  std::map<std::string, std::chrono::microseconds> not_before_;  // by the place's name; monotonic
  std::map<Id, std::chrono::microseconds> from_the_future_;      // by what lies there: first seen so; monotonic
};

}  // namespace till::app

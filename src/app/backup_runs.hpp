// Running the backups of the places in the list: what one run does, what is noted of it, and when the next is due. A
// run makes a backup, takes the place's turn of reading again what lies there (backup_looks.hpp), makes a full backup
// where that found the newest one damaged, and prunes by the place's rule; a full place is pruned and tried once more.
// Nothing here has a thread or waits for time: the till asks `next_run` every few seconds and runs what it answers, one
// at a time. None of it holds up selling, and none of its failures is more than a sentence.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/backup_looks.hpp"
#include "app/backup_targets.hpp"
#include "app/backups.hpp"

namespace till::app {

// Notes what came of a run with the target, if it is one of the list; a path is none.
Status note_run(Shop& shop, const std::string& target, UtcTime begun_at, const Result<backup::BackupResult>& result);

struct RunOutcome {
  backup::BackupResult made;
  std::size_t removed = 0;
  std::string proof_problem;  // what the turn found, a sentence; empty: nothing
};
enum class Turn : std::uint8_t { always, once_a_day };
Result<RunOutcome> run_target(Shop& shop, const Actor& by, const std::string& name, Task& task,
                              Turn turn = Turn::always);
// The daily turn by itself, outside of a run. The sentence of what it found; empty: nothing. A place with a schedule
// gets a full backup at once when its newest one is damaged.
Result<std::string> run_turn(Shop& shop, const Actor& by, const std::string& name, Task& task);
// A restore drill by itself (backup_drills.hpp), with the same consequence. The sentence of what it found or of what
// newly stands in its way; empty: nothing.
Result<std::string> run_drill(Shop& shop, const Actor& by, const std::string& name, Task& task);
// Who the journal names for runs that nobody asked for.
Actor schedule_actor();

// How a target is, without writing to it.
struct TargetReport {
  BackupTarget target;
  TargetState state = TargetState::ready;
  backup::RunHistory history;
  std::string path;  // where it is now
  std::optional<std::uint64_t> free_bytes, total_bytes;
  std::optional<std::uint64_t> room;  // about so many more backups
  std::optional<UtcTime> next;        // planned
};
// `count_room` reads the manifests there, which takes a while on the hub.
TargetReport report_target(Shop& shop, const BackupTarget& target, bool count_room);

// Remembers attempts and clocks between looks; one thread.
class BackupClock {
 public:
  struct Wanted {
    std::string name;
    backup::Due why = backup::Due::no;
  };
  // The target whose backup is due now, the one longest without a backup first.
  std::optional<Wanted> next_run(Shop& shop);
  // The clock jumped lately: nothing is begun.
  [[nodiscard]] bool paused() const { return paused_; }

 private:
  struct Seen {
    backup::Attempt attempt;
    TargetState state = TargetState::ready;
  };
  backup::JumpWatch jumps_;
  std::map<std::string, Seen> seen_;
  bool paused_ = false;
};

}  // namespace till::app

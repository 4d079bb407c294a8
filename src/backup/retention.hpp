// Which generations to keep, and the removing of the others.
//
// The order is the generations' number, never a clock. "Keep 10" counts generations that are restorable: verified
// (proofs.hpp), and so are all that they continue (standing.hpp). Others are kept until as many restorable ones are
// newer. What a kept increment continues stays, however old. The newest restorable one is never removed, whatever is
// asked.
//
// Apart from the count stay the ones that are pinned and the newest few that were made before a restore. Daily, weekly
// and monthly keeping adds the newest restorable one of each of the last days, weeks and months (UTC, from Monday) that
// have one. It goes by clocks, so where those have jumped, nothing is removed at all until they are right.
#pragma once

#include <set>

#include "backup/list.hpp"
#include "core/task.hpp"

namespace till::backup {

struct GenerationFacts {
  std::string generation;
  std::uint64_t number = 0;
  bool verified = false;  // proved itself when it was made, and was not found damaged since
  std::string continues;  // the parent of an increment
  bool before_restore = false;
  UtcTime created_at;

  bool operator==(const GenerationFacts&) const = default;
};

struct RetentionRule {
  std::uint32_t keep_last = 10;
  std::uint32_t keep_daily = 0, keep_weekly = 0, keep_monthly = 0;
  std::uint32_t keep_before_restore = 3;
  std::set<std::string> pinned = {};
};

struct RetentionPlan {
  std::vector<std::string> surplus;  // oldest first
  bool clock_jumped = false;         // nothing is surplus for that reason
};

// No surplus if `keep_last` is 0 (that is a mistake, not a wish).
RetentionPlan plan_retention(std::vector<GenerationFacts> generations, const RetentionRule& rule, UtcTime now);

struct PruneResult {
  std::vector<std::string> removed;  // oldest first
  std::uint64_t removed_objects = 0, freed_bytes = 0;
  bool clock_jumped = false;
};

// Removes one device's surplus generations, each manifest first, an increment before what it continues; then the pieces
// that no manifest names and the proofs of what is not there. If one manifest of the device cannot be read now, nothing
// is removed, since nobody knows what it continues; if it is damaged or under other keys, generations are, but no piece
// is. `damaged` are generations that a verification found bad and that may
// have no proof that says so; one of them whose manifest cannot be read goes once `keep_last` restorable ones exist.
Result<PruneResult> prune_backups(ObjectStore& store, const BackupKeys& keys, const Id& device,
                                  const RetentionRule& rule, const std::set<std::string>& damaged, UtcTime now,
                                  Task& task);

// Only the last part: what interrupted runs left. Returns what it removed.
Result<PruneResult> sweep_leftovers(ObjectStore& store, const BackupKeys& keys, const Id& device);

}  // namespace till::backup

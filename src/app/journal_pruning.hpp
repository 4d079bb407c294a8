// How long the audit journal is kept: the shop's setting audit.retention_days, one year or more; without it for ever.
// What is older goes from this terminal's database and leaves signed checkpoints; the pruning is an entry itself. Asked
// for by the owner, or done by a till when it starts and when a shift is closed.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "app/actor.hpp"
#include "core/task.hpp"

namespace till::app {

constexpr std::int64_t kRetentionMin_days = 365;

struct JournalPruning {
  UtcTime older_than;              // entries before it go
  std::int64_t entries = 0;        // that go, or would
  std::vector<std::string> lines;  // "Till 2: 1 to 500"
};

// In steps that a sale does not notice; stopped between two of them, the rest goes the next time. Invalid when nothing
// is set, or when the clock cannot be right: nothing was written in the month before it.
Result<JournalPruning> prune_journal(Shop& shop, const Actor& actor, bool dry_run, Task& task);
// The same without a person, when there is something to prune; what hinders it is logged.
void prune_journal_by_setting(Shop& shop, Task& task);

// "" or "0": for ever; else a number of days.
Status check_retention(const std::string& value);

}  // namespace till::app

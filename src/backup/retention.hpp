// Which generations to keep, and the removing of the others. The order is the generations' number, never a clock, so a
// clock that jumps removes nothing. "Keep 10" counts generations that were verified; unverified and damaged ones are
// kept until as many verified ones are newer. The newest verified one is never removed, whatever is asked.
#pragma once

#include <set>

#include "backup/list.hpp"
#include "core/task.hpp"

namespace till::backup {

struct GenerationFacts {
  std::string generation;
  std::uint64_t number = 0;
  bool verified = false;  // read back whole when it was made, and not found damaged since

  bool operator==(const GenerationFacts&) const = default;
};

// The generations to remove, oldest first; nothing if `keep_last` is 0 (that is a mistake, not a wish).
std::vector<std::string> plan_retention(std::vector<GenerationFacts> generations, std::uint32_t keep_last);

struct PruneResult {
  std::vector<std::string> removed;
  std::uint64_t removed_objects = 0, freed_bytes = 0;
};

// Removes one device's surplus generations (manifest first), then the chunks that no manifest names. If one manifest
// of the device cannot be read, no chunk is removed, since nobody knows which ones it needs. `damaged` are generations
// that a verification found bad; one of them whose manifest cannot be read goes once `keep_last` verified ones exist.
Result<PruneResult> prune_backups(ObjectStore& store, const BackupKeys& keys, const Id& device, std::uint32_t keep_last,
                                  const std::set<std::string>& damaged, Task& task);

// Only the last part: chunks of interrupted runs. Returns what it removed.
Result<PruneResult> sweep_chunks(ObjectStore& store, const BackupKeys& keys, const Id& device);

}  // namespace till::backup

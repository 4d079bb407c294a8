#include "backup/retention.hpp"

#include <algorithm>

namespace till::backup {
namespace {

// The chunks that the device's generations name; nothing when one of them cannot be read.
Result<std::optional<std::set<std::string>>> needed_chunks(ObjectStore& store, const BackupKeys& keys,
                                                           const Id& device) {
  const Vault vault{TRY(store.id()), device, keys};
  const ChunkCodec codec(vault);
  std::set<std::string> needed;
  for (const auto& entry : TRY(list_backups(store, keys, device))) {
    if (!entry.manifest) return std::optional<std::set<std::string>>{};
    for (const auto& chunk : entry.manifest->chunks) needed.insert(codec.object_name(chunk.content_id));
  }
  return std::optional(std::move(needed));
}

}  // namespace

std::vector<std::string> plan_retention(std::vector<GenerationFacts> generations, std::uint32_t keep_last) {
  if (keep_last == 0) return {};
  std::sort(generations.begin(), generations.end(), [](const GenerationFacts& a, const GenerationFacts& b) {
    return std::pair(a.number, a.generation) < std::pair(b.number, b.generation);
  });
  std::uint32_t verified = 0;
  std::size_t first_kept = generations.size();
  while (first_kept > 0 && verified < keep_last) verified += generations[--first_kept].verified ? 1 : 0;
  if (verified < keep_last) return {};
  std::vector<std::string> surplus;
  for (std::size_t i = 0; i < first_kept; ++i) surplus.push_back(generations[i].generation);
  return surplus;
}

Result<PruneResult> sweep_chunks(ObjectStore& store, const BackupKeys& keys, const Id& device) {
  PruneResult result;
  const auto needed = TRY(needed_chunks(store, keys, device));
  if (!needed) return result;
  for (const auto& object : TRY(store.list(chunk_prefix(device)))) {
    if (needed->contains(object.name)) continue;
    TRY(store.remove(object.name));
    ++result.removed_objects;
    result.freed_bytes += object.size;
  }
  return result;
}

Result<PruneResult> prune_backups(ObjectStore& store, const BackupKeys& keys, const Id& device, std::uint32_t keep_last,
                                  const std::set<std::string>& damaged, Task& task) {
  if (keep_last == 0) return invalid("keep at least one backup");
  std::vector<GenerationFacts> facts;
  std::vector<std::string> unreadable;
  std::uint32_t verified = 0;
  for (const auto& entry : TRY(list_backups(store, keys, device))) {
    const bool known_bad = damaged.contains(entry.generation);
    if (entry.manifest) {
      facts.push_back({entry.generation, entry.manifest->number, !known_bad});
      verified += known_bad ? 0 : 1;
    } else if (known_bad) {
      unreadable.push_back(entry.generation);
    }
  }
  auto surplus = plan_retention(std::move(facts), keep_last);
  if (verified >= keep_last) surplus.insert(surplus.end(), unreadable.begin(), unreadable.end());

  PruneResult result;
  task.begin("Removing old backups", surplus.size());
  for (const auto& generation : surplus) {
    TRY(task.go_on());
    TRY(store.remove(manifest_name(device, generation)));
    result.removed.push_back(generation);
    task.advance_to(result.removed.size());
  }
  const auto swept = TRY(sweep_chunks(store, keys, device));
  result.removed_objects = swept.removed_objects + result.removed.size();
  result.freed_bytes = swept.freed_bytes;
  return result;
}

}  // namespace till::backup

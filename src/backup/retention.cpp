#include "backup/retention.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>

#include "backup/sabotage.hpp"
#include "backup/standing.hpp"
#include "core/text.hpp"

namespace till::backup {
namespace {

constexpr std::int64_t kJump_us = 86'400'000'000;  // a clock that is a day off

using Kept = std::set<std::string, std::less<>>;

// The generations of one device in the order of their numbers.
class Line {
 public:
  explicit Line(std::vector<GenerationFacts> generations) : all_(std::move(generations)) {
    std::ranges::sort(all_, [](const GenerationFacts& a, const GenerationFacts& b) {
      return std::pair(a.number, std::string_view(a.generation)) < std::pair(b.number, std::string_view(b.generation));
    });
    // A parent's number is lower, so its answer is there before it is asked for.
    for (const auto& facts : all_) {
      const bool on_good_ground = facts.continues.empty() || restorable_.contains(facts.continues);
      if (facts.verified && on_good_ground) restorable_.insert(facts.generation);
      parents_[facts.generation] = facts.continues;
    }
  }

  [[nodiscard]] const std::vector<GenerationFacts>& all() const { return all_; }
  [[nodiscard]] bool restorable(const GenerationFacts& facts) const { return restorable_.contains(facts.generation); }

  void keep_with_parents(Kept& kept, std::string_view generation) const {
    for (std::string at(generation); !at.empty() && kept.insert(at).second;) {
      const auto parent = parents_.find(at);
      if (parent == parents_.end() || sabotaged(Sabotage::parent_pruned)) return;
      at = parent->second;
    }
  }

 private:
  std::vector<GenerationFacts> all_;
  Kept restorable_;
  std::map<std::string, std::string, std::less<>> parents_;
};

// The newest `most` restorable ones and everything newer than the oldest of them. False when there are not so many.
bool keep_newest(const Line& line, std::uint32_t most, Kept& kept) {
  std::uint32_t found = 0;
  for (auto facts = line.all().rbegin(); facts != line.all().rend() && found < most; ++facts) {
    if (facts->before_restore) continue;
    line.keep_with_parents(kept, facts->generation);
    found += line.restorable(*facts) ? 1 : 0;
  }
  return found == most;
}

void keep_apart(const Line& line, const RetentionRule& rule, Kept& kept) {
  std::uint32_t before_restore = 0;
  for (auto facts = line.all().rbegin(); facts != line.all().rend(); ++facts) {
    const bool counts = facts->before_restore && before_restore < rule.keep_before_restore;
    before_restore += counts ? 1 : 0;
    if (counts || rule.pinned.contains(facts->generation)) line.keep_with_parents(kept, facts->generation);
  }
}

using Period = std::function<std::int64_t(std::chrono::sys_days)>;

void keep_periods(const Line& line, std::uint32_t most, const Period& period_of, Kept& kept) {
  std::set<std::int64_t> seen;
  for (auto facts = line.all().rbegin(); facts != line.all().rend() && seen.size() < most; ++facts) {
    if (facts->before_restore || !line.restorable(*facts)) continue;
    const auto at = std::chrono::sys_time<std::chrono::microseconds>(std::chrono::microseconds(facts->created_at.us));
    if (seen.insert(period_of(std::chrono::floor<std::chrono::days>(at))).second) {
      line.keep_with_parents(kept, facts->generation);
    }
  }
}

std::int64_t day_of(std::chrono::sys_days day) {
  return day.time_since_epoch().count();
}
std::int64_t week_of(std::chrono::sys_days day) {
  return (day_of(day) + 3) / 7;  // the epoch was a Thursday
}
std::int64_t month_of(std::chrono::sys_days day) {
  const std::chrono::year_month_day date(day);
  return int{date.year()} * 12 + static_cast<int>(unsigned{date.month()});
}

bool clock_jumped(const Line& line, UtcTime now) {
  std::int64_t latest_us = INT64_MIN;
  for (const auto& facts : line.all()) {
    if (facts.created_at.us > now.us + kJump_us) return true;
    if (latest_us != INT64_MIN && facts.created_at.us < latest_us - kJump_us) return true;
    latest_us = std::max(latest_us, facts.created_at.us);
  }
  return false;
}

// The pieces that the device's generations name; nothing when one of them cannot be read.
Result<std::optional<Kept>> needed_pieces(const std::vector<ListedGeneration>& generations, const Vault& vault) {
  const ChunkCodec codec(vault);
  Kept needed;
  for (const auto& entry : generations) {
    if (!entry.manifest) return std::optional<Kept>{};
    if (sabotaged(Sabotage::increments_swept) && entry.manifest->kind == GenerationKind::incremental) continue;
    for (const auto& chunk : pieces_of(*entry.manifest)) needed.insert(codec.object_name(chunk.content_id));
  }
  return std::optional(std::move(needed));
}

Status remove_counted(ObjectStore& store, const ObjectInfo& object, PruneResult& result) {
  TRY(store.remove(object.name));
  ++result.removed_objects;
  result.freed_bytes += object.size;
  return {};
}

Status sweep_proofs(ObjectStore& store, const std::vector<ListedGeneration>& generations, const Id& device,
                    PruneResult& result) {
  Kept there;
  for (const auto& entry : generations) there.insert(entry.generation);
  for (const auto& object : TRY(store.list(proof_prefix(device)))) {
    const auto parts = split(object.name, '/');
    if (parts.size() == 4 && !there.contains(parts[2])) TRY(remove_counted(store, object, result));
  }
  return {};
}

struct Facts {
  std::vector<GenerationFacts> generations;
  std::vector<std::string> unreadable;  // known to be bad, too
};

// It may open another time or with another program, and nobody knows what it continues. One that is damaged is of no
// use, and one under other keys continues none of these.
bool may_be_whole(const Error& error) {
  return error.kind != ErrorKind::corrupt && error.kind != ErrorKind::denied;
}

Result<Facts> gather(ObjectStore& store, const Vault& vault, const std::set<std::string>& damaged) {
  Facts facts;
  const auto proofs = TRY(list_proofs(store, vault));
  const auto listed = TRY(list_backups(store, vault.keys, vault.device));
  const auto standings = judge(listed, proofs);
  for (const auto& entry : listed) {
    const bool known_bad = damaged.contains(entry.generation);
    if (known_bad && !entry.manifest) facts.unreadable.push_back(entry.generation);
    if (!known_bad && !entry.manifest && may_be_whole(*entry.error)) {
      return fail(entry.error->context("no old backup was removed"));
    }
    if (!entry.manifest) continue;
    const auto& m = *entry.manifest;
    facts.generations.push_back({entry.generation, m.number, is_restorable(standings, entry.generation) && !known_bad,
                                 m.kind == GenerationKind::incremental ? m.parent : std::string(),
                                 m.purpose == Purpose::before_restore, m.created_at});
  }
  return facts;
}

}  // namespace

RetentionPlan plan_retention(std::vector<GenerationFacts> generations, const RetentionRule& rule, UtcTime now) {
  RetentionPlan plan;
  if (rule.keep_last == 0) return plan;
  const Line line(std::move(generations));
  Kept kept;
  if (!keep_newest(line, rule.keep_last, kept)) return plan;
  keep_apart(line, rule, kept);
  if (rule.keep_daily + rule.keep_weekly + rule.keep_monthly > 0) {
    plan.clock_jumped = clock_jumped(line, now);
    if (plan.clock_jumped) return plan;
    keep_periods(line, rule.keep_daily, day_of, kept);
    keep_periods(line, rule.keep_weekly, week_of, kept);
    keep_periods(line, rule.keep_monthly, month_of, kept);
  }
  for (const auto& facts : line.all()) {
    if (!kept.contains(facts.generation)) plan.surplus.push_back(facts.generation);
  }
  return plan;
}

Result<PruneResult> sweep_leftovers(ObjectStore& store, const BackupKeys& keys, const Id& device) {
  PruneResult result;
  const Vault vault{TRY(store.id()), device, keys};
  const auto generations = TRY(list_backups(store, keys, device));
  TRY(sweep_proofs(store, generations, device, result));
  const auto needed = TRY(needed_pieces(generations, vault));
  if (!needed) return result;
  for (const auto& object : TRY(store.list(chunk_prefix(device)))) {
    if (!needed->contains(object.name)) TRY(remove_counted(store, object, result));
  }
  return result;
}

Result<PruneResult> prune_backups(ObjectStore& store, const BackupKeys& keys, const Id& device,
                                  const RetentionRule& rule, const std::set<std::string>& damaged, UtcTime now,
                                  Task& task) {
  if (rule.keep_last == 0) return invalid("keep at least one backup");
  const Vault vault{TRY(store.id()), device, keys};
  auto facts = TRY(gather(store, vault, damaged));
  Kept unused;
  const bool enough = keep_newest(Line(facts.generations), rule.keep_last, unused);
  auto plan = plan_retention(std::move(facts.generations), rule, now);
  auto surplus = std::move(plan.surplus);
  if (enough) surplus.insert(surplus.end(), facts.unreadable.begin(), facts.unreadable.end());

  PruneResult result;
  result.clock_jumped = plan.clock_jumped;
  task.begin("Removing old backups", surplus.size());
  // The newest first: what is interrupted leaves no increment without what it continues.
  for (auto generation = surplus.rbegin(); generation != surplus.rend(); ++generation) {
    TRY(task.go_on());
    TRY(store.remove(manifest_name(device, *generation)));
    result.removed.insert(result.removed.begin(), *generation);
    task.advance_to(result.removed.size());
  }
  const auto swept = TRY(sweep_leftovers(store, keys, device));
  result.removed_objects = swept.removed_objects + result.removed.size();
  result.freed_bytes = swept.freed_bytes;
  return result;
}

}  // namespace till::backup

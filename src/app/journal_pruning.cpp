#include "app/journal_pruning.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/journal.hpp"
#include "app/shop_state.hpp"
#include "core/decimal.hpp"
#include "core/log.hpp"
#include "core/text.hpp"
#include "security/journal_chain.hpp"
#include "security/journal_sabotage.hpp"
#include "storage/audit_pruning.hpp"
#include "storage/tables.hpp"

namespace till::app {
namespace {

using security::JournalSabotage;
using security::sabotaged;

constexpr std::int64_t kDay_us = 24LL * 3600 * 1'000'000;
constexpr std::int64_t kRetentionMax_days = 100 * 365;
constexpr std::int64_t kMonth_days = 31;
// Small enough that a sale's commit does not notice.
constexpr std::size_t kEntriesPerStep = 1000;

Result<std::int64_t> retention_days(const ShopState& state) {
  for (const auto& [key, value] : state.settings()->raw)
    if (key == storage::kRetentionSetting && !value.empty()) return TRY(parse_decimal(value, 0, "the number of days"));
  return std::int64_t{0};
}

// A clock that ran away would prune everything: somebody must have worked in the month before the last day.
Status require_a_steady_clock(storage::Connection& conn, UtcTime now) {
  const auto seen = TRY(conn.integer("SELECT 1 FROM audit_entry WHERE at BETWEEN ?1 AND ?2 LIMIT 1",
                                     now.us - kMonth_days * kDay_us, now.us - kDay_us));
  if (seen || sabotaged(JournalSabotage::runaway_clock_believed)) return {};
  return invalid(
      "the journal has nothing from the month before yesterday: look whether this PC's date is right, and "
      "prune tomorrow");
}

struct Plan {
  JournalPruning pruning;
  std::vector<storage::AuditPrefix> prefixes;
};

Status add_to(Plan& plan, storage::Connection& conn, UtcTime now) {
  for (const auto& device : TRY(storage::audit_devices(conn))) {
    const auto prefix = TRY(storage::audit_prefix(conn, device, plan.pruning.older_than));
    if (prefix.entries == 0) continue;
    const auto row = TRY(storage::load<domain::Device>(conn, device));
    const auto name = row && !row->name.empty() ? row->name : clipped(to_string(device), 8);
    plan.pruning.entries += prefix.entries;
    plan.pruning.lines.push_back(fmt::format("{}: {} entries up to {}", name, prefix.entries, prefix.last));
    plan.prefixes.push_back(prefix);
  }
  return plan.prefixes.empty() ? Status{} : require_a_steady_clock(conn, now);
}

Result<Plan> make_plan(ShopState& state) {
  const auto days = TRY(retention_days(state));
  if (days < kRetentionMin_days) {
    return invalid(
        "the journal is kept for ever; to keep it for two years: tillctl settings set audit.retention_days 730");
  }
  const auto now = state.clock.now();
  Plan plan;
  plan.pruning.older_than = {now.us - days * kDay_us};
  TRY(state.db->read([&](storage::Connection& conn) { return add_to(plan, conn, now); }));
  return plan;
}

Status sign(const ShopState& state, storage::AuditCheckpoint& checkpoint) {
  security::AuditHead head{static_cast<std::uint64_t>(checkpoint.sequence), {}};
  if (checkpoint.hash.size() != head.hash.size()) return invalid("the audit journal is damaged where it would be cut");
  std::ranges::copy(checkpoint.hash, head.hash.begin());
  const auto signature =
      TRY(security::sign_journal_checkpoint(state.keys->identity().signing, checkpoint.device, head));
  checkpoint.signer = state.device();
  checkpoint.signature.assign(signature.begin(), signature.end());
  return {};
}

// The entry that tells of a step is in the step's transaction.
Status carry_out(ShopState& state, const Actor& actor, const storage::AuditPrefix& prefix, Task& task) {
  for (std::size_t gone = kEntriesPerStep; gone > 0;) {
    TRY(task.go_on());
    gone = TRY(change(
        state,
        [&](storage::Transaction& tx) -> Result<std::size_t> {
          std::string end;
          const auto removed =
              TRY(storage::prune_audit(tx, prefix, kEntriesPerStep, [&](storage::AuditCheckpoint& checkpoint) {
                end = fmt::format("up to {} {}", checkpoint.sequence, to_hex(checkpoint.hash));
                return sign(state, checkpoint);
              }));
          if (removed > 0 && !sabotaged(JournalSabotage::prune_untold))
            TRY(write_journal(state, tx, actor,
                              {"journal.prune", to_string(prefix.device), fmt::format("{} entries {}", removed, end)}));
          return removed;
        },
        storage::Priority::background));
    task.advance_to(task.done() + gone);
  }
  return {};
}

}  // namespace

Result<JournalPruning> prune_journal(Shop& shop, const Actor& actor, bool dry_run, Task& task) {
  TRY(require_right(shop, actor, domain::Right::audit_prune));
  auto& state = shop.state();
  const auto planned = TRY(make_plan(state));
  if (dry_run) return planned.pruning;
  task.begin("Pruning the journal", static_cast<std::uint64_t>(planned.pruning.entries));
  for (const auto& prefix : planned.prefixes) TRY(carry_out(state, actor, prefix, task));
  return planned.pruning;
}

void prune_journal_by_setting(Shop& shop, Task& task) {
  auto& state = shop.state();
  const auto days = retention_days(state);
  if (!days || *days < kRetentionMin_days) return;
  const auto planned = make_plan(state);
  if (!planned) return log::warning("the journal was not pruned: {}", planned.error().message);
  for (const auto& prefix : planned->prefixes)
    if (const auto done = carry_out(state, Actor{}, prefix, task); !done)
      return log::warning("the journal was not pruned: {} ({})", done.error().message, done.error().cause);
}

Status check_retention(const std::string& value) {
  if (value.empty() || value == "0") return {};
  const auto days = parse_decimal(value, 0, "the number of days");
  if (days && *days >= kRetentionMin_days && *days <= kRetentionMax_days) return {};
  return invalid(fmt::format("the journal is kept for {} days at least; give more, or 0 for ever", kRetentionMin_days));
}

}  // namespace till::app

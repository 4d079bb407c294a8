#include "storage/audit_pruning.hpp"

#include <algorithm>

#include "core/fields.hpp"
#include "security/journal_sabotage.hpp"
#include "storage/sync_digests.hpp"
#include "storage/tables.hpp"
#include "sync/digest.hpp"

namespace till::storage {
namespace {

using security::JournalSabotage;
using security::sabotaged;

// Entries at or below `last` that a kept entry continues.
Result<std::vector<AuditCheckpoint>> ends_below(Connection& conn, const Id& device, std::int64_t last) {
  auto q = TRY(
      conn.query("SELECT DISTINCT p.sequence, p.chain_hash, p.at FROM audit_entry p JOIN audit_entry k ON k.device = "
                 "p.device AND k.sequence = p.sequence + 1 AND k.previous_hash = p.chain_hash WHERE p.device = ?1 AND "
                 "p.sequence = ?2 AND p.chain_hash <> x''",
                 device, last));
  std::vector<AuditCheckpoint> ends;
  while (TRY(q.next())) ends.push_back({device, q.integer(0), q.blob(1), q.time(2), {}, {}});
  return ends;
}

Status remove_entry(Connection& conn, const domain::AuditEntry& entry) {
  const auto hash = sync::document_hash(domain::AuditEntry::kEntity, entry.id, to_fields(entry));
  if (!sabotaged(JournalSabotage::prune_leaves_digest)) TRY(change_digest(conn, domain::AuditEntry::kEntity, -1, hash));
  return conn.run("DELETE FROM audit_entry WHERE id = ?1", entry.id);
}

}  // namespace

Result<std::vector<AuditCheckpoint>> audit_checkpoints(Connection& conn, const Id& device) {
  auto q = TRY(conn.query(
      "SELECT sequence, hash, at, signer, signature FROM audit_checkpoint WHERE device = ?1 ORDER BY sequence",
      device));
  std::vector<AuditCheckpoint> checkpoints;
  while (TRY(q.next())) checkpoints.push_back({device, q.integer(0), q.blob(1), q.time(2), q.id(3), q.blob(4)});
  return checkpoints;
}

Result<bool> may_prune_audit(Connection& conn) {
  return TRY(conn.integer("SELECT 1 FROM setting WHERE key = ?1", kRetentionSetting)).has_value();
}

Result<AuditPrefix> audit_prefix(Connection& conn, const Id& device, UtcTime older_than) {
  AuditPrefix prefix{device, 0, 0};
  const auto newest = TRY(conn.integer("SELECT max(sequence) FROM audit_entry WHERE device = ?1", device));
  if (!newest) return prefix;
  const auto first_kept =
      TRY(conn.integer("SELECT min(sequence) FROM audit_entry WHERE device = ?1 AND at >= ?2", device, older_than));
  auto end = std::min(first_kept.value_or(*newest), *newest);
  if (sabotaged(JournalSabotage::prune_takes_the_young)) ++end;
  prefix.entries =
      TRY(conn.integer("SELECT count(*) FROM audit_entry WHERE device = ?1 AND sequence < ?2", device, end))
          .value_or(0);
  if (prefix.entries > 0) prefix.last = end - 1;
  return prefix;
}

Result<std::size_t> prune_audit(Transaction& tx, const AuditPrefix& prefix, std::size_t max,
                                const std::function<Status(AuditCheckpoint&)>& sign) {
  // Whole numbers only: of a fork, either both entries of a number are here or none.
  auto numbers = TRY(tx.query(
      "SELECT DISTINCT sequence FROM audit_entry WHERE device = ?1 AND sequence <= ?2 ORDER BY sequence LIMIT ?3",
      prefix.device, prefix.last, max));
  std::int64_t last = 0;
  while (TRY(numbers.next())) last = numbers.integer(0);
  if (last == 0) return std::size_t{0};
  auto ends = TRY(ends_below(tx, prefix.device, last));
  const auto old = TRY(load_where<domain::AuditEntry>(tx, "WHERE device = ?1 AND sequence <= ?2",
                                                      [&](Query& q) { q.bind(1, prefix.device), q.bind(2, last); }));
  for (const auto& entry : old) TRY(remove_entry(tx, entry));
  TRY(tx.run("DELETE FROM audit_checkpoint WHERE device = ?1 AND sequence <= ?2", prefix.device, last));
  for (auto& end : ends) {
    if (sabotaged(JournalSabotage::prune_without_checkpoint)) break;
    TRY(sign(end));
    TRY(
        tx.run("INSERT INTO audit_checkpoint(device, hash, sequence, at, signer, signature) VALUES(?1, ?2, ?3, ?4, ?5, "
               "?6)",
               end.device, end.hash, end.sequence, end.at, end.signer, end.signature));
  }
  return old.size();
}

}  // namespace till::storage

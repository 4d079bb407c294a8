// Old entries of the audit journal go, and what they were followed by stays provable: the last entry before the rest is
// kept as a checkpoint, its number and hash signed by the terminal that pruned. The setting kRetentionSetting is the
// shop's; each terminal prunes its own database by it, when it likes. So once it was set, terminals do not hold the
// same entries, and the digests of this table are not compared any more (SyncStore::keeps_all); what comes back with a
// snapshot or out of a backup goes again with the next pruning.
#pragma once

#include <functional>
#include <vector>

#include "storage/audit.hpp"

namespace till::storage {

constexpr const char* kRetentionSetting = "audit.retention_days";

struct AuditCheckpoint {
  Id device;
  std::int64_t sequence = 0;
  Bytes hash;
  UtcTime at;  // of the entry
  Id signer;   // the terminal that pruned
  Bytes signature;
};

Result<std::vector<AuditCheckpoint>> audit_checkpoints(Connection& conn, const Id& device);
// Whether the shop has ever set how long entries are kept.
Result<bool> may_prune_audit(Connection& conn);

// What would go of a device's journal: its first entries, up to the first that is not older than `older_than`; never
// the last one.
struct AuditPrefix {
  Id device;
  std::int64_t last = 0;  // its number; 0: nothing would go
  std::int64_t entries = 0;
};
Result<AuditPrefix> audit_prefix(Connection& conn, const Id& device, UtcTime older_than);
// Removes at most `max` entries of the prefix, the oldest first, and keeps the checkpoints that `sign` made of what the
// rest continues from; answers how many went. Call it until none does.
Result<std::size_t> prune_audit(Transaction& tx, const AuditPrefix& prefix, std::size_t max,
                                const std::function<Status(AuditCheckpoint&)>& sign);

}  // namespace till::storage

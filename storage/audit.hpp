// The audit journal: the entries of all terminals by number, with the very bytes that are hashed, and the signed end of
// this terminal's own chain. Storage keeps and gives back; the chain is made and checked by security/journal_chain.hpp.
// Entries are never changed, and removed only by pruning, which leaves checkpoints.
//
// Entries of other terminals come by sync with their chain; so do, after a restore, those that this terminal had
// written and lost.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "domain/entities/audit.hpp"
#include "storage/connection.hpp"

namespace till::storage {

struct AuditRow {
  domain::AuditEntry entry;
  Bytes canonical;               // what the chain covers; empty for entries that carry no chain
  Bytes old_previous, old_hash;  // the chain of before (security/audit_chain.hpp); empty in entries that carry theirs
};

struct AuditHead {
  std::int64_t sequence = 0;  // 0: no entry yet
  Bytes hash;
  Bytes signature;  // empty: none was made
};

// What a terminal writes goes on from here, whatever came home after a restore.
Result<AuditHead> audit_head(Connection& conn, const Id& device);
// Stores the entry through `add` and moves the head. Refused unless the entry's number and previous hash continue it.
Status append_audit(Connection& conn, const domain::AuditEntry& entry, const Bytes& signature,
                    const std::function<Status()>& add);

// In the order of the numbers; an error of `visit` ends it.
Status for_each_audit(Connection& conn, const Id& device, const std::function<Status(const AuditRow&)>& visit);
Result<std::vector<Id>> audit_devices(Connection& conn);
// Whether this very entry is here: the device's, of that number, with that hash.
Result<bool> has_audit(Connection& conn, const Id& device, std::int64_t sequence, const Bytes& hash);

struct AuditFilter {
  std::optional<UtcTime> from, to;  // from inclusive, to exclusive
  std::string user;                 // as asker or approver; upper and lower case of A to Z alike, like the text
  std::optional<Id> device;
  std::vector<std::string> actions;  // "sale" or, with all that begin so, "shift."; empty: all
  std::string text;                  // in action, subject or detail
};
struct AuditPlace {
  UtcTime at;
  Id id;
};
// Newest first, those older than `before`.
Result<std::vector<domain::AuditEntry>> find_audit(Connection& conn, const AuditFilter& filter,
                                                   const std::optional<AuditPlace>& before, std::size_t max);
// The same entries, oldest first; an error of `visit` ends it.
Status for_each_found(Connection& conn, const AuditFilter& filter,
                      const std::function<Status(const domain::AuditEntry&)>& visit);
Result<std::vector<domain::AuditEntry>> last_audit(Connection& conn, std::size_t max);  // newest first, all devices

// What was said elsewhere of where a device's journal stood.
struct AuditAnchor {
  Id device;
  std::int64_t sequence = 0;
  Bytes hash;
  std::string said_by;  // "Z report 12,", "the backup of"; the time follows
  UtcTime at;
};
Result<std::vector<AuditAnchor>> z_report_anchors(Connection& conn);

}  // namespace till::storage

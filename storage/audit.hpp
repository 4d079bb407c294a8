// The audit journal: entries in each device's order with the very bytes that are hashed. Storage keeps and gives back;
// the chain is made and verified by security/audit_chain.hpp. Entries are never changed or removed.
//
// The chain of a device lies where it was written. What comes by sync is only to be read: the entries of other devices,
// and, after a restore, those that this device had written and lost; they have no hash here and are no part of a chain.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "domain/entities/documents.hpp"
#include "storage/connection.hpp"

namespace till::storage {

struct AuditRow {
  domain::AuditEntry entry;
  Bytes canonical;  // what `hash` covers together with `previous`
  Bytes previous;   // empty for the first
  Bytes hash;
};

struct AuditHead {
  std::int64_t sequence = 0;  // 0: no entry yet
  Bytes hash;
};

Result<AuditHead> audit_head(Connection& conn, const Id& device);
// `row.entry.sequence` must be the head's plus one; refused otherwise.
Status append_audit(Connection& conn, const AuditRow& row);
// The same, where `add` stores the entry: a terminal's own entries go through its replica, so that others get them, too.
Status append_audit(Connection& conn, const AuditRow& row, const std::function<Status()>& add);
Status for_each_audit(Connection& conn, const Id& device, const std::function<Status(const AuditRow&)>& visit);
Result<std::vector<domain::AuditEntry>> last_audit(Connection& conn, std::size_t max);  // newest first, all devices

}  // namespace till::storage

#include "storage/audit.hpp"

#include "storage/rows.hpp"
#include "storage/tables.hpp"

namespace till::storage {

Result<AuditHead> audit_head(Connection& conn, const Id& device) {
  auto q = TRY(conn.query(
      "SELECT sequence, hash FROM audit_entry WHERE device = ?1 AND hash IS NOT NULL ORDER BY sequence DESC LIMIT 1",
      device));
  if (!TRY(q.next())) return AuditHead{};
  return AuditHead{q.integer(0), q.blob(1)};
}

Status append_audit(Connection& conn, const AuditRow& row) {
  return append_audit(conn, row, [&] { return store(conn, row.entry); });
}

Status append_audit(Connection& conn, const AuditRow& row, const std::function<Status()>& add) {
  const auto head = TRY(audit_head(conn, row.entry.device));
  if (row.entry.sequence != head.sequence + 1) {
    return invalid("the audit journal goes on at " + std::to_string(head.sequence + 1) + ", not at " +
                   std::to_string(row.entry.sequence) + "; report this");
  }
  if (TRY(stored<domain::AuditEntry>(conn, row.entry.id))) return invalid("this audit entry has been stored already");
  TRY(add());
  return conn.run("UPDATE audit_entry SET canonical = ?2, previous = ?3, hash = ?4 WHERE id = ?1", row.entry.id,
                  row.canonical, row.previous, row.hash);
}

Status for_each_audit(Connection& conn, const Id& device, const std::function<Status(const AuditRow&)>& visit) {
  static const std::string sql = "SELECT id, canonical, previous, hash, " +
                                 comma_list(column_names<domain::AuditEntry>()) +
                                 " FROM audit_entry WHERE device = ?1 AND hash IS NOT NULL ORDER BY sequence, id";
  auto q = TRY(conn.query(sql, device));
  while (TRY(q.next())) {
    AuditRow row;
    row.entry.id = q.id(0);
    row.canonical = q.blob(1);
    row.previous = q.blob(2);
    row.hash = q.blob(3);
    TRY(read_fields(q, 4, row.entry));
    TRY(visit(row));
  }
  return {};
}

Result<std::vector<domain::AuditEntry>> last_audit(Connection& conn, std::size_t max) {
  return load_where<domain::AuditEntry>(conn, "ORDER BY at DESC, sequence DESC LIMIT ?1",
                                        [&](Query& q) { q.bind(1, max); });
}

}  // namespace till::storage

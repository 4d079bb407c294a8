#include "storage/audit.hpp"

#include "security/journal_sabotage.hpp"
#include "storage/rows.hpp"
#include "storage/tables.hpp"

namespace till::storage {
namespace {

// LIKE's own signs stand for themselves.
std::string like_part(std::string_view text) {
  std::string pattern;
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern;
}

// Numbered parameters, named once and used as often as wanted.
class Conditions {
 public:
  explicit Conditions(const AuditFilter& filter) {
    if (filter.from) add("at >= ?", [at = *filter.from](Query& q, int n) { q.bind(n, at); });
    if (filter.to) add("at < ?", [at = *filter.to](Query& q, int n) { q.bind(n, at); });
    if (filter.device) add("device = ?", [id = *filter.device](Query& q, int n) { q.bind(n, id); });
    if (!filter.user.empty())
      add("(user_name LIKE ? ESCAPE '\\' OR approved_by LIKE ? ESCAPE '\\')", like_part(filter.user));
    if (!filter.text.empty())
      add("(action LIKE ? ESCAPE '\\' OR subject LIKE ? ESCAPE '\\' OR detail LIKE ? ESCAPE '\\')",
          "%" + like_part(filter.text) + "%");
    add_actions(filter.actions);
  }
  void add_before(const AuditPlace& place) {
    add("at <= ?", [place](Query& q, int n) { q.bind(n, place.at); });
    const auto at = std::to_string(binds_.size());
    add("(at < ?" + at + " OR id < ?)", [place](Query& q, int n) { q.bind(n, place.id); });
  }
  [[nodiscard]] std::string where() const { return sql_.empty() ? "" : "WHERE " + sql_ + " "; }
  void bind(Query& q) const {
    for (std::size_t i = 0; i < binds_.size(); ++i) binds_[i](q, static_cast<int>(i) + 1);
  }

 private:
  using Bind = std::function<void(Query&, int)>;
  // Each bare '?' of `condition` is this one parameter.
  void add(const std::string& condition, Bind bind) {
    binds_.push_back(std::move(bind));
    const auto number = std::to_string(binds_.size());
    sql_ += sql_.empty() ? "" : " AND ";
    for (std::size_t i = 0; i < condition.size(); ++i) {
      sql_ += condition[i];
      const bool bare =
          condition[i] == '?' && (i + 1 == condition.size() || condition[i + 1] < '0' || condition[i + 1] > '9');
      if (bare) sql_ += number;
    }
  }
  void add(const std::string& condition, std::string text) {
    add(condition, [text = std::move(text)](Query& q, int n) { q.bind(n, text); });
  }
  void add_actions(const std::vector<std::string>& actions) {
    if (actions.empty()) return;
    sql_ += sql_.empty() ? "(" : " AND (";
    std::string any;
    std::swap(any, sql_);
    for (const auto& action : actions) {
      std::string one;
      std::swap(one, sql_);
      const bool all_of = action.ends_with('.');
      add(all_of ? "action LIKE ? ESCAPE '\\'" : "action = ?", all_of ? like_part(action) + "%" : action);
      any += (&action == actions.data() ? "" : " OR ") + sql_;
      sql_ = std::move(one);
    }
    sql_ = any + ")";
  }

  std::string sql_;
  std::vector<Bind> binds_;
};

}  // namespace

Result<AuditHead> audit_head(Connection& conn, const Id& device) {
  auto q = TRY(conn.query("SELECT sequence, hash, signature FROM audit_head WHERE device = ?1", device));
  if (!TRY(q.next())) return AuditHead{};
  return AuditHead{q.integer(0), q.blob(1), q.blob(2)};
}

Status append_audit(Connection& conn, const domain::AuditEntry& entry, const Bytes& signature,
                    const std::function<Status()>& add) {
  const auto head = TRY(audit_head(conn, entry.device));
  if (entry.sequence != head.sequence + 1 || (head.sequence > 0 && entry.previous_hash != head.hash)) {
    return invalid("the audit journal goes on at " + std::to_string(head.sequence + 1) + ", not at " +
                   std::to_string(entry.sequence) + "; report this");
  }
  if (TRY(stored<domain::AuditEntry>(conn, entry.id))) return invalid("this audit entry has been stored already");
  TRY(add());
  if (security::sabotaged(security::JournalSabotage::head_not_moved) && head.sequence > 0) return {};
  return conn.run(
      "INSERT INTO audit_head(device, sequence, hash, signature) VALUES(?1, ?2, ?3, ?4) ON CONFLICT(device) DO UPDATE "
      "SET sequence = excluded.sequence, hash = excluded.hash, signature = excluded.signature",
      entry.device, entry.sequence, entry.chain_hash, signature);
}

Status for_each_audit(Connection& conn, const Id& device, const std::function<Status(const AuditRow&)>& visit) {
  static const std::string sql = "SELECT id, canonical, previous, hash, " +
                                 comma_list(column_names<domain::AuditEntry>()) +
                                 " FROM audit_entry WHERE device = ?1 ORDER BY sequence, id";
  auto q = TRY(conn.query(sql, device));
  while (TRY(q.next())) {
    AuditRow row;
    row.entry.id = q.id(0);
    row.canonical = q.blob(1);
    row.old_previous = q.blob(2);
    row.old_hash = q.blob(3);
    TRY(read_fields(q, 4, row.entry));
    TRY(visit(row));
  }
  return {};
}

Result<std::vector<Id>> audit_devices(Connection& conn) {
  auto q = TRY(conn.query("SELECT DISTINCT device FROM audit_entry ORDER BY device"));
  std::vector<Id> devices;
  while (TRY(q.next())) devices.push_back(q.id(0));
  return devices;
}

Result<bool> has_audit(Connection& conn, const Id& device, std::int64_t sequence, const Bytes& hash) {
  return TRY(conn.integer(
                 "SELECT 1 FROM audit_entry WHERE device = ?1 AND sequence = ?2 AND (chain_hash = ?3 OR hash = "
                 "?3) UNION ALL SELECT 1 FROM audit_checkpoint WHERE device = ?1 AND sequence = ?2 AND hash = ?3",
                 device, sequence, hash))
      .has_value();
}

Result<std::vector<domain::AuditEntry>> find_audit(Connection& conn, const AuditFilter& filter,
                                                   const std::optional<AuditPlace>& before, std::size_t max) {
  Conditions conditions(filter);
  if (before) conditions.add_before(*before);
  return load_where<domain::AuditEntry>(conn,
                                        conditions.where() + "ORDER BY at DESC, id DESC LIMIT " + std::to_string(max),
                                        [&](Query& q) { conditions.bind(q); });
}

Status for_each_found(Connection& conn, const AuditFilter& filter,
                      const std::function<Status(const domain::AuditEntry&)>& visit) {
  const Conditions conditions(filter);
  const auto columns = comma_list(column_names<domain::AuditEntry>());
  auto q = TRY(conn.prepare("SELECT id, " + columns + " FROM audit_entry " + conditions.where() + "ORDER BY at, id"));
  conditions.bind(q);
  while (TRY(q.next())) {
    domain::AuditEntry entry;
    entry.id = q.id(0);
    TRY(read_fields(q, 1, entry));
    TRY(visit(entry));
  }
  return {};
}

Result<std::vector<domain::AuditEntry>> last_audit(Connection& conn, std::size_t max) {
  return find_audit(conn, {}, std::nullopt, max);
}

Result<std::vector<AuditAnchor>> z_report_anchors(Connection& conn) {
  auto q =
      TRY(conn.query("SELECT device, journal_sequence, journal_hash, z_number, at FROM shift_event WHERE kind = ?1 AND "
                     "journal_sequence > 0 ORDER BY at, id",
                     domain::ShiftEventKind::closed));
  std::vector<AuditAnchor> anchors;
  while (TRY(q.next()))
    anchors.push_back({q.id(0), q.integer(1), q.blob(2), "Z report " + std::to_string(q.integer(3)) + ",", q.time(4)});
  return anchors;
}

}  // namespace till::storage

#include "storage/tables.hpp"

#include "domain/stock.hpp"
#include "security/journal_sabotage.hpp"
#include "storage/product_rows.hpp"
#include "storage/rows.hpp"
#include "storage/sale_rows.hpp"
#include "storage/table_repair.hpp"

namespace till::storage {

namespace {

template <class E>
constexpr const char* kTable = nullptr;
template <>
constexpr const char* kTable<domain::Tax> = "tax";
template <>
constexpr const char* kTable<domain::Category> = "category";
template <>
constexpr const char* kTable<domain::Product> = "product";
template <>
constexpr const char* kTable<domain::Customer> = "customer";
template <>
constexpr const char* kTable<domain::User> = "user";
template <>
constexpr const char* kTable<domain::Setting> = "setting";
template <>
constexpr const char* kTable<domain::Device> = "device";
template <>
constexpr const char* kTable<domain::Sale> = "sale";
template <>
constexpr const char* kTable<domain::StockMove> = "stock_move";
template <>
constexpr const char* kTable<domain::ShiftEvent> = "shift_event";
template <>
constexpr const char* kTable<domain::AuditEntry> = "audit_entry";
template <>
constexpr const char* kTable<domain::Supplier> = "supplier";
template <>
constexpr const char* kTable<domain::Price> = "price";
template <>
constexpr const char* kTable<domain::Store> = "store";
template <>
constexpr const char* kTable<domain::Printer> = "printer";
template <>
constexpr const char* kTable<domain::PrinterAssignment> = "printer_assignment";
template <>
constexpr const char* kTable<domain::MediaFile> = "media_file";
template <>
constexpr const char* kTable<domain::DiningTable> = "dining_table";
template <>
constexpr const char* kTable<domain::Order> = "guest_order";
template <>
constexpr const char* kTable<domain::OrderEvent> = "order_event";
template <>
constexpr const char* kTable<domain::StockCount> = "stock_count";
template <>
constexpr const char* kTable<domain::Resolution> = "resolution";
template <>
constexpr const char* kTable<sync::Amendment> = "sync_amendment";
template <>
constexpr const char* kTable<sync::DeviceProgress> = "device_progress";

template <class E>
constexpr bool kImmutable = std::is_same_v<E, domain::Resolution> || std::is_same_v<E, domain::StockMove> ||
                            std::is_same_v<E, domain::ShiftEvent> || std::is_same_v<E, domain::AuditEntry> ||
                            std::is_same_v<E, domain::OrderEvent> || std::is_same_v<E, domain::StockCount> ||
                            std::is_same_v<E, sync::Amendment>;

template <class E>
const std::string& select_sql() {
  static const std::string sql = [] {
    const std::string columns = std::is_same_v<E, domain::Sale> ? "bytes" : comma_list(column_names<E>());
    return "SELECT id, " + columns + " FROM " + kTable<E>;
  }();
  return sql;
}

template <class E>
Result<E> read_row(const Query& q) {
  E entity;
  entity.id = q.id(0);
  if constexpr (std::is_same_v<E, domain::Sale>) {
    TRY(sale_from_bytes(q.blob(1), entity));
  } else {
    TRY(read_fields(q, 1, entity));
  }
  return entity;
}

// True when the row is new or replaced.
template <class E>
Result<bool> put_row(Connection& conn, const E& entity) {
  static const std::string sql = [] {
    const auto columns = column_names<E>();
    return std::string("INSERT INTO ") + kTable<E> + "(id, " + comma_list(columns) + ") VALUES(?1, " +
           parameters(2, columns.size()) + ") ON CONFLICT(id) DO " +
           (kImmutable<E> ? "NOTHING" : "UPDATE SET " + excluded_list(columns));
  }();
  auto q = TRY(conn.prepare(sql));
  q.bind(1, entity.id);
  bind_fields(q, 2, entity);
  TRY(q.next());
  return conn.changes() > 0;
}

template <class E>
Status overwrite_columns(Connection& conn, const E& entity) {
  static const std::string sql = [] {
    const auto columns = column_names<E>();
    return std::string("INSERT INTO ") + kTable<E> + "(id, " + comma_list(columns) + ") VALUES(?1, " +
           parameters(2, columns.size()) + ") ON CONFLICT(id) DO UPDATE SET " + excluded_list(columns);
  }();
  auto q = TRY(conn.prepare(sql));
  q.bind(1, entity.id);
  bind_fields(q, 2, entity);
  TRY(q.next());
  return {};
}

Status add_to_level(Connection& conn, const domain::StockMove& move) {
  return conn.run(
      "INSERT INTO stock_level(product, store, level_milli, moved_milli) VALUES(?1, ?3, ?2, ?2) "
      "ON CONFLICT(product, store) DO UPDATE SET level_milli = level_milli + excluded.level_milli, "
      "moved_milli = moved_milli + excluded.moved_milli",
      move.product, move.delta_milli, move.store);
}

// domain::is_later, in SQL.
Status put_under_level(Connection& conn, const domain::StockCount& count) {
  return conn.run(
      "INSERT INTO stock_level(product, store, level_milli, base_milli, count_order_us, count_id) "
      "VALUES(?1, ?5, ?2, ?2, ?3, ?4) "
      "ON CONFLICT(product, store) DO UPDATE SET level_milli = moved_milli + excluded.base_milli, "
      "base_milli = excluded.base_milli, count_order_us = excluded.count_order_us, count_id = excluded.count_id "
      "WHERE (excluded.count_order_us, excluded.count_id) > (count_order_us, count_id)",
      count.product, domain::base_milli(count), count.order_us, count.id, count.store);
}

// The bytes that the journal's chain covers, beside the columns. Entries of an older program keep theirs.
Status keep_canonical(Connection& conn, const domain::AuditEntry& entry) {
  if (entry.chain_hash.empty()) return {};
  return conn.run("UPDATE audit_entry SET canonical = ?2 WHERE id = ?1", entry.id, domain::canonical_bytes(entry));
}

}  // namespace

template <class E>
Result<std::optional<E>> load(Connection& conn, const Id& id) {
  static const std::string sql = select_sql<E>() + " WHERE id = ?1";
  auto q = TRY(conn.query(sql, id));
  if (!TRY(q.next())) return std::optional<E>{};
  return std::optional<E>{TRY(read_row<E>(q))};
}

template <class E>
Status store(Connection& conn, const E& entity) {
  if (entity.id.is_nil()) return invalid("an entry without an identity cannot be stored; report this");
  if constexpr (std::is_same_v<E, domain::Product>) {
    return put_product(conn, entity);
  } else if constexpr (std::is_same_v<E, domain::Sale>) {
    return put_sale(conn, entity);
  } else {
    [[maybe_unused]] const bool changed = TRY(put_row(conn, entity));
    if constexpr (std::is_same_v<E, domain::StockMove>) {
      if (changed) return add_to_level(conn, entity);
    }
    if constexpr (std::is_same_v<E, domain::StockCount>) {
      if (changed) return put_under_level(conn, entity);
    }
    if constexpr (std::is_same_v<E, domain::AuditEntry>) {
      if (changed) return keep_canonical(conn, entity);
    }
    return {};
  }
}

template <class E>
Result<bool> stored(Connection& conn, const Id& id) {
  static const std::string sql = std::string("SELECT 1 FROM ") + kTable<E> + " WHERE id = ?1";
  return TRY(conn.integer(sql, id)).has_value();
}

template <class E>
Status for_each(Connection& conn, const std::function<Status(const E&)>& visit) {
  static const std::string sql = select_sql<E>() + " ORDER BY id";
  auto q = TRY(conn.query(sql));
  while (TRY(q.next())) {
    const auto entity = TRY(read_row<E>(q));
    TRY(visit(entity));
  }
  return {};
}

template <class E>
Result<std::vector<E>> load_all(Connection& conn) {
  std::vector<E> all;
  TRY(for_each<E>(conn, [&](const E& entity) -> Status {
    all.push_back(entity);
    return {};
  }));
  return all;
}

template <class E>
Result<std::int64_t> count(Connection& conn) {
  static const std::string sql = std::string("SELECT count(*) FROM ") + kTable<E>;
  return TRY(conn.integer(sql)).value_or(0);
}

template <class E>
Result<std::vector<E>> load_where(Connection& conn, std::string_view clause, const std::function<void(Query&)>& bind) {
  auto q = TRY(conn.prepare(select_sql<E>() + " " + std::string(clause)));
  if (bind) bind(q);
  std::vector<E> found;
  while (TRY(q.next())) found.push_back(TRY(read_row<E>(q)));
  return found;
}

template <class E>
Status overwrite(Connection& conn, const E& document) {
  if constexpr (std::is_same_v<E, domain::Sale>) {
    TRY(erase_sale(conn, document));
    return put_sale(conn, document);
  } else if constexpr (std::is_same_v<E, domain::Product>) {
    return put_product(conn, document);
  } else {
    if (!TRY(stored<E>(conn, document.id))) return store(conn, document);
    TRY(overwrite_columns(conn, document));
    if constexpr (std::is_same_v<E, domain::AuditEntry>) {
      if (!security::sabotaged(security::JournalSabotage::healed_by_half)) return keep_canonical(conn, document);
    }
    return {};
  }
}

template <class E>
Status erase(Connection& conn, const Id& id) {
  static const std::string sql = std::string("DELETE FROM ") + kTable<E> + " WHERE id = ?1";
  return conn.run(sql, id);
}

template <class E>
Result<std::vector<Id>> ids_after(Connection& conn, const Id& after, std::size_t max) {
  static const std::string sql = std::string("SELECT id FROM ") + kTable<E> + " WHERE id > ?1 ORDER BY id LIMIT ?2";
  auto q = TRY(conn.query(sql, after, max));
  std::vector<Id> ids;
  while (TRY(q.next())) ids.push_back(q.id(0));
  return ids;
}

#define TILL_TABLE(E)                                                                 \
  template Result<std::optional<E>> load<E>(Connection&, const Id&);                  \
  template Status store<E>(Connection&, const E&);                                    \
  template Result<bool> stored<E>(Connection&, const Id&);                            \
  template Status for_each<E>(Connection&, const std::function<Status(const E&)>&);   \
  template Result<std::vector<E>> load_all<E>(Connection&);                           \
  template Result<std::int64_t> count<E>(Connection&);                                \
  template Status overwrite<E>(Connection&, const E&);                                \
  template Status erase<E>(Connection&, const Id&);                                   \
  template Result<std::vector<Id>> ids_after<E>(Connection&, const Id&, std::size_t); \
  template Result<std::vector<E>> load_where<E>(Connection&, std::string_view, const std::function<void(Query&)>&);

TILL_TABLE(domain::Tax)
TILL_TABLE(domain::Category)
TILL_TABLE(domain::Product)
TILL_TABLE(domain::Customer)
TILL_TABLE(domain::User)
TILL_TABLE(domain::Setting)
TILL_TABLE(domain::Device)
TILL_TABLE(domain::Sale)
TILL_TABLE(domain::StockMove)
TILL_TABLE(domain::ShiftEvent)
TILL_TABLE(domain::AuditEntry)
TILL_TABLE(domain::Supplier)
TILL_TABLE(domain::Price)
TILL_TABLE(domain::Store)
TILL_TABLE(domain::Printer)
TILL_TABLE(domain::PrinterAssignment)
TILL_TABLE(domain::MediaFile)
TILL_TABLE(domain::DiningTable)
TILL_TABLE(domain::Order)
TILL_TABLE(domain::OrderEvent)
TILL_TABLE(domain::StockCount)
TILL_TABLE(domain::Resolution)
TILL_TABLE(sync::Amendment)
TILL_TABLE(sync::DeviceProgress)
#undef TILL_TABLE

}  // namespace till::storage

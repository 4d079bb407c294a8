#include "storage/sale_rows.hpp"

#include <optional>

namespace till::storage {

namespace {

struct StoredField {
  FieldNumber number = 0;
  Bytes bytes;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(number, bytes);
  }
};

std::optional<Id> unless_nil(const Id& id) {
  return id.is_nil() ? std::nullopt : std::optional(id);
}

Status put_head(Connection& conn, const domain::Sale& s) {
  return conn.run(
      "INSERT INTO sale(id, kind, receipt, series, number, at, device, terminal, shift, user, user_name, customer, "
      "customer_name, currency, net, tax, total, discount, rounding, due, cites, order_id, bytes) "
      "VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21,?22,?23) "
      "ON CONFLICT(id) DO NOTHING",
      s.id, s.kind, s.receipt, s.series, s.number, s.at, s.device, s.terminal, s.shift, s.user, s.user_name, s.customer,
      s.customer_name, s.currency.code, s.net, s.tax, s.total, s.discount, s.rounding, s.due, unless_nil(s.cites),
      unless_nil(s.order), sale_to_bytes(s));
}

Status put_lines(Connection& conn, const domain::Sale& s) {
  for (std::size_t i = 0; i < s.lines.size(); ++i) {
    const auto& line = s.lines[i];
    TRY(
        conn.run("INSERT INTO sale_line(at, sale, position, kind, product, sku, name, quantity, net, total) "
                 "VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)",
                 s.at, s.id, i, line.kind, line.product, line.sku, line.name, line.quantity, line.net, line.total));
  }
  return {};
}

Status put_tenders(Connection& conn, const domain::Sale& s) {
  for (std::size_t i = 0; i < s.tenders.size(); ++i) {
    const auto& tender = s.tenders[i];
    TRY(conn.run("INSERT INTO sale_tender(at, sale, position, kind, amount, rounding) VALUES(?1,?2,?3,?4,?5,?6)", s.at,
                 s.id, i, tender.kind, tender.amount, tender.rounding));
  }
  return {};
}

Status put_taxes(Connection& conn, const domain::Sale& s) {
  for (std::size_t i = 0; i < s.taxes.size(); ++i) {
    const auto& tax = s.taxes[i];
    TRY(
        conn.run("INSERT INTO sale_tax(at, sale, position, code, name, rate_micro, base, amount) "
                 "VALUES(?1,?2,?3,?4,?5,?6,?7,?8)",
                 s.at, s.id, i, tax.code, tax.name, tax.rate_micro, tax.base, tax.amount));
  }
  return {};
}

}  // namespace

Bytes sale_to_bytes(const domain::Sale& sale) {
  std::vector<StoredField> stored;
  for (auto& [number, bytes] : to_fields(sale)) stored.push_back({number, bytes});
  return encode(stored);
}

Status sale_from_bytes(const Bytes& bytes, domain::Sale& sale) {
  auto stored = TRY(decode<std::vector<StoredField>>(bytes));
  FieldMap fields;
  for (auto& field : stored) fields[field.number] = std::move(field.bytes);
  return apply_fields(fields, sale);
}

Status put_sale(Connection& conn, const domain::Sale& sale) {
  TRY(put_head(conn, sale));
  if (conn.changes() == 0) return {};
  TRY(put_lines(conn, sale));
  TRY(put_tenders(conn, sale));
  return put_taxes(conn, sale);
}

// Query rows begin with the sale's time: as it stands in the table, and as it is.
Status erase_sale(Connection& conn, const domain::Sale& sale) {
  const auto stored_at = TRY(conn.integer("SELECT at FROM sale WHERE id = ?1", sale.id));
  for (const std::int64_t at : {sale.at.us, stored_at.value_or(sale.at.us)}) {
    for (const char* table : {"sale_line", "sale_tender", "sale_tax"})
      TRY(conn.run(std::string("DELETE FROM ") + table + " WHERE at = ?1 AND sale = ?2", at, sale.id));
  }
  return conn.run("DELETE FROM sale WHERE id = ?1", sale.id);
}

// In the columns' own order; position and time are part of the key.
Result<Bytes> sale_query_rows(Connection& conn, const Id& id) {
  ByteWriter out;
  auto head =
      TRY(conn.query("SELECT kind, receipt, series, number, at, device, terminal, shift, user, user_name, customer, "
                     "customer_name, currency, net, tax, total, discount, rounding, due, cites, order_id "
                     "FROM sale WHERE id = ?1",
                     id));
  if (!TRY(head.next())) return out.take();
  const UtcTime at = head.time(4);
  for (int column = 0; column < 21; ++column) out.sized(head.blob(column));
  for (const auto& [sql, columns] : std::initializer_list<std::pair<const char*, int>>{
           {"SELECT position, kind, product, sku, name, quantity, net, total FROM sale_line", 8},
           {"SELECT position, kind, amount, rounding FROM sale_tender", 4},
           {"SELECT position, code, name, rate_micro, base, amount FROM sale_tax", 6}}) {
    auto rows = TRY(conn.query(std::string(sql) + " WHERE at = ?1 AND sale = ?2 ORDER BY position", at, id));
    std::uint64_t count = 0;
    for (; TRY(rows.next()); ++count) {
      for (int column = 0; column < columns; ++column) out.sized(rows.blob(column));
    }
    out.varint(count);
  }
  return out.take();
}

}  // namespace till::storage

#include "storage/sales.hpp"

#include "storage/sale_rows.hpp"
#include "storage/tables.hpp"

namespace till::storage {

namespace {

constexpr const char* kSummary =
    "SELECT id, kind, receipt, at, terminal, user_name, customer_name, total, due, shift, cites FROM sale ";

Result<std::vector<SaleSummary>> summaries(Result<Query> asked) {
  auto q = TRY(std::move(asked));
  std::vector<SaleSummary> found;
  while (TRY(q.next())) {
    found.push_back({q.id(0), q.as<domain::SaleKind>(1), q.text(2), q.time(3), q.text(4), q.text(5), q.text(6),
                     q.money(7), q.money(8), q.id(9), q.id(10)});
  }
  return found;
}

Result<std::optional<domain::Sale>> first_of(Result<std::vector<domain::Sale>> sales) {
  auto found = TRY(std::move(sales));
  if (found.empty()) return std::optional<domain::Sale>{};
  return std::optional(std::move(found.front()));
}

}  // namespace

Status insert_sale(Connection& conn, const domain::Sale& sale) {
  if (TRY(stored<domain::Sale>(conn, sale.id))) return invalid("this sale has been stored already");
  const auto used = TRY(conn.integer("SELECT 1 FROM sale WHERE series = ?1 AND number = ?2", sale.series, sale.number));
  if (used) return invalid("the receipt number " + sale.receipt + " has been used already; report this");
  return put_sale(conn, sale);
}

Result<std::optional<domain::Sale>> find_sale(Connection& conn, std::string_view receipt) {
  return first_of(load_where<domain::Sale>(conn, "WHERE receipt = ?1 ORDER BY at, id LIMIT 1",
                                           [&](Query& q) { q.bind(1, receipt); }));
}

Result<std::optional<domain::Sale>> last_sale(Connection& conn, const Id& device) {
  return first_of(load_where<domain::Sale>(conn, "WHERE device = ?1 ORDER BY at DESC, number DESC LIMIT 1",
                                           [&](Query& q) { q.bind(1, device); }));
}

Result<std::vector<SaleSummary>> last_sales(Connection& conn, std::size_t max) {
  return summaries(conn.query(std::string(kSummary) + "ORDER BY at DESC, number DESC LIMIT ?1", max));
}

Result<std::vector<SaleSummary>> sales_between(Connection& conn, UtcTime from, UtcTime to, std::size_t max) {
  return summaries(
      conn.query(std::string(kSummary) + "WHERE at >= ?1 AND at < ?2 ORDER BY at, number LIMIT ?3", from, to, max));
}

Status for_each_sale(Connection& conn, UtcTime from, UtcTime to,
                     const std::function<Status(const domain::Sale&)>& visit) {
  auto q = TRY(conn.query("SELECT id, bytes FROM sale WHERE at >= ?1 AND at < ?2 ORDER BY at, number", from, to));
  while (TRY(q.next())) {
    domain::Sale sale;
    sale.id = q.id(0);
    TRY(sale_from_bytes(q.blob(1), sale));
    TRY(visit(sale));
  }
  return {};
}

Result<std::vector<domain::Sale>> refunds_of(Connection& conn, const Id& sale) {
  return load_where<domain::Sale>(conn, "WHERE cites = ?1 ORDER BY at, number", [&](Query& q) { q.bind(1, sale); });
}

}  // namespace till::storage

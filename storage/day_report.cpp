#include "storage/day_report.hpp"

#include <algorithm>
#include <unordered_map>

namespace till::storage {

namespace {

constexpr const char* kSums =
    "sum(s.kind = 0), sum(s.kind = 1), sum(s.net), sum(s.tax), sum(s.total), sum(s.discount), sum(s.rounding), "
    "sum(s.due), sum(CASE WHEN s.kind = 1 THEN s.total ELSE 0 END)";

SalesTotals read_totals(const Query& q, int first) {
  return {q.integer(first),   q.integer(first + 1), q.money(first + 2), q.money(first + 3), q.money(first + 4),
          q.money(first + 5), q.money(first + 6),   q.money(first + 7), q.money(first + 8)};
}

// The rows of a sale (its tenders, taxes, lines) as `r`. Only a question about one till or shift needs the sale itself.
std::string rows_of(const char* table, const ReportRange& range) {
  if (!range.device && !range.shift) return std::string(" FROM ") + table + " r WHERE r.at >= ?1 AND r.at < ?2";
  return std::string(" FROM sale s JOIN ") + table +
         " r ON r.at = s.at AND r.sale = s.id WHERE s.at >= ?1 AND s.at < ?2";
}

std::string limits_of(const ReportRange& range) {
  return std::string(range.device ? " AND s.device = ?3" : "") + (range.shift ? " AND s.shift = ?4" : "");
}

Result<Query> ask(Connection& conn, const std::string& sql, const ReportRange& range) {
  auto q = TRY(conn.prepare(sql));
  q.bind(1, range.from);
  q.bind(2, range.to);
  if (range.device) q.bind(3, range.device);
  if (range.shift) q.bind(4, range.shift);
  return q;
}

std::string sales_of(const ReportRange& range) {
  return " FROM sale s WHERE s.at >= ?1 AND s.at < ?2" + limits_of(range);
}

}  // namespace

Result<SalesTotals> sales_totals(Connection& conn, const ReportRange& range) {
  auto q = TRY(ask(conn, std::string("SELECT ") + kSums + sales_of(range), range));
  return TRY(q.next()) ? read_totals(q, 0) : SalesTotals{};
}

Result<std::vector<TenderTotal>> tender_totals(Connection& conn, const ReportRange& range) {
  auto q = TRY(ask(conn,
                   "SELECT r.kind, count(*), sum(r.amount), sum(r.rounding)" + rows_of("sale_tender", range) +
                       limits_of(range) + " GROUP BY r.kind ORDER BY r.kind",
                   range));
  std::vector<TenderTotal> totals;
  while (TRY(q.next())) totals.push_back({q.as<domain::TenderKind>(0), q.integer(1), q.money(2), q.money(3)});
  return totals;
}

Result<std::vector<TaxTotal>> tax_totals(Connection& conn, const ReportRange& range) {
  auto q = TRY(ask(conn,
                   "SELECT r.code, max(r.name), r.rate_micro, sum(r.base), sum(r.amount)" + rows_of("sale_tax", range) +
                       limits_of(range) + " GROUP BY r.code, r.rate_micro ORDER BY r.code, r.rate_micro",
                   range));
  std::vector<TaxTotal> totals;
  while (TRY(q.next())) totals.push_back({q.text(0), q.text(1), q.integer(2), q.money(3), q.money(4)});
  return totals;
}

Result<std::vector<DayTotal>> day_totals(Connection& conn, const ReportRange& range, std::int64_t utc_offset_s) {
  const auto day = "(s.at + " + std::to_string(utc_offset_s * 1'000'000) + ") / 86400000000";
  auto q = TRY(ask(conn, "SELECT " + day + ", " + kSums + sales_of(range) + " GROUP BY 1 ORDER BY 1", range));
  std::vector<DayTotal> totals;
  while (TRY(q.next())) totals.push_back({q.integer(0), read_totals(q, 1)});
  return totals;
}

Result<std::vector<NamedTotal>> user_totals(Connection& conn, const ReportRange& range) {
  auto q = TRY(
      ask(conn,
          "SELECT s.user_name, count(*), sum(s.total)" + sales_of(range) + " GROUP BY s.user_name ORDER BY s.user_name",
          range));
  std::vector<NamedTotal> totals;
  while (TRY(q.next())) totals.push_back({q.text(0), q.integer(1), q.money(2)});
  return totals;
}

// Added up here: SQLite would sort a million rows to group them.
Result<std::vector<ItemTotal>> item_totals(Connection& conn, const ReportRange& range, std::size_t max) {
  auto q = TRY(ask(
      conn,
      "SELECT r.product, r.quantity, r.net, r.total, r.sku, r.name" + rows_of("sale_line", range) + limits_of(range),
      range));
  std::unordered_map<Id, ItemTotal> by_product;
  std::unordered_map<std::string, ItemTotal> by_name;
  while (TRY(q.next())) {
    const auto product = q.id(0);
    auto& item = product.is_nil() ? by_name[q.text(5)] : by_product[product];
    if (item.name.empty()) {
      item.product = product;
      item.sku = q.text(4);
      item.name = q.text(5);
    }
    item.quantity_milli += q.integer(1);
    item.net += q.money(2);
    item.total += q.money(3);
  }
  std::vector<ItemTotal> items;
  for (auto& entry : by_product) items.push_back(std::move(entry.second));
  for (auto& entry : by_name) items.push_back(std::move(entry.second));
  std::sort(items.begin(), items.end(), [](const ItemTotal& a, const ItemTotal& b) {
    return a.total != b.total ? a.total > b.total : a.name < b.name;
  });
  if (items.size() > max) items.resize(max);
  return items;
}

}  // namespace till::storage

#include "app/export.hpp"

#include <boost/json.hpp>

#include "app/csv.hpp"
#include "app/journal.hpp"
#include "app/shop_state.hpp"
#include "core/decimal.hpp"
#include "domain/pricing.hpp"
#include "storage/audit.hpp"
#include "storage/sales.hpp"
#include "storage/stock.hpp"
#include "storage/tables.hpp"

namespace till::app {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxRows = 10'000'000;

std::string_view lifecycle_word(domain::Lifecycle state) {
  return state == domain::Lifecycle::active ? "active" : state == domain::Lifecycle::archived ? "archived" : "deleted";
}
std::string_view unit_word(domain::SellUnit unit) {
  constexpr std::array<std::string_view, 4> words = {"piece", "kg", "l", "m"};
  return words[static_cast<std::size_t>(unit)];
}
std::string_view tender_word(domain::TenderKind kind) {
  constexpr std::array<std::string_view, 3> words = {"cash", "card", "voucher"};
  return words[static_cast<std::size_t>(kind)];
}

json::array taxes_to_json(const std::vector<domain::TaxAmount>& taxes, const domain::Currency& currency) {
  json::array out;
  for (const auto& tax : taxes) {
    out.push_back({{"code", tax.code},
                   {"name", tax.name},
                   {"rate", format_decimal_short(tax.rate_micro, 6)},
                   {"base", domain::format_money(tax.base, currency)},
                   {"amount", domain::format_money(tax.amount, currency)}});
  }
  return out;
}

json::object line_to_json(const domain::SaleLine& line, const domain::Currency& currency) {
  const auto money = [&](domain::Money m) { return domain::format_money(m, currency); };
  return {{"id", line.line_id},
          {"sku", line.sku},
          {"barcode", line.barcode},
          {"name", line.name},
          {"qty", domain::format_quantity(line.quantity)},
          {"unit", line.unit},
          {"unit_price", money(line.unit_price)},
          {"discount", money(line.discount)},
          {"document_discount", money(line.document_discount)},
          {"net", money(line.net)},
          {"taxes", taxes_to_json(line.taxes, currency)},
          {"total", money(line.total)},
          {"department", line.department},
          {"void", line.kind == domain::LineKind::void_of},
          {"cites_line", line.cites_line}};
}

json::object tender_to_json(const domain::Tender& tender, const domain::Currency& currency) {
  json::object out{{"kind", tender_word(tender.kind)},
                   {"amount", domain::format_money(tender.amount, currency)},
                   {"given", domain::format_money(tender.given, currency)}};
  if (!tender.reference.empty()) out["reference"] = tender.reference;
  if (!tender.brand.empty()) out["brand"] = tender.brand;
  if (!tender.last4.empty()) out["last4"] = tender.last4;
  return out;
}

template <class E, class ToJson>
Result<json::array> all_rows(storage::Connection& conn, ToJson&& to_json) {
  json::array rows;
  TRY(storage::for_each<E>(conn, [&](const E& entity) -> Status {
    if constexpr (requires { entity.lifecycle; }) {
      if (entity.lifecycle == domain::Lifecycle::deleted) return {};
    }
    rows.push_back(to_json(entity));
    return {};
  }));
  return rows;
}

Result<json::array> sales_rows(storage::Connection& conn, const ExportRange& range) {
  json::array rows;
  TRY(storage::for_each_sale(conn, range.from.value_or(UtcTime{0}), range.to.value_or(UtcTime{INT64_MAX}),
                             [&](const domain::Sale& sale) -> Status {
                               rows.push_back(sale_to_json(sale));
                               return {};
                             }));
  return rows;
}

Result<json::array> stock_rows(storage::Connection& conn) {
  json::array rows;
  for (const auto& level : TRY(storage::stock_levels(conn, 0, kMaxRows))) {
    rows.push_back({{"sku", level.sku},
                    {"name", level.name},
                    {"qty", format_decimal_short(level.level_milli, 3)},
                    {"low", level.low_stock_milli > 0 && level.level_milli <= level.low_stock_milli}});
  }
  return rows;
}

Result<json::array> audit_rows(storage::Connection& conn, const ExportRange& range) {
  json::array rows;
  const auto from = range.from.value_or(UtcTime{0});
  const auto to = range.to.value_or(UtcTime{INT64_MAX});
  TRY(storage::for_each<domain::AuditEntry>(conn, [&](const domain::AuditEntry& entry) -> Status {
    if (entry.at < from || entry.at >= to) return {};
    rows.push_back({{"device", to_string(entry.device)},
                    {"sequence", entry.sequence},
                    {"at", to_rfc3339(entry.at)},
                    {"user", entry.user_name},
                    {"approved_by", entry.approved_by},
                    {"action", entry.action},
                    {"subject", entry.subject},
                    {"detail", entry.detail}});
    return {};
  }));
  return rows;
}

json::object customer_to_json(const domain::Customer& c) {
  return {{"id", to_string(c.id)},      {"name", c.name},           {"phone", c.phone}, {"email", c.email},
          {"tax_number", c.tax_number}, {"card_code", c.card_code}, {"note", c.note}};
}

json::object user_to_json(const domain::User& user) {
  return {{"name", user.name}, {"role", domain::to_string(user.role)}, {"state", lifecycle_word(user.lifecycle)}};
}

Result<json::array> product_rows(storage::Connection& conn, const domain::Currency& currency) {
  std::map<Id, std::string> categories, taxes;
  for (const auto& category : TRY(storage::load_all<domain::Category>(conn))) categories[category.id] = category.name;
  for (const auto& tax : TRY(storage::load_all<domain::Tax>(conn))) taxes[tax.id] = tax.code;
  return all_rows<domain::Product>(conn, [&](const domain::Product& product) {
    auto row = product_to_json(product, currency);
    row["category"] = categories[product.category];
    std::string codes;
    for (const auto& tax : product.taxes) codes += (codes.empty() ? "" : "|") + taxes[tax];
    row["taxes"] = codes;
    return row;
  });
}

Result<json::array> rows_of(Shop& shop, storage::Connection& conn, const std::string& what, const ExportRange& range) {
  if (what == "products") return product_rows(conn, shop.currency());
  if (what == "sales") return sales_rows(conn, range);
  if (what == "customers") return all_rows<domain::Customer>(conn, customer_to_json);
  if (what == "users") return all_rows<domain::User>(conn, user_to_json);
  if (what == "stock") return stock_rows(conn);
  if (what == "settings")
    return all_rows<domain::Setting>(conn, [](const domain::Setting& s) {
      return json::object{{"key", s.key}, {"value", s.value}};
    });
  if (what == "audit") return audit_rows(conn, range);
  return invalid("cannot export '" + what + "'; choose products, sales, customers, users, stock, settings or audit");
}

std::string csv_field(const json::value& value) {
  if (value.is_string()) return std::string(value.as_string());
  if (value.is_bool()) return value.as_bool() ? "yes" : "no";
  return json::serialize(value);
}

}  // namespace

json::object product_to_json(const domain::Product& p, const domain::Currency& currency) {
  std::string more;
  for (std::size_t i = 1; i < p.barcodes.size(); ++i) more += (i == 1 ? "" : "|") + p.barcodes[i];
  json::object out{{"id", to_string(p.id)},
                   {"sku", p.sku},
                   {"name", p.name},
                   {"barcode", p.barcodes.empty() ? std::string() : p.barcodes.front()},
                   {"more_barcodes", more},
                   {"price", domain::format_money(p.price, currency)},
                   {"unit", unit_word(p.unit)},
                   {"special_price", p.has_special ? domain::format_money(p.special_price, currency) : std::string()},
                   {"available", p.available},
                   {"track_stock", p.track_stock},
                   {"low_stock", format_decimal_short(p.low_stock_milli, 3)},
                   {"minimum_age", p.minimum_age},
                   {"state", lifecycle_word(p.lifecycle)}};
  return out;
}

json::object sale_to_json(const domain::Sale& sale) {
  const auto money = [&](domain::Money m) { return domain::format_money(m, sale.currency); };
  json::array lines, tenders;
  for (const auto& line : sale.lines) lines.push_back(line_to_json(line, sale.currency));
  for (const auto& tender : sale.tenders) tenders.push_back(tender_to_json(tender, sale.currency));
  return {{"id", to_string(sale.id)},
          {"kind", sale.kind == domain::SaleKind::refund ? "refund" : "sale"},
          {"receipt", sale.receipt},
          {"series", sale.series},
          {"number", sale.number},
          {"at", to_rfc3339(sale.at)},
          {"terminal", sale.terminal},
          {"user", sale.user_name},
          {"customer", sale.customer_name},
          {"currency", sale.currency.code},
          {"lines", std::move(lines)},
          {"taxes", taxes_to_json(sale.taxes, sale.currency)},
          {"net", money(sale.net)},
          {"tax", money(sale.tax)},
          {"total", money(sale.total)},
          {"discount", money(sale.discount)},
          {"rounding", money(sale.rounding)},
          {"due", money(sale.due)},
          {"paid", money(sale.paid)},
          {"change", money(sale.change)},
          {"tenders", std::move(tenders)},
          {"cites", sale.cites_receipt},
          {"note", sale.note}};
}

Result<json::array> export_rows(Shop& shop, const Actor& actor, const std::string& what, const ExportRange& range) {
  TRY(require_right(shop, actor, what == "audit" ? domain::Right::audit_view : domain::Right::export_data, what));
  auto& state = shop.state();
  auto rows = TRY(state.db->read([&](storage::Connection& conn) { return rows_of(shop, conn, what, range); }));
  journal_alone(state, actor, {"export", what, std::to_string(rows.size()) + " rows"});
  return rows;
}

std::string to_csv(const json::array& rows) {
  CsvWriter csv;
  if (rows.empty()) return {};
  std::vector<std::string> heading;
  for (const auto& [key, value] : rows.front().as_object()) heading.emplace_back(key);
  csv.row(heading);
  for (const auto& row : rows) {
    std::vector<std::string> fields;
    for (const auto& key : heading) {
      const auto* value = row.as_object().if_contains(key);
      fields.push_back(value == nullptr ? std::string() : csv_field(*value));
    }
    csv.row(fields);
  }
  return csv.take();
}

}  // namespace till::app

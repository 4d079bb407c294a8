#include "app/data/document_rows.hpp"

#include <array>

#include "core/decimal.hpp"
#include "core/text.hpp"

namespace till::app {
namespace {

namespace json = boost::json;

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
          {"name", mask_card_numbers(line.name)},
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

}  // namespace

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
          {"customer", mask_card_numbers(sale.customer_name)},
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
          {"note", mask_card_numbers(sale.note)}};
}

json::array sale_lines_to_json(const domain::Sale& sale) {
  const auto money = [&](domain::Money m) { return domain::format_money(m, sale.currency); };
  json::array rows;
  for (const auto& line : sale.lines) {
    domain::Money tax;
    for (const auto& part : line.taxes) tax.minor += part.amount.minor;
    rows.push_back(json::object{{"receipt", sale.receipt},
                                {"at", to_rfc3339(sale.at)},
                                {"terminal", sale.terminal},
                                {"user", sale.user_name},
                                {"kind", sale.kind == domain::SaleKind::refund ? "refund" : "sale"},
                                {"sku", line.sku},
                                {"name", mask_card_numbers(line.name)},
                                {"qty", domain::format_quantity(line.quantity)},
                                {"unit", line.unit},
                                {"unit_price", money(line.unit_price)},
                                {"discount", money(line.discount)},
                                {"net", money(line.net)},
                                {"tax", money(tax)},
                                {"total", money(line.total)},
                                {"currency", sale.currency.code}});
  }
  return rows;
}

}  // namespace till::app

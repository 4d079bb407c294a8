#include "domain/sale_builder.hpp"

#include <fmt/format.h>

#include "core/text.hpp"

namespace till::domain {
namespace {

TaxAmount tax_amount(const PricedTax& priced, const PriceRequest& request) {
  const Tax& tax = request.taxes[priced.tax];
  return {tax.id, tax.code, tax.name.empty() ? tax.code : tax.name, tax.rate_micro, priced.base, priced.amount};
}

void fill_line(SaleLine& line, const LineToPrice& asked, const PricedLine& priced, const PriceRequest& request) {
  line.line_id = priced.id;
  line.quantity = asked.quantity;
  line.discount += priced.discount;
  line.document_discount = priced.document_discount;
  line.net = priced.net;
  line.total = priced.total;
  line.taxes.clear();
  for (const auto& tax : priced.taxes) line.taxes.push_back(tax_amount(tax, request));
}

Money sum_of(const std::vector<TaxAmount>& taxes) {
  Money sum;
  for (const auto& tax : taxes) sum += tax.amount;
  return sum;
}

Status check_lines(const Sale& sale) {
  Money net, total, discount;
  std::vector<TaxAmount> taxes;
  for (const auto& line : sale.lines) {
    if (line.net + sum_of(line.taxes) != line.total)
      return corrupt(fmt::format("line '{}' of receipt {} does not add up", line.line_id, sale.receipt));
    net += line.net;
    total += line.total;
    discount += line.document_discount;
    taxes.insert(taxes.end(), line.taxes.begin(), line.taxes.end());
  }
  if (net != sale.net || total != sale.total || discount != sale.discount)
    return corrupt(fmt::format("the lines of receipt {} do not add up to its total", sale.receipt));
  for (const auto& tax : sale.taxes) {
    Money amount;
    for (const auto& part : taxes)
      if (part.code == tax.code) amount += part.amount;
    if (amount != tax.amount)
      return corrupt(fmt::format("tax {} of receipt {} does not add up", tax.code, sale.receipt));
  }
  return {};
}

}  // namespace

Status check_sale(const Sale& sale) {
  TRY(check_lines(sale));
  const auto wrong = [&](std::string_view what) {
    return corrupt(fmt::format("{} of receipt {} does not add up", what, sale.receipt));
  };
  if (sale.net + sale.tax != sale.total || sum_of(sale.taxes) != sale.tax) return wrong("the tax");
  if (sale.total + sale.rounding != sale.due || sale.paid != sale.due) return wrong("what was paid");
  Money amount, rounding, change;
  for (const auto& tender : sale.tenders) {
    amount += tender.amount;
    rounding += tender.rounding;
    change += tender.given - tender.amount;
  }
  if (amount != sale.paid || rounding != sale.rounding || change != sale.change) return wrong("the tenders");
  return {};
}

Result<Sale> build_sale(Sale header, const PriceRequest& request, const PricedDocument& priced,
                        std::vector<SaleLine> described, const Settlement& settlement) {
  if (priced.lines.empty()) return invalid("there is nothing on the ticket; add an item first");
  if (!settlement.complete())
    return invalid(
        fmt::format("{} is still to be paid; add a tender", format_money(settlement.remaining, request.currency)));
  if (described.size() != priced.lines.size() || request.lines.size() != priced.lines.size())
    return invalid("the lines and their prices do not belong together; price the ticket again");
  Sale sale = std::move(header);
  sale.currency = request.currency;
  sale.tax_rounding = request.tax_rounding == TaxRounding::line ? "line" : "document";
  sale.lines = std::move(described);
  for (std::size_t i = 0; i < sale.lines.size(); ++i)
    fill_line(sale.lines[i], request.lines[i], priced.lines[i], request);
  sale.taxes.clear();
  for (const auto& tax : priced.taxes) sale.taxes.push_back(tax_amount(tax, request));
  sale.net = priced.net;
  sale.tax = priced.tax;
  sale.total = priced.total;
  sale.discount = priced.document_discount;
  sale.rounding = settlement.rounding;
  sale.due = settlement.due;
  sale.paid = settlement.paid;
  sale.change = settlement.change;
  sale.tenders = settlement.tenders;
  sale.note = mask_card_numbers(sale.note);
  TRY(check_sale(sale));
  return sale;
}

}  // namespace till::domain

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "core/decimal.hpp"
#include "domain/basket.hpp"
#include "domain/rational.hpp"
#include "domain/sale_builder.hpp"

namespace till::domain {
namespace {

std::string_view unit_name(SellUnit unit) {
  switch (unit) {
    case SellUnit::piece:
      return "";
    case SellUnit::kilogram:
      return "kg";
    case SellUnit::litre:
      return "l";
    case SellUnit::metre:
      return "m";
  }
  return "";
}

// Half away from zero; the basket refuses what does not fit before it is ever shown.
Money at_price(std::int64_t unit_price_micro, Quantity quantity, const Currency& currency) {
  const Rational amount = ratio(unit_price_micro, 1'000'000) * minor_per_main(currency) * ratio(quantity.milli, 1000);
  return {round_half_away(amount).value_or(0)};
}

// What `pieces` of it cost together; mirrors for returns.
Money group_price(const BasketLine& line, std::int64_t pieces, const Currency& currency) {
  if (pieces < 0) return -group_price(line, -pieces, currency);
  const auto groups = pieces / line.quantity_price.pieces, rest = pieces % line.quantity_price.pieces;
  return Money{groups * line.quantity_price.price.minor} + at_price(line.unit_price_micro, {rest * 1000}, currency);
}

Money saved_on(const BasketLine& line, const PricedLine& priced, const Currency& currency) {
  if (line.has_label) return {};
  const Money list = at_price(line.list_price_micro, line.quantity, currency);
  return list - priced.gross;
}

std::string detail_of(const BasketLine& line, const Currency& currency) {
  const auto price = format_unit_price(line.unit_price_micro, currency);
  if (line.unit != SellUnit::piece)
    return fmt::format("{} {} x {}", format_quantity(line.quantity), unit_name(line.unit), price);
  if (std::abs(line.quantity.milli) == 1000) return {};
  return fmt::format("{} x {}", format_quantity(line.quantity), price);
}

std::string discount_text(const Discount& discount, const Currency& currency) {
  if (discount.kind == Discount::Kind::percent)
    return fmt::format("-{} %", format_decimal_short(discount.percent_micro, 6));
  if (discount.kind == Discount::Kind::amount) return "-" + format_money(discount.amount, currency);
  return {};
}

}  // namespace

PriceRequest Basket::request() const {
  PriceRequest out;
  out.currency = rules_.currency;
  out.tax_rounding = rules_.tax_rounding;
  for (const auto& tax : taxes_) out.taxes.push_back(tax.tax);
  std::map<Id, std::int64_t> pieces;  // of a product with a quantity price, so far
  for (const auto& line : lines_) {
    LineToPrice priced{line.line_id, line.quantity, line.unit_price_micro, {}, std::nullopt, line.discount};
    for (const auto& id : line.taxes)
      for (std::size_t i = 0; i < taxes_.size(); ++i)
        if (taxes_[i].tax.id == id) priced.taxes.push_back(i);
    if (line.has_label) {
      priced.amount = line.label_total;
    } else if (line.quantity_price.pieces > 0) {
      auto& count = pieces[line.product];
      const auto before = count;
      count += line.quantity.milli / 1000;
      priced.amount = group_price(line, count, rules_.currency) - group_price(line, before, rules_.currency);
    }
    out.lines.push_back(std::move(priced));
  }
  return out;
}

// An amount off the document is held to what there is, so that a void is never refused because of it.
Status Basket::reprice() {
  auto asked = request();
  priced_ = TRY(domain::price(asked));
  auto discount = document_discount_;
  if (discount.kind == Discount::Kind::amount)
    discount.amount.minor = std::min(discount.amount.minor, std::abs(priced_.total.minor));
  if (discount.kind == Discount::Kind::none) return {};
  asked.discount = discount;
  priced_ = TRY(domain::price(asked));
  return {};
}

Status Basket::restore() {
  if (lines_.size() > kMaxLines || taxes_.size() > kMaxLines) return corrupt("the stored basket has too many lines");
  for (const auto& line : lines_) {
    if (line.quantity_price.pieces < 0 || line.quantity_price.pieces > kMaxQuantity.milli)
      return corrupt("the stored basket has an impossible quantity price");
    for (const auto& id : line.taxes)
      if (std::none_of(taxes_.begin(), taxes_.end(), [&](const BasketTax& t) { return t.tax.id == id; }))
        return corrupt("the stored basket names a tax that it does not have");
  }
  return reprice();
}

Money Basket::saved() const {
  Money sum;
  for (std::size_t i = 0; i < lines_.size(); ++i) sum += saved_on(lines_[i], priced_.lines[i], rules_.currency);
  return sum;
}

std::int32_t Basket::minimum_age() const {
  std::int32_t age = 0;
  for (const auto& line : lines_)
    if (!line.is_void() && line.left().milli > 0) age = std::max(age, line.minimum_age);
  return age;
}

std::vector<TicketLine> Basket::ticket() const {
  std::vector<TicketLine> out;
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    const auto& line = lines_[i];
    const auto& priced = priced_.lines[i];
    TicketLine shown;
    shown.line_id = line.line_id;
    shown.name = line.name;
    shown.quantity = line.quantity;
    shown.unit = unit_name(line.unit);
    shown.unit_price_micro = line.unit_price_micro;
    shown.total = priced.total + priced.document_discount;
    shown.saved = saved_on(line, priced, rules_.currency);
    shown.discount = priced.discount;
    shown.is_void = line.is_void();
    shown.is_return = line.is_return();
    shown.is_deposit = line.kind == LineKind::deposit;
    shown.taken_back = !line.is_void() && line.left().milli == 0;
    shown.detail = detail_of(line, rules_.currency);
    if (const auto off = discount_text(line.discount, rules_.currency); !off.empty())
      shown.detail += shown.detail.empty() ? off : "  " + off;
    out.push_back(std::move(shown));
  }
  return out;
}

Result<Settlement> Basket::settle(const std::vector<TenderRequest>& tenders) const {
  return domain::settle(priced_.total, tenders, rules_.cash_rounding, rules_.currency);
}

Result<Sale> Basket::to_sale(Sale header, const std::vector<TenderRequest>& tenders) const {
  const auto kept = [](const BasketLine& line) { return !line.is_void() && line.left().milli != 0; };
  if (std::none_of(lines_.begin(), lines_.end(), kept))
    return invalid("there is nothing on the ticket; add an item, or cancel the sale");
  const auto settlement = TRY(settle(tenders));
  std::vector<SaleLine> described;
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    const auto& line = lines_[i];
    SaleLine out;
    out.line_id = line.line_id;
    out.kind = line.kind;
    out.product = line.product;
    out.sku = line.sku;
    out.barcode = line.barcode;
    out.name = line.name;
    out.unit = unit_name(line.unit);
    out.unit_price = at_price(line.unit_price_micro, {1000}, rules_.currency);
    out.list_price = at_price(line.list_price_micro, {1000}, rules_.currency);
    if (line.quantity_price.pieces > 0 && !line.has_label)
      out.discount = at_price(line.unit_price_micro, line.quantity, rules_.currency) - priced_.lines[i].gross;
    out.department = line.department;
    out.cites_line = line.cites_line;
    out.approved_by = line.approved_by;
    described.push_back(std::move(out));
  }
  header.customer = customer_;
  header.customer_name = customer_name_;
  header.order = order_;
  if (header.note.empty()) header.note = note_;
  return build_sale(std::move(header), request(), priced_, std::move(described), settlement);
}

}  // namespace till::domain

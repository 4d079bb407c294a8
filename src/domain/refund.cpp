#include "domain/refund.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "domain/rational.hpp"
#include "domain/sale_builder.hpp"

namespace till::domain {
namespace {

// The amounts of a line, or of a part of it; all of one sign.
struct Amounts {
  Quantity quantity{0};
  Money discount, document_discount, net, total;
  std::vector<TaxAmount> taxes;
};

void add_taxes(std::vector<TaxAmount>& sum, const std::vector<TaxAmount>& taxes, std::int64_t sign) {
  for (const auto& tax : taxes) {
    auto at = std::find_if(sum.begin(), sum.end(),
                           [&](const TaxAmount& t) { return t.code == tax.code && t.tax == tax.tax; });
    if (at == sum.end()) at = sum.insert(sum.end(), TaxAmount{tax.tax, tax.code, tax.name, tax.rate_micro, {}, {}});
    at->base.minor += sign * tax.base.minor;
    at->amount.minor += sign * tax.amount.minor;
  }
}

void add_line(Amounts& sum, const SaleLine& line, std::int64_t sign) {
  sum.quantity.milli += sign * line.quantity.milli;
  sum.discount.minor += sign * line.discount.minor;
  sum.document_discount.minor += sign * line.document_discount.minor;
  sum.net.minor += sign * line.net.minor;
  sum.total.minor += sign * line.total.minor;
  add_taxes(sum.taxes, line.taxes, sign);
}

bool can_come_back(const SaleLine& line) {
  return line.kind != LineKind::void_of && line.quantity.milli > 0;
}

// The line with what void lines took off it.
Amounts sold(const Sale& sale, const SaleLine& line) {
  Amounts out;
  add_line(out, line, 1);
  for (const auto& other : sale.lines)
    if (other.kind == LineKind::void_of && other.cites_line == line.line_id) add_line(out, other, 1);
  return out;
}

Amounts came_back(const std::vector<Sale>& earlier, const std::string& line_id, const std::vector<TaxAmount>& taxes) {
  Amounts out;
  add_taxes(out.taxes, taxes, 0);  // the same taxes in the same order
  for (const auto& refund : earlier)
    for (const auto& line : refund.lines)
      if (line.cites_line == line_id) add_line(out, line, -1);
  return out;
}

// What has come back once `upto` of `whole` has: half away from zero, and exactly everything at the end.
Money until(Money amount, Quantity upto, Quantity whole) {
  return {round_half_away(Rational(amount.minor) * ratio(upto.milli, whole.milli)).value_or(amount.minor)};
}

// As a refund's line: everything negative.
SaleLine part_of(const SaleLine& line, const Amounts& whole, const Amounts& back, Quantity quantity) {
  const Quantity upto{back.quantity.milli + quantity.milli};
  const auto part = [&](Money all, Money so_far) { return so_far - until(all, upto, whole.quantity); };
  SaleLine out = line;
  out.quantity = -quantity;
  out.discount = part(whole.discount, back.discount);
  out.document_discount = part(whole.document_discount, back.document_discount);
  out.total = part(whole.total, back.total);
  out.net = out.total;
  out.taxes = whole.taxes;
  for (std::size_t i = 0; i < out.taxes.size(); ++i) {
    out.taxes[i].base = part(whole.taxes[i].base, back.taxes[i].base);
    out.taxes[i].amount = part(whole.taxes[i].amount, back.taxes[i].amount);
    out.net -= out.taxes[i].amount;
  }
  out.cites_line = line.line_id;
  return out;
}

class Refunding {
 public:
  Refunding(const Sale& sale, const std::vector<Sale>& earlier, const RefundRequest& request)
      : sale_(sale), earlier_(earlier), request_(request) {}

  Result<Sale> make(Sale header) {
    if (sale_.kind != SaleKind::sale)
      return invalid(fmt::format("receipt {} is itself a refund and cannot be refunded", sale_.receipt));
    out_ = std::move(header);
    TRY(check_parts());
    for (const auto& line : sale_.lines) TRY(take(line));
    if (out_.lines.empty())
      return invalid(fmt::format("everything of receipt {} has been refunded already", sale_.receipt));
    describe();
    sum_up();
    TRY(pay_back());
    TRY(check_sale(out_));
    return std::move(out_);
  }

 private:
  Status check_parts() const {
    std::set<std::string> seen;
    for (const auto& part : request_.parts) {
      if (!seen.insert(part.line_id).second)
        return invalid(fmt::format("line '{}' is named twice; name it once", part.line_id));
      if (part.quantity.milli <= 0)
        return invalid(fmt::format("line '{}': give the quantity that comes back, above zero", part.line_id));
      const auto line = std::find_if(sale_.lines.begin(), sale_.lines.end(),
                                     [&](const SaleLine& l) { return l.line_id == part.line_id; });
      if (line == sale_.lines.end())
        return invalid(
            fmt::format("receipt {} has no line '{}'; look at the receipt for its lines", sale_.receipt, part.line_id));
      if (!can_come_back(*line))
        return invalid(fmt::format("line '{}' was not sold, so it cannot be refunded", part.line_id));
    }
    return {};
  }

  Status take(const SaleLine& line) {
    if (!can_come_back(line)) return {};
    const auto whole = sold(sale_, line);
    const auto back = came_back(earlier_, line.line_id, whole.taxes);
    const Quantity left{std::max<std::int64_t>(0, whole.quantity.milli - back.quantity.milli)};
    const auto part = std::find_if(request_.parts.begin(), request_.parts.end(),
                                   [&](const RefundPart& p) { return p.line_id == line.line_id; });
    const bool named = part != request_.parts.end();
    const auto quantity = named ? part->quantity : request_.parts.empty() ? left : Quantity{0};
    if (quantity > left)
      return invalid(left.milli == 0
                         ? fmt::format("'{}' has been refunded already", line.name)
                         : fmt::format("only {} of '{}' can still be refunded", format_quantity(left), line.name));
    if (line.unit.empty() && quantity.milli % 1000 != 0 && quantity != left)
      return invalid(fmt::format("'{}' is sold by the piece; give a whole quantity", line.name));
    complete_ = complete_ && quantity == left;
    if (quantity.milli == 0) return {};
    out_.lines.push_back(part_of(line, whole, back, quantity));
    out_.lines.back().line_id = std::to_string(out_.lines.size());
    out_.lines.back().approved_by = request_.approved_by;
    return {};
  }

  void describe() {
    out_.kind = SaleKind::refund;
    out_.customer = sale_.customer;
    out_.customer_name = sale_.customer_name;
    out_.currency = sale_.currency;
    out_.tax_rounding = sale_.tax_rounding;
    out_.cites = sale_.id;
    out_.cites_receipt = sale_.receipt;
    out_.note = request_.note;
  }

  void sum_up() {
    out_.taxes.clear();
    out_.net = out_.tax = out_.total = out_.discount = {};
    for (const auto& line : out_.lines) {
      out_.net += line.net;
      out_.total += line.total;
      out_.discount += line.document_discount;
      add_taxes(out_.taxes, line.taxes, 1);
    }
    for (const auto& tax : out_.taxes) out_.tax += tax.amount;
  }

  // Of the sale's own cash rounding, what has not come back yet; mirrored.
  [[nodiscard]] Money rounding_left() const {
    Money left = sale_.rounding;
    for (const auto& refund : earlier_) left += refund.rounding;
    return -left;
  }

  // Amounts are negative: paid out.
  [[nodiscard]] std::vector<TenderRequest> as_it_was_paid(Money due) const {
    std::vector<TenderRequest> out;
    auto left = -due.minor;
    for (const auto kind : {TenderKind::card, TenderKind::voucher}) {
      const Tender* like = nullptr;
      std::int64_t paid = 0;
      for (const auto& tender : sale_.tenders)
        if (tender.kind == kind) paid += tender.amount.minor, like = &tender;
      for (const auto& refund : earlier_)
        for (const auto& tender : refund.tenders)
          if (tender.kind == kind) paid += tender.amount.minor;
      const auto amount = std::min(left, paid);
      if (like == nullptr || amount <= 0) continue;
      out.push_back({kind, Money{-amount}, like->reference, like->brand, like->last4});
      left -= amount;
    }
    if (left > 0) out.push_back({TenderKind::cash, std::nullopt, {}, {}, {}});
    return out;
  }

  Status pay_back() {
    auto fixed = complete_ ? rounding_left() : Money{};
    if ((out_.total + fixed).minor > 0) fixed = {};
    const Money due = out_.total + fixed;
    const auto tenders = request_.tenders.empty() ? as_it_was_paid(due) : request_.tenders;
    const auto rule = complete_ ? std::optional<CashRounding>{} : request_.cash_rounding;
    auto settled = TRY(settle(due, tenders, rule, sale_.currency));
    if (!settled.complete())
      return invalid(
          fmt::format("{} is still to be paid out; add a tender", format_money(-settled.remaining, sale_.currency)));
    if (fixed.minor != 0) place_rounding(fixed, settled);
    out_.rounding = settled.rounding;
    out_.due = settled.due;
    out_.paid = settled.paid;
    out_.change = settled.change;
    out_.tenders = std::move(settled.tenders);
    return {};
  }

  // On the cash that is paid out, or on the last tender when there is none.
  static void place_rounding(Money rounding, Settlement& settled) {
    settled.rounding += rounding;
    auto at = std::find_if(settled.tenders.rbegin(), settled.tenders.rend(),
                           [](const Tender& t) { return t.kind == TenderKind::cash; });
    if (at == settled.tenders.rend()) at = settled.tenders.rbegin();
    if (at != settled.tenders.rend()) at->rounding += rounding;
  }

  const Sale& sale_;
  const std::vector<Sale>& earlier_;
  const RefundRequest& request_;
  Sale out_;
  bool complete_ = true;  // nothing of the sale is left after this
};

}  // namespace

std::vector<RefundableLine> refundable(const Sale& sale, const std::vector<Sale>& earlier) {
  std::vector<RefundableLine> out;
  if (sale.kind != SaleKind::sale) return out;
  for (const auto& line : sale.lines) {
    if (!can_come_back(line)) continue;
    const auto whole = sold(sale, line);
    const auto back = came_back(earlier, line.line_id, whole.taxes);
    const auto left = std::max<std::int64_t>(0, whole.quantity.milli - back.quantity.milli);
    out.push_back({line.line_id, line.name, {left}, left == 0 ? Money{} : whole.total - back.total});
  }
  return out;
}

Result<Sale> make_refund(const Sale& sale, const std::vector<Sale>& earlier, const RefundRequest& request,
                         Sale header) {
  return Refunding(sale, earlier, request).make(std::move(header));
}

}  // namespace till::domain

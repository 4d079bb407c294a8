#include "domain/shift_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace till::domain {
namespace {

template <class Row, class Same>
Row& row_for(std::vector<Row>& rows, Same&& same, Row fresh) {
  const auto it = std::find_if(rows.begin(), rows.end(), same);
  if (it != rows.end()) return *it;
  return rows.emplace_back(std::move(fresh));
}

void add_events(const std::vector<ShiftEvent>& events, ShiftTotals& out) {
  const ShiftEvent* counted = nullptr;
  for (const auto& event : events) {
    switch (event.kind) {
      case ShiftEventKind::opened:
        out.shift = event.shift;
        out.terminal = event.terminal;
        out.opened_by = event.user_name;
        out.opened_at = event.at;
        out.float_amount = event.amount;
        break;
      case ShiftEventKind::moved:
        (event.amount.minor >= 0 ? out.cash_in_count : out.cash_out_count) += 1;
        if (event.amount.minor >= 0) out.cash_in += event.amount;
        if (event.amount.minor < 0) out.cash_out -= event.amount;
        break;
      case ShiftEventKind::counted:
        if (counted == nullptr || (counted->kind == ShiftEventKind::counted && counted->at <= event.at))
          counted = &event;
        break;
      case ShiftEventKind::closed:
        counted = &event;
        out.closed_by = event.user_name;
        out.closed_at = event.at;
        out.z_number = event.z_number;
        break;
      case ShiftEventKind::no_sale:
        out.no_sale_count += 1;
        break;
    }
  }
  out.has_count = counted != nullptr;
  if (counted != nullptr) out.counted_cash = counted->amount;
}

void add_lines(const Sale& sale, ShiftTotals& out) {
  if (sale.discount.minor != 0) out.discount_count += 1, out.discounts += sale.discount;
  for (const auto& line : sale.lines) {
    if (line.kind == LineKind::void_of) {
      out.void_count += 1;
      out.voids -= line.total;
    }
    if (line.discount.minor != 0) {
      out.discount_count += line.kind == LineKind::void_of ? 0 : 1;
      out.discounts += line.discount;
    }
    if (line.taxes.empty()) out.untaxed += line.net;
  }
}

void add_tenders(const Sale& sale, ShiftTotals& out) {
  for (const auto& tender : sale.tenders) {
    auto& row = row_for(
        out.tenders, [&](const TenderSum& r) { return r.kind == tender.kind; }, TenderSum{tender.kind, 0, {}});
    row.count += 1;
    row.amount += tender.amount;
  }
}

void add_sale(const Sale& sale, ShiftTotals& out) {
  const bool refund = sale.kind == SaleKind::refund;
  (refund ? out.refund_count : out.sale_count) += 1;
  if (refund) out.refunds -= sale.total;
  if (!refund) out.sales += sale.total;
  out.net += sale.net;
  out.tax += sale.tax;
  out.rounding += sale.rounding;
  add_lines(sale, out);
  add_tenders(sale, out);
  for (const auto& tax : sale.taxes) {
    auto& row = row_for(
        out.taxes, [&](const TaxSum& r) { return r.code == tax.code && r.rate_micro == tax.rate_micro; },
        TaxSum{tax.code, tax.name, tax.rate_micro, {}, {}});
    row.base += tax.base;
    row.amount += tax.amount;
  }
  auto& user = row_for(
      out.users, [&](const UserSum& r) { return r.user_name == sale.user_name; }, UserSum{sale.user_name, 0, {}});
  user.count += 1;
  user.amount += sale.total;
}

void sort_rows(ShiftTotals& out) {
  std::sort(out.tenders.begin(), out.tenders.end(), [](const auto& a, const auto& b) { return a.kind < b.kind; });
  std::sort(out.taxes.begin(), out.taxes.end(), [](const auto& a, const auto& b) {
    return std::tie(a.code, a.rate_micro) < std::tie(b.code, b.rate_micro);
  });
  std::sort(out.users.begin(), out.users.end(), [](const auto& a, const auto& b) { return a.user_name < b.user_name; });
}

void name_receipts(const std::vector<Sale>& sales, ShiftTotals& out) {
  const auto order = [](const Sale& a, const Sale& b) { return std::tie(a.at, a.number) < std::tie(b.at, b.number); };
  out.receipt_count = static_cast<std::int64_t>(sales.size());
  if (sales.empty()) return;
  out.first_receipt = std::min_element(sales.begin(), sales.end(), order)->receipt;
  out.last_receipt = std::max_element(sales.begin(), sales.end(), order)->receipt;
}

std::string_view name_of(TenderKind kind, const PaperWords& words) {
  switch (kind) {
    case TenderKind::cash:
      return words.cash;
    case TenderKind::card:
      return words.card;
    case TenderKind::voucher:
      return words.voucher;
  }
  return "?";
}

class Report {
 public:
  Report(const ShiftTotals& totals, const ReceiptSettings& settings) : totals_(totals), settings_(settings) {}

  PaperDocument make(UtcTime printed_at) {
    header(printed_at);
    turnover();
    taxes();
    tenders();
    drawer();
    counters();
    return std::move(paper_);
  }

 private:
  [[nodiscard]] std::string money(Money amount) const { return display_money(amount, totals_.currency); }
  void amount(const std::string& name, Money value, bool bold = false) { paper_.columns(name, money(value), bold); }
  void counted(const std::string& name, std::int64_t count, Money value) {
    paper_.columns(fmt::format("{} ({})", name, count), money(value));
  }

  void header(UtcTime printed_at) {
    paper_.text(totals_.z_number > 0 ? fmt::format("Z REPORT {}", totals_.z_number) : "X REPORT", Align::centre, true,
                2);
    if (!settings_.shop_name.empty()) paper_.text(settings_.shop_name, Align::centre);
    if (!settings_.tax_number.empty())
      paper_.text(settings_.words.tax_number + " " + settings_.tax_number, Align::centre);
    paper_.columns("Till", totals_.terminal);
    paper_.columns("Opened", to_local(totals_.opened_at) + " " + totals_.opened_by);
    if (totals_.closed_at.us != 0) paper_.columns("Closed", to_local(totals_.closed_at) + " " + totals_.closed_by);
    paper_.columns("Printed", to_local(printed_at));
    paper_.columns("Currency", totals_.currency.code);
    paper_.rule();
  }

  void turnover() {
    counted("Sales", totals_.sale_count, totals_.sales);
    counted("Refunds", totals_.refund_count, -totals_.refunds);
    amount("Turnover", totals_.turnover, true);
    amount("Net", totals_.net);
    amount("Tax", totals_.tax);
    amount("Cash rounding", totals_.rounding);
    counted("Discounts given", totals_.discount_count, totals_.discounts);
    counted("Voids", totals_.void_count, totals_.voids);
    for (const auto& user : totals_.users)
      counted(user.user_name.empty() ? "Nobody" : user.user_name, user.count, user.amount);
    paper_.rule();
  }

  void taxes() {
    for (const auto& tax : totals_.taxes) {
      amount(tax.name + " net", tax.base);
      amount(tax.name + " tax", tax.amount);
    }
    amount("Without tax", totals_.untaxed);
    paper_.rule();
  }

  void tenders() {
    for (const auto& tender : totals_.tenders)
      counted(std::string(name_of(tender.kind, settings_.words)), tender.count, tender.amount);
    paper_.rule();
  }

  void drawer() {
    amount("Float", totals_.float_amount);
    counted("Cash in", totals_.cash_in_count, totals_.cash_in);
    counted("Cash out", totals_.cash_out_count, -totals_.cash_out);
    amount("Expected cash", totals_.expected_cash, true);
    if (totals_.has_count) {
      amount("Counted cash", totals_.counted_cash, true);
      amount("Difference", totals_.difference, true);
    }
    paper_.rule();
  }

  void counters() {
    paper_.columns("Drawer opened without sale", std::to_string(totals_.no_sale_count));
    paper_.columns("Receipts", std::to_string(totals_.receipt_count));
    paper_.columns("Copies", std::to_string(totals_.copy_count));
    if (!totals_.first_receipt.empty()) paper_.columns("From " + totals_.first_receipt, "to " + totals_.last_receipt);
    amount("Grand total", totals_.grand_total, true);
    if (!totals_.journal.empty()) paper_.columns("Journal", totals_.journal);
    paper_.feed();
  }

  const ShiftTotals& totals_;
  const ReceiptSettings& settings_;
  PaperDocument paper_;
};

}  // namespace

Result<ShiftTotals> shift_totals(const ShiftReportInput& input) {
  const auto opened = [](const ShiftEvent& event) { return event.kind == ShiftEventKind::opened; };
  if (std::none_of(input.events.begin(), input.events.end(), opened))
    return invalid("no shift is open; open one first");
  ShiftTotals out;
  out.currency = input.currency;
  add_events(input.events, out);
  for (const auto& sale : input.sales) add_sale(sale, out);
  out.turnover = out.sales - out.refunds;
  Money cash;
  for (const auto& tender : out.tenders)
    if (tender.kind == TenderKind::cash) cash = tender.amount;
  out.expected_cash = out.float_amount + cash + out.cash_in - out.cash_out;
  out.difference = out.has_count ? out.counted_cash - out.expected_cash : Money{};
  out.copy_count = input.copy_count;
  out.grand_total = input.grand_total_before + out.turnover;
  name_receipts(input.sales, out);
  sort_rows(out);
  return out;
}

PaperDocument make_shift_report(const ShiftTotals& totals, const ReceiptSettings& settings, UtcTime printed_at) {
  return Report(totals, settings).make(printed_at);
}

}  // namespace till::domain

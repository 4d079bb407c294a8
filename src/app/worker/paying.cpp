// Taking money, giving it back, the drawer, receipts again.
#include <fmt/format.h>

#include <algorithm>

#include "app/selling.hpp"
#include "app/shifts.hpp"
#include "app/shop_state.hpp"
#include "app/sync_view.hpp"
#include "app/worker/till_worker.hpp"
#include "storage/baskets.hpp"

namespace till::app {
namespace {

bool moves_cash(const domain::Sale& sale) {
  return std::ranges::any_of(sale.tenders, [](const auto& t) { return t.kind == domain::TenderKind::cash; });
}

}  // namespace

Status TillWorker::on(const PayCash& command) {
  return pay({domain::TenderKind::cash, command.given, {}, {}, {}});
}

Status TillWorker::on(const PayExact&) {
  return pay({domain::TenderKind::cash, std::nullopt, {}, {}, {}});
}

Status TillWorker::on(const PayCard& command) {
  domain::TenderRequest tender{domain::TenderKind::card, std::nullopt, command.reference, command.brand, command.last4};
  if (command.amount.minor != 0) tender.amount = command.amount;
  return pay(std::move(tender));
}

Status TillWorker::on(const PayVoucher& command) {
  domain::TenderRequest tender{domain::TenderKind::voucher, std::nullopt, command.number, {}, {}};
  if (command.amount.minor != 0) tender.amount = command.amount;
  return pay(std::move(tender));
}

Status TillWorker::on(const RemoveTender& command) {
  if (command.index >= tenders_.size()) return invalid("this payment is not there any more");
  if (tenders_[command.index].kind == domain::TenderKind::card)
    return invalid("a card payment is taken back at the card terminal first; then refund this sale");
  tenders_.erase(tenders_.begin() + static_cast<std::ptrdiff_t>(command.index));
  return {};
}

// A second tap on a tender key finds an empty basket and does nothing: a sale is finished once.
Status TillWorker::pay(domain::TenderRequest tender) {
  if (basket_.empty()) return next_.finished ? Status{} : Status(invalid("scan or tap something first"));
  if (tender.amount && tender.amount->minor <= 0 && basket_.total().minor > 0)
    return invalid("give an amount above zero");
  auto tenders = tenders_;
  tenders.push_back(std::move(tender));
  const auto settlement = TRY(basket_.settle(tenders));
  if (basket_.total().minor < 0) {
    return with_right(domain::Right::refund, "pay out " + money(-basket_.total()),
                      [this, tenders](const Actor& by) -> Status {
                        const auto before = std::exchange(actor_, by);
                        const auto tenders_before = std::exchange(tenders_, tenders);
                        auto done = finish_sale();
                        actor_ = before;
                        if (!done) tenders_ = tenders_before;
                        return done;
                      });
  }
  if (!settlement.complete()) {
    drop_pending();
    tenders_ = std::move(tenders);
    return {};
  }
  const auto before = std::exchange(tenders_, std::move(tenders));
  auto done = finish_sale();
  if (!done) tenders_ = before;
  return done;
}

Status TillWorker::finish_sale() {
  const auto sale = TRY(finalise(*shop_, actor(), basket_, tenders_));
  if (moves_cash(sale)) printer_->open_drawer();
  clear_ticket();
  show_finished(sale);
  publish();
  printer_->wake();
  reload_shift();
  return {};
}

void TillWorker::show_finished(const domain::Sale& sale) {
  FinishedSale finished;
  finished.receipt = sale.receipt;
  finished.total = money(sale.due);
  finished.refund = sale.total.minor < 0;
  Money given;
  for (const auto& tender : sale.tenders) given += tender.given;
  finished.given = money(given);
  finished.change = money(finished.refund ? -sale.due : sale.change);
  finished.change_due = sale.change.minor != 0 || finished.refund;
  finished.sync_state = document_sync_word(*shop_, sale.id);
  next_.finished = std::move(finished);
  finished_receipt_ = sale.kind == domain::SaleKind::sale ? sale.receipt : std::string();
  finished_sale_ = sale.id;
}

Status TillWorker::on(const Reprint& command) {
  const auto receipt = command.receipt.empty() ? finished_receipt_ : command.receipt;
  if (receipt.empty()) return invalid("there is no receipt to print again yet");
  return with_right(domain::Right::reprint, "print " + receipt + " again", [this, receipt](const Actor& by) -> Status {
    const auto paper = copy_of_receipt(*shop_, by, receipt, true);
    if (!paper) return fail(paper.error());
    printer_->wake();
    say(Notice::Level::good, "Copy of " + receipt + " is on its way to the printer");
    return {};
  });
}

Status TillWorker::on(const NoSale& command) {
  return with_right(domain::Right::no_sale, "open the drawer",
                    [this, reason = command.reason](const Actor& by) -> Status {
                      const auto event = no_sale(*shop_, by, reason);
                      if (!event) return fail(event.error());
                      printer_->open_drawer();
                      reload_shift();
                      say(Notice::Level::good, "The drawer is open");
                      return {};
                    });
}

Status TillWorker::fill_refund(const std::string& receipt) {
  const auto sale = TRY(sale_by_receipt(*shop_, receipt));
  if (sale.kind == domain::SaleKind::refund)
    return invalid(receipt + " is a refund itself; name the receipt of the sale");
  const auto left = domain::refundable(sale, TRY(refunds_of_sale(*shop_, sale)));
  RefundView view;
  view.receipt = sale.receipt;
  view.at = to_local(sale.at);
  view.total = money(sale.due);
  Money left_total;
  for (const auto& line : left) {
    RefundLine row;
    row.line_id = line.line_id;
    row.name = line.name;
    const auto sold = std::ranges::find(sale.lines, line.line_id, &domain::SaleLine::line_id);
    row.sold = domain::format_quantity(sold == sale.lines.end() ? line.quantity : sold->quantity);
    row.weighed = sold != sale.lines.end() && !sold->unit.empty();
    row.left = domain::format_quantity(line.quantity);
    row.left_milli = line.quantity;
    row.total = money(line.total);
    left_total += line.total;
    view.lines.push_back(std::move(row));
  }
  view.left_total = money(left_total);
  next_.refund = std::move(view);
  return {};
}

Status TillWorker::on(const RefundFind& command) {
  return fill_refund(command.receipt);
}

Status TillWorker::on(const RefundConfirm& command) {
  if (!next_.refund) return invalid("look up the receipt first");
  const auto receipt = next_.refund->receipt;
  domain::RefundRequest request;
  request.cash_rounding = shop_->state().settings()->rules.cash_rounding;
  for (const auto& part : command.parts) request.parts.push_back({part.line_id, part.quantity});
  return with_right(domain::Right::refund, "refund of " + receipt, [this, receipt, request](const Actor& by) -> Status {
    const auto sale = TRY(refund(*shop_, by, receipt, request));
    if (moves_cash(sale)) printer_->open_drawer();
    next_.refund.reset();
    show_finished(sale);
    printer_->wake();
    reload_shift();
    return {};
  });
}

Status TillWorker::on(const RefundLeave&) {
  next_.refund.reset();
  return {};
}

}  // namespace till::app

// Who is at the till, what needs a second person, and the shift.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/journal.hpp"
#include "app/selling.hpp"
#include "app/shifts.hpp"
#include "app/shop_state.hpp"
#include "app/worker/till_worker.hpp"

namespace till::app {
namespace {

Person person_of(const domain::User& user) {
  return {user.id, user.name, std::string(domain::to_string(user.role)), user.colour_rgb};
}

}  // namespace

Status TillWorker::on(const SignIn& command) {
  const auto signed_in = sign_in(*shop_, command.user, command.pin);
  if (!signed_in) {
    next_.sign_in_problem = signed_in.error().message;
    return {};
  }
  actor_ = *signed_in;
  next_.sign_in_problem.clear();
  drop_pending();
  next_.user.reset();
  for (const auto& user : active_users(*shop_))
    if (user.id == actor_->user) next_.user = person_of(user);
  next_.rights.clear();
  for (int right = 0; right <= static_cast<int>(domain::Right::rotate_keys); ++right)
    if (domain::allows(actor_->role, static_cast<domain::Right>(right)))
      next_.rights.emplace_back(domain::key_of(static_cast<domain::Right>(right)));
  return {};
}

Status TillWorker::on(const SignOut&) {
  if (!tenders_.empty()) return invalid("this sale is partly paid; finish it first");
  journal_soon(shop_->state(), actor(), {"sign-out", actor().name, {}});
  actor_.reset();
  next_.user.reset();
  next_.rights.clear();
  next_.refund.reset();
  drop_pending();
  return {};
}

// What happens to the open ticket leaves no document before it is paid, and none at all when it is cancelled.
std::function<Status(const Actor&)> TillWorker::told(domain::Right right, const std::string& what,
                                                     std::function<Status(const Actor&)> go_on) {
  constexpr auto kOfTheTicket = std::to_array(
      {domain::Right::discount, domain::Right::void_line, domain::Right::cancel_sale, domain::Right::price_change});
  if (std::ranges::find(kOfTheTicket, right) == kOfTheTicket.end()) return go_on;
  return [this, what, go_on = std::move(go_on)](const Actor& by) -> Status {
    const auto total = money(basket_.total());
    TRY(go_on(by));
    journal_soon(shop_->state(), by, {"ticket.change", what, total});
    return {};
  };
}

Status TillWorker::with_right(domain::Right right, const std::string& what, std::function<Status(const Actor&)> go_on) {
  go_on = told(right, what, std::move(go_on));
  if (domain::allows(actor().role, right)) return go_on(actor());
  if (!domain::needs_override(actor().role, right)) return require_right(*shop_, actor(), right, what);
  Approval approval;
  approval.what = what;
  approval.why = fmt::format("A {} may not do this alone", domain::to_string(actor().role));
  approval.asked_by = actor().name;
  for (const auto& user : active_users(*shop_))
    if (domain::may_approve(user.role, right)) approval.by.push_back(person_of(user));
  next_.approval = std::move(approval);
  approval_ = PendingApproval{right, std::move(go_on)};
  return {};
}

Status TillWorker::on(const Approve& command) {
  if (!approval_) return {};
  auto both = approved(*shop_, actor(), command.user, command.pin, approval_->right);
  if (!both) {
    next_.sign_in_problem = both.error().message;
    return fail(both.error());
  }
  next_.sign_in_problem.clear();
  const auto go_on = std::move(approval_->go_on);
  approval_.reset();
  next_.approval.reset();
  return go_on(*both);
}

void TillWorker::ask(Question question, std::function<Status(bool)> decided) {
  next_.question = std::move(question);
  decided_ = std::move(decided);
}

Status TillWorker::on(const Answer& command) {
  if (next_.approval) {
    next_.approval.reset();
    next_.sign_in_problem.clear();
    approval_.reset();
    return {};
  }
  if (!decided_) return {};
  const auto decided = std::exchange(decided_, nullptr);
  next_.question.reset();
  return decided(command.yes);
}

Status TillWorker::on(const DismissNotice& command) {
  if (next_.notice && next_.notice->number == command.number) next_.notice.reset();
  return {};
}

Status TillWorker::on(const OpenShift& command) {
  return with_right(domain::Right::open_shift, "open the shift",
                    [this, amount = command.cash_float](const Actor& by) -> Status {
                      const auto event = open_shift(*shop_, by, amount);
                      if (!event) return fail(event.error());
                      reload_shift();
                      say(Notice::Level::good, "The shift is open, float " + money(amount));
                      return {};
                    });
}

Status TillWorker::on(const CloseShift& command) {
  if (!basket_.empty()) return invalid("finish or park the open ticket first");
  return with_right(domain::Right::close_shift, "close the shift",
                    [this, counted = command.counted](const Actor& by) -> Status {
                      const auto closed = TRY(close_shift(*shop_, by, counted));
                      next_.finished.reset();
                      reload_shift();
                      reload_closed_shifts();
                      next_.shift.report = closed.closing.report;
                      printer_->wake();
                      const auto difference = closed.totals.difference;
                      say(difference.minor == 0 ? Notice::Level::good : Notice::Level::warning,
                          fmt::format("Z report {}: difference {}", closed.closing.z_number, money(difference)));
                      prune_old_journal();
                      return {};
                    });
}

Status TillWorker::on(const MoveCash& command) {
  const auto what = (command.amount.minor < 0 ? "take out " : "put in ") +
                    money(command.amount.minor < 0 ? -command.amount : command.amount);
  return with_right(domain::Right::cash_move, what, [this, command](const Actor& by) -> Status {
    const auto event = move_cash(*shop_, by, command.amount, command.reason);
    if (!event) return fail(event.error());
    printer_->open_drawer();
    reload_shift();
    return {};
  });
}

Status TillWorker::on(const PrintX&) {
  return with_right(domain::Right::see_reports, "see the X report", [this](const Actor& by) -> Status {
    next_.shift.report = TRY(x_report(*shop_, by, true));
    printer_->wake();
    return {};
  });
}

}  // namespace till::app

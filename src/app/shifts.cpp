#include "app/shifts.hpp"

#include "app/backup_targets.hpp"
#include "app/journal.hpp"
#include "app/shop_state.hpp"
#include "core/log.hpp"
#include "core/text.hpp"
#include "security/journal_sabotage.hpp"
#include "storage/audit.hpp"
#include "storage/day_report.hpp"
#include "storage/meta.hpp"
#include "storage/print_jobs.hpp"
#include "storage/sales.hpp"
#include "storage/series.hpp"
#include "storage/shifts.hpp"
#include "storage/tables.hpp"

namespace till::app {
namespace {

using domain::ShiftEvent;
using domain::ShiftEventKind;

constexpr int kReportColumns = 42;
constexpr std::size_t kMaxReason = 200;

tl::unexpected<Error> shift_is_closed() {
  return invalid("the shift is closed; open one first (menu: Shift, or: tillctl shift open)");
}

ShiftEvent new_event(ShopState& state, const Actor& actor, ShiftEventKind kind, const Id& shift) {
  ShiftEvent event;
  event.id = new_id(state.clock, state.random);
  event.shift = shift;
  event.kind = kind;
  event.device = state.device();
  event.terminal = state.terminal;
  event.user = actor.user;
  event.user_name = actor.name;
  event.at = state.clock.now();
  return event;
}

Status check_amount(domain::Money amount, const char* what, bool may_be_negative = false) {
  if (amount.minor > domain::kMaxMinor || amount.minor < (may_be_negative ? -domain::kMaxMinor : 0))
    return invalid(std::string(what) + " is out of range; please check it");
  return {};
}

Result<std::string> checked_reason(const std::string& reason) {
  const auto text = mask_card_numbers(trimmed(reason));
  if (text.empty()) return invalid("give a reason, for example: change from the bank");
  if (text.size() > kMaxReason) return invalid("the reason is too long; at most 200 characters");
  return text;
}

// What this device turned over before the shift, so that a Z's grand total never starts anew.
Result<domain::Money> turnover_before(ShopState& state, storage::Connection& conn, UtcTime opened_at) {
  storage::ReportRange range;
  range.to = opened_at;
  range.device = state.device();
  return TRY(storage::sales_totals(conn, range)).total;
}

Result<domain::ShiftTotals> totals_of(ShopState& state, storage::Connection& conn, std::vector<ShiftEvent> events) {
  domain::ShiftReportInput input;
  input.currency = state.settings()->rules.currency;
  const auto shift = events.front().shift;
  const auto opened_at = events.front().at;
  input.events = std::move(events);
  TRY(storage::for_each_sale(conn, opened_at, UtcTime{INT64_MAX}, [&](const domain::Sale& sale) -> Status {
    if (sale.shift == shift) input.sales.push_back(sale);
    return {};
  }));
  input.copy_count = TRY(storage::meta_integer(conn, "copies." + to_string(shift))).value_or(0);
  input.grand_total_before = TRY(turnover_before(state, conn, opened_at));
  return domain::shift_totals(input);
}

// One event of the open shift, journalled.
Result<ShiftEvent> append(Shop& shop, const Actor& actor, ShiftEventKind kind, domain::Money amount,
                          const std::string& reason, const char* action) {
  auto& state = shop.state();
  return change(state, [&](storage::Transaction& tx) -> Result<ShiftEvent> {
    const auto open = TRY(storage::open_shift(tx, state.device()));
    if (!open) return shift_is_closed();
    auto event = new_event(state, actor, kind, open->shift);
    event.amount = amount;
    event.reason = reason;
    TRY(state.replica->add(tx, event));
    const auto currency = state.settings()->rules.currency;
    TRY(write_journal(state, tx, actor, {action, domain::format_money(amount, currency), reason}));
    return event;
  });
}

Status queue_report(storage::Transaction& tx, const char* kind, const std::string& title, const Id& document,
                    const std::string& text, UtcTime at) {
  storage::PrintJob job;
  job.printer = "receipt";
  job.kind = kind;
  job.title = title;
  job.document = document;
  job.content = to_bytes(text);
  job.created = at;
  TRY(storage::add_print_job(tx, job));
  return {};
}

std::string paper_text(ShopState& state, const domain::ShiftTotals& totals, UtcTime at) {
  return domain::to_text(domain::make_shift_report(totals, state.settings()->receipt, at), kReportColumns);
}

}  // namespace

Result<ShiftEvent> open_shift(Shop& shop, const Actor& actor, domain::Money cash_float) {
  TRY(require_right(shop, actor, domain::Right::open_shift));
  TRY(check_amount(cash_float, "the float"));
  auto& state = shop.state();
  return change(state, [&](storage::Transaction& tx) -> Result<ShiftEvent> {
    const auto open = TRY(storage::open_shift(tx, state.device()));
    if (open)
      return invalid("a shift is open already, since " + to_local(open->at) + " by " + open->user_name +
                     "; close it first");
    auto event = new_event(state, actor, ShiftEventKind::opened, new_id(state.clock, state.random));
    event.amount = cash_float;
    TRY(state.replica->add(tx, event));
    TRY(write_journal(state, tx, actor,
                      {"shift.open", domain::format_money(cash_float, state.settings()->rules.currency), {}}));
    return event;
  });
}

Result<ShiftEvent> move_cash(Shop& shop, const Actor& actor, domain::Money amount, const std::string& reason) {
  TRY(require_right(shop, actor, domain::Right::cash_move));
  TRY(check_amount(amount, "the amount", true));
  if (amount.minor == 0)
    return invalid("the amount must not be zero; give what goes in, or with a minus what goes out");
  return append(shop, actor, ShiftEventKind::moved, amount, TRY(checked_reason(reason)), "cash.move");
}

Result<ShiftEvent> count_cash(Shop& shop, const Actor& actor, domain::Money counted) {
  TRY(require_right(shop, actor, domain::Right::count_shift));
  TRY(check_amount(counted, "the counted cash"));
  return append(shop, actor, ShiftEventKind::counted, counted, {}, "shift.count");
}

Result<ShiftEvent> no_sale(Shop& shop, const Actor& actor, const std::string& reason) {
  TRY(require_right(shop, actor, domain::Right::no_sale));
  return append(shop, actor, ShiftEventKind::no_sale, {}, TRY(checked_reason(reason)), "no-sale");
}

Result<ClosedShift> close_shift(Shop& shop, const Actor& actor, domain::Money counted) {
  TRY(require_right(shop, actor, domain::Right::close_shift));
  TRY(check_amount(counted, "the counted cash"));
  auto& state = shop.state();
  auto done = change(state, [&](storage::Transaction& tx) -> Result<ClosedShift> {
    const auto open = TRY(storage::open_shift(tx, state.device()));
    if (!open) return shift_is_closed();
    ClosedShift closed;
    closed.closing = new_event(state, actor, ShiftEventKind::closed, open->shift);
    closed.closing.amount = counted;
    closed.closing.z_number = TRY(storage::take_number(tx, "z." + to_string(state.device())));
    auto events = TRY(storage::shift_events(tx, open->shift));
    events.push_back(closed.closing);
    closed.totals = TRY(totals_of(state, tx, std::move(events)));
    closed.closing.expected = closed.totals.expected_cash;
    const auto journal = TRY(storage::audit_head(tx, state.device()));
    if (!security::sabotaged(security::JournalSabotage::z_report_silent)) {
      closed.closing.journal_sequence = journal.sequence;
      closed.closing.journal_hash = journal.hash;
    }
    closed.totals.journal = std::to_string(journal.sequence) + " " + short_form(journal.hash);
    closed.closing.report = paper_text(state, closed.totals, closed.closing.at);
    TRY(state.replica->add(tx, closed.closing));
    const auto number = std::to_string(closed.closing.z_number);
    TRY(write_journal(state, tx, actor,
                      {"shift.close", "Z " + number,
                       "difference " + domain::format_money(closed.totals.difference, closed.totals.currency)}));
    TRY(queue_report(tx, "z", "Z report " + number, closed.closing.id, closed.closing.report, closed.closing.at));
    return closed;
  });
  // For places whose schedule says so; a shift is closed whether or not it can be noted.
  if (done) {
    if (const auto noted = note_shift_closed(shop); !noted)
      log::warning("backup after the shift: {}", noted.error().message);
  }
  return done;
}

Result<std::optional<domain::ShiftTotals>> shift_now(Shop& shop) {
  auto& state = shop.state();
  return state.db->read([&](storage::Connection& conn) -> Result<std::optional<domain::ShiftTotals>> {
    const auto open = TRY(storage::open_shift(conn, state.device()));
    if (!open) return std::optional<domain::ShiftTotals>{};
    return std::optional(TRY(totals_of(state, conn, TRY(storage::shift_events(conn, open->shift)))));
  });
}

Result<std::string> x_report(Shop& shop, const Actor& actor, bool print) {
  TRY(require_right(shop, actor, domain::Right::see_reports));
  const auto totals = TRY(shift_now(shop));
  if (!totals) return shift_is_closed();
  auto& state = shop.state();
  const auto text = report_text(shop, *totals);
  if (print) {
    TRY(change(state, [&](storage::Transaction& tx) -> Status {
      TRY(write_journal(state, tx, actor, {"report.x", totals->terminal, {}}));
      return queue_report(tx, "x", "X report", totals->shift, text, state.clock.now());
    }));
  }
  return text;
}

Result<std::vector<domain::ShiftEvent>> closed_shifts(Shop& shop, std::size_t max) {
  return shop.state().db->read([max](storage::Connection& conn) { return storage::closed_shifts(conn, max); });
}

std::string report_text(Shop& shop, const domain::ShiftTotals& totals) {
  return paper_text(shop.state(), totals, shop.state().clock.now());
}

}  // namespace till::app

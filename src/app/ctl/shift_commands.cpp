#include <fmt/format.h>
#include <boost/json.hpp>

#include "app/ctl/session.hpp"
#include "app/ctl/text_command.hpp"
#include "app/shifts.hpp"
#include "app/sync_view.hpp"

namespace till::app {
namespace {

namespace json = boost::json;

struct ShiftOptions {
  std::string amount, user, reason;
};

json::object totals_to_json(const domain::ShiftTotals& totals) {
  const auto money = [&](domain::Money m) { return domain::format_money(m, totals.currency); };
  json::array tenders, taxes;
  for (const auto& t : totals.tenders) {
    constexpr std::array<const char*, 3> kinds = {"cash", "card", "voucher"};
    tenders.push_back(
        {{"kind", kinds[static_cast<std::size_t>(t.kind)]}, {"count", t.count}, {"amount", money(t.amount)}});
  }
  for (const auto& t : totals.taxes)
    taxes.push_back({{"code", t.code}, {"name", t.name}, {"base", money(t.base)}, {"amount", money(t.amount)}});
  json::object out{{"open", totals.closed_at.us == 0},
                   {"opened_at", to_rfc3339(totals.opened_at)},
                   {"opened_by", totals.opened_by},
                   {"terminal", totals.terminal},
                   {"currency", totals.currency.code},
                   {"z_number", totals.z_number},
                   {"sale_count", totals.sale_count},
                   {"sales", money(totals.sales)},
                   {"refund_count", totals.refund_count},
                   {"refunds", money(totals.refunds)},
                   {"turnover", money(totals.turnover)},
                   {"net", money(totals.net)},
                   {"tax", money(totals.tax)},
                   {"taxes", std::move(taxes)},
                   {"tenders", std::move(tenders)},
                   {"rounding", money(totals.rounding)},
                   {"float", money(totals.float_amount)},
                   {"cash_in", money(totals.cash_in)},
                   {"cash_out", money(totals.cash_out)},
                   {"expected", money(totals.expected_cash)},
                   {"no_sale_count", totals.no_sale_count},
                   {"first_receipt", totals.first_receipt},
                   {"last_receipt", totals.last_receipt},
                   {"grand_total", money(totals.grand_total)}};
  if (totals.has_count) {
    out["counted"] = money(totals.counted_cash);
    out["difference"] = money(totals.difference);
  }
  if (totals.closed_at.us != 0) out["closed_at"] = to_rfc3339(totals.closed_at);
  return out;
}

Result<domain::Money> amount_of(Shop& shop, const ShiftOptions& options, const char* what, bool required) {
  if (options.amount.empty() && required) return invalid(fmt::format("give {}, for example 150.00", what));
  if (options.amount.empty()) return domain::Money{};
  return domain::parse_money(options.amount, shop.currency(), what);
}

CtlReply event_reply(Shop& shop, const domain::ShiftEvent& event, const std::string& done) {
  const auto amount = domain::format_money(event.amount, shop.currency());
  return {json::object{{"shift", to_string(event.shift)},
                       {"at", to_rfc3339(event.at)},
                       {"user", event.user_name},
                       {"amount", amount},
                       {"reason", event.reason}},
          fmt::format("{}: {}\n", done, amount),
          0,
          {}};
}

Result<CtlReply> open(CtlSession& session, const ShiftOptions& options) {
  auto& shop = session.shop();
  const auto cash_float = TRY(amount_of(shop, options, "the float", false));
  return event_reply(shop, TRY(open_shift(shop, TRY(actor_named(shop, options.user)), cash_float)),
                     "shift open with a float of");
}

Result<CtlReply> status(CtlSession& session, const ShiftOptions&) {
  const auto totals = TRY(shift_now(session.shop()));
  if (!totals) return CtlReply{json::object{{"open", false}}, "the shift is closed\n", 0, {}};
  auto object = totals_to_json(*totals);
  object["sync"] = document_sync_word(session.shop(), totals->shift);
  auto text = report_text(session.shop(), *totals);
  object["report"] = text;
  return CtlReply{std::move(object), std::move(text), 0, {}};
}

Result<CtlReply> move(CtlSession& session, const ShiftOptions& options) {
  auto& shop = session.shop();
  const auto amount = TRY(amount_of(shop, options, "the amount", true));
  return event_reply(shop, TRY(move_cash(shop, TRY(actor_named(shop, options.user)), amount, options.reason)),
                     "cash moved");
}

Result<CtlReply> count(CtlSession& session, const ShiftOptions& options) {
  auto& shop = session.shop();
  const auto counted = TRY(amount_of(shop, options, "the counted cash", true));
  return event_reply(shop, TRY(count_cash(shop, TRY(actor_named(shop, options.user)), counted)), "cash counted");
}

Result<CtlReply> close(CtlSession& session, const ShiftOptions& options) {
  auto& shop = session.shop();
  const auto actor = TRY(actor_named(shop, options.user));
  auto counted = TRY(amount_of(shop, options, "the counted cash", false));
  if (options.amount.empty()) {
    const auto totals = TRY(shift_now(shop));
    if (totals) counted = totals->has_count ? totals->counted_cash : totals->expected_cash;
  }
  const auto closed = TRY(close_shift(shop, actor, counted));
  auto object = totals_to_json(closed.totals);
  object["report"] = closed.closing.report;
  return CtlReply{std::move(object), closed.closing.report, 0, {}};
}

Result<CtlReply> list(Shop& shop, const Actor&, const Given&) {
  json::array rows;
  for (const auto& closing : TRY(closed_shifts(shop)))
    rows.push_back(json::object{{"z_number", closing.z_number},
                                {"terminal", closing.terminal},
                                {"closed_at", to_rfc3339(closing.at)},
                                {"user", closing.user_name},
                                {"sync", document_sync_word(shop, closing.shift)},
                                {"id", to_string(closing.shift)}});
  return reply_of_rows(std::move(rows));
}

using ShiftAction = Result<CtlReply> (*)(CtlSession&, const ShiftOptions&);

CLI::App* add(CLI::App& shift, CtlSession& session, const char* name, const char* what, const char* amount_flags,
              ShiftAction action) {
  auto options = std::make_shared<ShiftOptions>();
  auto* command = shift.add_subcommand(name, what);
  command->allow_extras(false);
  if (*amount_flags != '\0') command->add_option(amount_flags, options->amount, "amount of cash, such as 150.00");
  command->add_option("--user", options->user, "who does it");
  if (std::string_view(name) == "move") command->add_option("--reason", options->reason, "why")->required();
  session.in_shop(command, [&session, options, action] { return action(session, *options); });
  return command;
}

}  // namespace

void add_shift_commands(CLI::App& app, CtlSession& session) {
  auto* shift = app.add_subcommand("shift", "the shift of this terminal");
  shift->require_subcommand(1);
  add(*shift, session, "open", "open a shift with a float", "AMOUNT,--float,--amount,--cash", open);
  add(*shift, session, "status", "the X report", "", status);
  add_text_command(*shift, session, "list", "the last 100 that were closed, of all terminals", {}, list);
  add(*shift, session, "move", "cash into the drawer, or with a minus out of it", "AMOUNT,--amount,--cash", move);
  add(*shift, session, "count", "an intermediate count", "AMOUNT,--counted,--count,--amount,--cash", count);
  add(*shift, session, "close", "count, compare, number and print the Z report",
      "AMOUNT,--counted,--count,--amount,--cash", close);
}

}  // namespace till::app

// report: what all terminals sold.
#include <fmt/format.h>
#include <boost/json.hpp>

#include "app/ctl/session.hpp"
#include "app/day_report.hpp"
#include "app/shop_state.hpp"

namespace till::app {
namespace {

namespace json = boost::json;

struct ReportOptions {
  std::string from, to, user;
};

json::array sums_to_json(const std::vector<DayReport::Sum>& sums, const domain::Currency& currency) {
  json::array rows;
  for (const auto& sum : sums)
    rows.push_back({{"name", sum.name}, {"count", sum.count}, {"amount", domain::format_money(sum.amount, currency)}});
  return rows;
}

Result<CtlReply> report(CtlSession& session, const ReportOptions& options) {
  auto& shop = session.shop();
  const auto actor = TRY(actor_named(shop, options.user));
  auto range = day_of(shop.state().clock.now());
  if (!options.from.empty()) range.from = TRY(from_rfc3339(options.from));
  if (!options.to.empty()) range.to = TRY(from_rfc3339(options.to));
  const auto sums = TRY(day_report(shop, actor, range.from, range.to));
  const auto currency = shop.currency();
  const auto money = [&](domain::Money m) { return domain::format_money(m, currency); };
  CtlReply reply;
  reply.json = {{"from", to_rfc3339(sums.from)},
                {"to", to_rfc3339(sums.to)},
                {"sale_count", sums.sale_count},
                {"refund_count", sums.refund_count},
                {"turnover", money(sums.turnover)},
                {"net", money(sums.net)},
                {"tax", money(sums.tax)},
                {"tenders", sums_to_json(sums.tenders, currency)},
                {"taxes", sums_to_json(sums.taxes, currency)},
                {"users", sums_to_json(sums.users, currency)},
                {"products", sums_to_json(sums.products, currency)}};
  for (const auto& [label, value] : figures_of(sums, currency))
    reply.text += fmt::format("{:<12} {:>14}\n", label, value);
  return reply;
}

}  // namespace

void add_report_command(CLI::App& app, CtlSession& session) {
  auto options = std::make_shared<ReportOptions>();
  auto* command = app.add_subcommand("report", "what all terminals sold: today, or --from --to");
  command->add_option("--from", options->from, "not before, RFC 3339 UTC");
  command->add_option("--to", options->to, "before, RFC 3339 UTC");
  command->add_option("--user", options->user, "who asks");
  session.in_shop(command, [&session, options] { return report(session, *options); });
}

}  // namespace till::app

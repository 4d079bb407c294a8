// printer: show this terminal's receipt printer, or set it. A running till goes over to the new one at once.
#include <fmt/format.h>

#include <boost/json.hpp>

#include "app/ctl/session.hpp"
#include "app/printing.hpp"
#include "app/shop_state.hpp"

namespace till::app {
namespace {

namespace json = boost::json;

struct PrinterOptions {
  std::string address, user;
  int columns = 0;
  bool none = false;
};

Result<CtlReply> printer(CtlSession& session, const PrinterOptions& options) {
  auto& shop = session.shop();
  auto& db = *shop.state().db;
  const auto read = [&] { return db.read([](storage::Connection& conn) { return printer_setting(conn); }); };
  auto setting = TRY(read());
  if (options.none || !options.address.empty() || options.columns != 0) {
    const auto actor = TRY(actor_named(shop, options.user));
    const auto address = options.none ? "" : options.address.empty() ? setting.address : options.address;
    TRY(set_printer(shop, actor, address, options.columns == 0 ? setting.columns : options.columns));
    if (shop.state().printer_changed) shop.state().printer_changed();
    setting = TRY(read());
  }
  const auto waiting = TRY(waiting_prints(shop));
  json::array jobs;
  for (const auto& job : waiting)
    jobs.push_back({{"job", job.job}, {"title", job.title}, {"reason", job.reason}, {"since", to_rfc3339(job.since)}});
  return CtlReply{json::object{{"name", setting.name},
                               {"address", setting.address},
                               {"columns", setting.columns},
                               {"waiting", std::move(jobs)}},
                  fmt::format("{}: {}, {} characters wide, {} waiting\n", setting.name,
                              setting.address.empty() ? "none" : setting.address, setting.columns, waiting.size()),
                  0,
                  {}};
}

}  // namespace

void add_printer_command(CLI::App& app, CtlSession& session) {
  auto options = std::make_shared<PrinterOptions>();
  auto* command = app.add_subcommand("printer", "show this terminal's receipt printer, or set it");
  auto* address =
      command->add_option("ADDRESS", options->address, "tcp://192.168.1.50:9100, dev:///dev/usb/lp0 or file:FOLDER/");
  command->add_option("--columns", options->columns, "characters on a line: usual are 32, 42 and 48");
  command->add_flag("--none", options->none, "no printer")->excludes(address);
  command->add_option("--user", options->user, "who changes it");
  session.in_shop(command, [&session, options] { return printer(session, *options); });
}

}  // namespace till::app

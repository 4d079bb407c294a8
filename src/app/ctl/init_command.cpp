#include <fmt/format.h>
#include <boost/json.hpp>

#include "app/ctl/session.hpp"
#include "app/shop_init.hpp"

namespace till::app {
namespace {

namespace json = boost::json;

CtlReply reply_of(const InitReport& report, const std::string& folder, bool demo) {
  CtlReply reply;
  json::array logins;
  reply.text = fmt::format("{} is ready in {}: {} products in {} categories, terminal {}.\n", report.shop_name, folder,
                           report.products, report.categories, report.terminal_code);
  reply.text +=
      demo ? "PINs of the demo, known to everybody:\n" : "Sign in once and change this PIN; it is not shown again:\n";
  for (const auto& login : report.logins) {
    logins.push_back({{"name", login.name}, {"role", login.role}, {"pin", login.pin}});
    reply.text += fmt::format("  {:<20} {:<11} {}\n", login.name, login.role, login.pin);
  }
  reply.json = {{"shop", report.shop_name},         {"folder", folder},
                {"terminal", report.terminal_code}, {"products", report.products},
                {"categories", report.categories},  {"customers", report.customers},
                {"tables", report.tables},          {"printers", report.printers},
                {"users", std::move(logins)}};
  return reply;
}

}  // namespace

void add_init_command(CLI::App& app, CtlSession& session) {
  auto wanted = std::make_shared<NewShop>();
  auto demo = std::make_shared<bool>(false);
  auto* command = app.add_subcommand("init", "make a new data folder");
  auto* demo_flag = command->add_flag("--demo", *demo, "the demo shop: catalogue, users with PINs, customers");
  auto* name = command->add_option("--shop", wanted->name, "name of a new, empty shop");
  command->add_option("--currency", wanted->currency, "ISO 4217 code of the new shop, such as EUR")->needs(name);
  command->add_option("--terminal", wanted->terminal_name, "what to call this terminal");
  demo_flag->excludes(name);
  session.alone(command, [&session, wanted, demo]() -> Result<CtlReply> {
    if (!*demo && wanted->name.empty())
      return invalid("say what to make: init --demo, or init --shop NAME --currency CODE");
    wanted->folder = session.path(session.request().folder);
    wanted->passphrase = session.request().passphrase;
    return reply_of(TRY(init_shop(*wanted)), wanted->folder, *demo);
  });
}

}  // namespace till::app

#include "app/ctl/carrier_commands.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "app/carriers.hpp"
#include "app/ctl/place_option.hpp"
#include "app/enrolment.hpp"
#include "app/shop_state.hpp"
#include "storage/folder_store.hpp"

namespace till::app {
namespace {

namespace json = boost::json;

struct CarrierOptions {
  std::string path, name, user;
};

Result<CtlReply> add(CtlSession& session, const CarrierOptions& options) {
  auto& shop = session.shop();
  const auto actor = TRY(actor_named(shop, options.user));
  const auto target = TRY(add_carrier(shop, actor, session.path(options.path), options.name));
  return CtlReply{json::object{{"name", target.name}, {"path", target.path}},
                  fmt::format("this terminal exchanges over '{}' at {}, too\n", target.name, target.path),
                  0,
                  {}};
}

Result<CtlReply> list(CtlSession& session) {
  auto& shop = session.shop();
  const auto joined = TRY(membership(shop));
  json::array rows;
  CtlReply reply;
  for (const auto& target : TRY(carriers(shop))) {
    const auto opened = open_carrier(*shop.state().env, target, joined ? joined->tenant : Id{});
    const std::string state = opened ? "is here" : opened.error().message;
    rows.push_back({{"name", target.name}, {"path", target.path}, {"here", opened.has_value()}, {"state", state}});
    reply.text += fmt::format("{} at {}: {}\n", target.name, target.path, state);
  }
  if (rows.empty()) reply.text = "no carriers; add one with: tillctl sync carrier add FOLDER\n";
  reply.json = std::move(rows);
  return reply;
}

Result<CtlReply> remove(CtlSession& session, const CarrierOptions& options) {
  auto& shop = session.shop();
  TRY(remove_carrier(shop, TRY(actor_named(shop, options.user)), options.name));
  return CtlReply{json::object{{"removed", options.name}},
                  fmt::format("this terminal exchanges over '{}' no more; what lies there stays\n", options.name),
                  0,
                  {}};
}

}  // namespace

void add_carrier_commands(CLI::App& sync, CtlSession& session) {
  auto options = std::make_shared<CarrierOptions>();
  auto* carrier = sync.add_subcommand("carrier", "folders and sticks that are carried from shop to shop");
  carrier->require_subcommand(1);
  auto* add_command = carrier->add_subcommand("add", "exchange over this folder or stick, too");
  add_command->add_option("path", options->path, "the folder, for example /media/stick/till")
      ->required()
      ->check(not_empty());
  add_command->add_option("--name", options->name, "what it is called here; the folder's name when left out");
  add_command->add_option("--user", options->user, "who does it");
  session.in_shop(add_command, [&session, options] { return add(session, *options); });
  session.in_shop(carrier->add_subcommand("list", "which there are, and whether they are here"),
                  [&session] { return list(session); });
  auto* remove_command = carrier->add_subcommand("remove", "no more; what lies on it stays");
  remove_command->add_option("name", options->name, "as in the list")->required();
  remove_command->add_option("--user", options->user, "who does it");
  session.in_shop(remove_command, [&session, options] { return remove(session, *options); });
}

}  // namespace till::app

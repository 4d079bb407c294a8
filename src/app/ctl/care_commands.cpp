// doctor, health, keys-rotate.
#include <fmt/format.h>
#include <boost/json.hpp>

#include "app/care.hpp"
#include "app/ctl/session.hpp"

namespace till::app {
namespace {

namespace json = boost::json;

Result<CtlReply> doctor(CtlSession& session) {
  json::array rows;
  CtlReply reply;
  for (const auto& finding : examine(session.shop())) {
    rows.push_back({{"what", finding.what}, {"ok", finding.good}, {"finding", finding.sentence}});
    reply.text += fmt::format("{} {}: {}\n", finding.good ? "ok  " : "LOOK", finding.what, finding.sentence);
    if (!finding.good && reply.exit_code == 0) {
      reply.exit_code = 1;
      reply.error = finding.sentence;
    }
  }
  reply.json = json::object{{"ok", reply.exit_code == 0}, {"findings", std::move(rows)}};
  return reply;
}

Result<CtlReply> rotate(CtlSession& session, const std::string& user) {
  const auto actor = TRY(actor_named(session.shop(), user));
  const auto epoch = TRY(rotate_keys(session.shop(), actor));
  return CtlReply{
      json::object{{"epoch", epoch}}, fmt::format("records are sealed under key {} from now on\n", epoch), 0, {}};
}

}  // namespace

void add_care_commands(CLI::App& app, CtlSession& session) {
  session.in_shop(app.add_subcommand("doctor", "examine database, numbers, stock, journal, keys, disk"),
                  [&session] { return doctor(session); });
  session.in_shop(app.add_subcommand("health", "the same, for monitoring"), [&session] { return doctor(session); });
  auto user = std::make_shared<std::string>();
  auto* rotate_command = app.add_subcommand("keys-rotate", "a new key for what is written from now on");
  rotate_command->add_option("--user", *user);
  session.in_shop(rotate_command, [&session, user] { return rotate(session, *user); });
}

}  // namespace till::app

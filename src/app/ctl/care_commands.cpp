// doctor, health, and the shop's keys.
#include <fmt/format.h>
#include <boost/json.hpp>

#include "app/care.hpp"
#include "app/ctl/place_option.hpp"
#include "app/ctl/session.hpp"
#include "app/key_epochs.hpp"
#include "app/key_passphrase.hpp"
#include "app/key_replacement.hpp"

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

struct RotateOptions {
  std::string user;
  bool at_once = false;
};

Result<CtlReply> rotate(CtlSession& session, const RotateOptions& options) {
  const auto actor = TRY(actor_named(session.shop(), options.user));
  const auto first_use = options.at_once ? FirstUse::at_once : FirstUse::when_all_have_it;
  const auto epoch = TRY(rotate_keys(session.shop(), actor, first_use));
  return CtlReply{json::object{{"epoch", epoch}},
                  fmt::format("records are sealed under key {}{}\n", epoch,
                              options.at_once ? " from now on" : " as soon as every terminal has it"),
                  0,
                  {}};
}

struct PassphraseOptions {
  std::string user, new_file;
};

Result<CtlReply> change_passphrase(CtlSession& session, const PassphraseOptions& options) {
  const auto actor = TRY(actor_named(session.shop(), options.user));
  const auto text = TRY(session.read_file(options.new_file, 4096));
  TRY(change_passphrase(session.shop(), actor, session.request().passphrase,
                        text.substr(0, text.find_first_of("\r\n"))));
  return CtlReply{json::object{{"changed", true}},
                  "the recovery passphrase is changed; make a backup, so that it opens the backups too\n",
                  0,
                  {}};
}

struct ReplaceOptions {
  std::string user, target, new_file;
};

Result<CtlReply> replace(CtlSession& session, const ReplaceOptions& options) {
  const auto actor = TRY(actor_named(session.shop(), options.user));
  const auto text = TRY(session.read_file(options.new_file, 4096));
  const auto target = TRY(place_given(session, options.target));
  Task task;
  const auto done = TRY(replace_keys(session.shop(), actor, target, text.substr(0, text.find_first_of("\r\n")), task));
  const auto& generation = done.backup.manifest.generation;
  return CtlReply{json::object{{"epoch", done.epoch}, {"generation", generation}},
                  fmt::format("the shop's keys are replaced (key {}) and saved with everything in {}\n{}"
                              "Give the new passphrase at the other terminals with their next backup; destroy the "
                              "backups made before, and copies of the stick\n",
                              done.epoch, generation,
                              session.runs_in_till() ? "Start the till again: the data on the stick is sealed with a "
                                                       "new key then\n"
                                                     : ""),
                  0,
                  {}};
}

void add_key_commands(CLI::App& app, CtlSession& session) {
  auto options = std::make_shared<RotateOptions>();
  auto* rotate_command = app.add_subcommand("keys-rotate", "a new key for what the shop's terminals write");
  rotate_command->add_option("--user", options->user, "who does it");
  rotate_command->add_flag("--now", options->at_once, "use it without waiting until every terminal has it");
  session.in_shop(rotate_command, [&session, options] { return rotate(session, *options); });
  auto passphrase = std::make_shared<PassphraseOptions>();
  auto* passphrase_command = app.add_subcommand("keys-passphrase", "another recovery passphrase; give the present one");
  passphrase_command->add_option("--new-passphrase-file", passphrase->new_file, "its first line is the new one")
      ->required();
  passphrase_command->add_option("--user", passphrase->user, "who does it");
  session.in_shop(passphrase_command, [&session, passphrase] { return change_passphrase(session, *passphrase); });
  auto replaced = std::make_shared<ReplaceOptions>();
  auto* replace_command =
      app.add_subcommand("keys-replace", "after the keys became known: a new master key, passphrase and full backup");
  replace_command->add_option("--at", replaced->target, "a place's name or a folder")->required()->check(not_empty());
  replace_command->add_option("--new-passphrase-file", replaced->new_file, "its first line is the new one")->required();
  replace_command->add_option("--user", replaced->user, "who does it");
  session.in_shop(replace_command, [&session, replaced] { return replace(session, *replaced); });
}

}  // namespace

void add_care_commands(CLI::App& app, CtlSession& session) {
  session.in_shop(app.add_subcommand("doctor", "examine database, numbers, stock, journal, keys, disk"),
                  [&session] { return doctor(session); });
  session.in_shop(app.add_subcommand("health", "the same, for monitoring"), [&session] { return doctor(session); });
  add_key_commands(app, session);
}

}  // namespace till::app

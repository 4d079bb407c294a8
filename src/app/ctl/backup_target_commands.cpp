// tillctl backup target ...: the places of this terminal's backups.
#include <fmt/format.h>
#include <boost/json.hpp>

#include "app/age.hpp"
#include "app/backup_runs.hpp"
#include "app/ctl/place_option.hpp"
#include "app/ctl/session.hpp"
#include "app/stick_probe.hpp"
#include "core/clock.hpp"

namespace till::app {
namespace {

namespace json = boost::json;

struct TargetOptions {
  std::string name, kind, path, key, value, user;
  bool own_volume = false;
  std::uint64_t probe_mb = 0;
};

json::value number_or_null(const std::optional<std::uint64_t>& number) {
  return number ? json::value(*number) : json::value(nullptr);
}

json::object json_of(const TargetReport& report) {
  const auto& t = report.target;
  const auto said = sentence_of(report.state);
  json::object keep{
      {"last", t.keep_last}, {"daily", t.keep_daily}, {"weekly", t.keep_weekly}, {"monthly", t.keep_monthly}};
  json::object schedule{{"every", backup::to_string(t.schedule.every)},
                        {"at", fmt::format("{:02}:{:02}", t.schedule.minute / 60, t.schedule.minute % 60)},
                        {"weekday", t.schedule.weekday},
                        {"day", t.schedule.day},
                        {"shift_close", t.schedule.on_shift_close},
                        {"next", report.next ? to_rfc3339(*report.next) : std::string()}};
  const auto& history = report.history;
  return {{"name", t.name},
          {"kind", to_string(t.kind)},
          {"place", t.place},
          {"path", report.path},
          {"sticks", t.stores.size()},
          {"state", said.word},
          {"good", report.state == TargetState::ready},
          {"sentence", said.sentence},
          {"action", said.action},
          {"problem", history.problem},
          {"failures", history.failures},
          {"last", history.succeeded_at.us > 0 ? to_rfc3339(history.succeeded_at) : std::string()},
          {"free", number_or_null(report.free_bytes)},
          {"total", number_or_null(report.total_bytes)},
          {"room", number_or_null(report.room)},
          {"quota", t.quota_bytes},
          {"schedule", std::move(schedule)},
          {"keep", std::move(keep)}};
}

std::string text_of(const TargetReport& report) {
  const auto said = sentence_of(report.state);
  std::string text = fmt::format("{}  {}  {}  {}", report.target.name, to_string(report.target.kind), said.word,
                                 report.path.empty() ? report.target.place : report.path);
  if (report.free_bytes) text += "  " + bytes_text(*report.free_bytes) + " free";
  if (report.room) text += fmt::format(", room for about {} more backups", *report.room);
  text += "\n";
  if (report.state != TargetState::ready) text += fmt::format("    {} {}\n", said.sentence, said.action);
  if (!report.history.problem.empty()) text += "    last run: " + report.history.problem + "\n";
  if (report.next) text += "    next: " + to_local(*report.next) + "\n";
  return text;
}

Result<CtlReply> list(CtlSession& session) {
  json::array rows;
  CtlReply reply;
  for (const auto& target : TRY(backup_targets(session.shop()))) {
    const auto report = report_target(session.shop(), target, true);
    rows.push_back(json_of(report));
    reply.text += text_of(report);
  }
  if (rows.empty()) reply.text = "no places for backups yet; set one up with: tillctl backup target add\n";
  reply.json = std::move(rows);
  return reply;
}

Result<CtlReply> add(CtlSession& session, const TargetOptions& options) {
  auto& shop = session.shop();
  const auto actor = TRY(actor_named(shop, options.user));
  NewTarget wish{options.name, TRY(target_kind_from(options.kind)), {}, options.own_volume};
  if (!options.path.empty()) wish.path = session.path(options.path);
  if (options.probe_mb > 0) {
    Task task;
    TRY(probe_stick(shop, actor, wish.path, options.probe_mb * 1'000'000, task));
  }
  const auto added = TRY(add_backup_target(shop, actor, wish));
  const auto report = report_target(shop, added, true);
  return CtlReply{json_of(report), text_of(report), 0, {}};
}

Result<CtlReply> remove(CtlSession& session, const TargetOptions& options) {
  const auto actor = TRY(actor_named(session.shop(), options.user));
  TRY(remove_backup_target(session.shop(), actor, options.name));
  return CtlReply{
      json::object{{"removed", options.name}}, options.name + " is out of the list; what lies there stays\n", 0, {}};
}

Result<CtlReply> set(CtlSession& session, const TargetOptions& options) {
  auto& shop = session.shop();
  const auto actor = TRY(actor_named(shop, options.user));
  if (options.value.empty()) return invalid("give the value that '" + options.key + "' shall have");
  TRY(set_backup_target(shop, actor, options.name, options.key, options.value));
  const auto target = TRY(backup_target(shop, options.name));
  const auto report = report_target(shop, *target, false);
  return CtlReply{json_of(report), text_of(report), 0, {}};
}

Result<CtlReply> sticks(CtlSession& session) {
  json::array rows;
  CtlReply reply;
  for (const auto& stick : TRY(plugged_sticks(session.shop()))) {
    rows.push_back({{"path", stick.path},
                    {"source", stick.source},
                    {"free", stick.free_bytes},
                    {"read_only", stick.read_only},
                    {"target", stick.target}});
    reply.text += fmt::format("{}  {}  {} free{}{}\n", stick.path, stick.source, bytes_text(stick.free_bytes),
                              stick.read_only ? "  read only" : "", stick.target.empty() ? "" : "  " + stick.target);
  }
  if (rows.empty()) reply.text = "no stick is plugged in\n";
  reply.json = std::move(rows);
  return reply;
}

Result<CtlReply> probe(CtlSession& session, const TargetOptions& options) {
  Task task;
  auto& shop = session.shop();
  const auto actor = TRY(actor_named(shop, options.user));
  const auto bytes = options.probe_mb * 1'000'000;
  const bool is_place = TRY(backup_target(shop, options.name)).has_value();
  const auto probed = is_place ? TRY(probe_place(shop, actor, options.name, bytes, task))
                               : TRY(probe_stick(shop, actor, session.path(options.name), bytes, task));
  return CtlReply{json::object{{"bytes", probed}, {"good", true}},
                  fmt::format("{} were written and read back as they were\n", bytes_text(probed)),
                  0,
                  {}};
}

Result<CtlReply> run(CtlSession& session, const TargetOptions& options) {
  auto& shop = session.shop();
  const auto actor = TRY(actor_named(shop, options.user));
  TRY(require_right(shop, actor, domain::Right::backup, options.name));
  Task task;
  const auto outcome = TRY(run_target(shop, actor, options.name, task));
  const auto& m = outcome.made.manifest;
  const bool good = outcome.proof_problem.empty();
  return CtlReply{json::object{{"generation", m.generation},
                               {"kind", backup::to_string(m.kind)},
                               {"new", m.new_bytes},
                               {"removed", outcome.removed},
                               {"proof_problem", outcome.proof_problem}},
                  fmt::format("backup {} is stored, read back and verified; {} old ones were removed\n{}", m.generation,
                              outcome.removed, good ? "" : outcome.proof_problem + "\n"),
                  good ? 0 : 1, outcome.proof_problem};
}

}  // namespace

void add_backup_target_commands(CLI::App& backup, CtlSession& session) {
  auto options = std::make_shared<TargetOptions>();
  auto* run_command =
      backup.add_subcommand("run", "back up to a place as its schedule does: make, prune, prove a part");
  run_command->add_option("NAME", options->name)->required();
  run_command->add_option("--user", options->user);
  session.in_shop(run_command, [&session, options] { return run(session, *options); });

  auto* target = backup.add_subcommand("target", "the places of this terminal's backups");
  target->require_subcommand(1);
  session.in_shop(target->add_subcommand("list", "their state, space and schedule"),
                  [&session] { return list(session); });
  session.in_shop(target->add_subcommand("sticks", "what is plugged in and could become one"),
                  [&session] { return sticks(session); });

  auto* add_command = target->add_subcommand("add", "set one up; a stick of a name that is there takes turns with it");
  add_command->add_option("NAME", options->name, "small letters, digits, dashes")->required();
  add_command->add_option("KIND", options->kind, "stick, folder or hub")->required();
  add_command->add_option("--at", options->path, "the folder, or where the stick is mounted")->check(not_empty());
  add_command->add_flag("--own-volume", options->own_volume, "also on the disk that the till runs from");
  add_command->add_option("--probe", options->probe_mb, "write and read back so many MB first");
  add_command->add_option("--user", options->user);
  session.in_shop(add_command, [&session, options] { return add(session, *options); });

  auto* remove_command = target->add_subcommand("remove", "out of the list; what lies there stays");
  remove_command->add_option("NAME", options->name)->required();
  remove_command->add_option("--user", options->user);
  session.in_shop(remove_command, [&session, options] { return remove(session, *options); });

  auto* set_command = target->add_subcommand("set", "its schedule, what it keeps, its quota");
  set_command->add_option("NAME", options->name)->required();
  set_command
      ->add_option("KEY", options->key,
                   "every, at, weekday, day, shift-close, keep, keep-daily, keep-weekly, keep-monthly, quota-mb, "
                   "pin, unpin")
      ->required();
  set_command->add_option("VALUE", options->value, "required");
  set_command->add_option("--amount", options->value)->group("");  // as which a negative one comes
  set_command->add_option("--user", options->user);
  session.in_shop(set_command, [&session, options] { return set(session, *options); });

  auto* probe_command = target->add_subcommand("probe", "find a stick that is smaller than it says");
  probe_command->add_option("NAME", options->name, "a place, or a folder")->required();
  probe_command->add_option("--mb", options->probe_mb, "how much to write; all that is free if missing");
  probe_command->add_option("--user", options->user);
  session.in_shop(probe_command, [&session, options] { return probe(session, *options); });
}

}  // namespace till::app

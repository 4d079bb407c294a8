#include <fmt/format.h>
#include <boost/json.hpp>

#include "app/backups.hpp"
#include "app/ctl/session.hpp"
#include "app/journal.hpp"
#include "app/shop_state.hpp"

namespace till::app {
namespace {

namespace json = boost::json;

struct BackupOptions {
  std::string target, generation, user;
  std::uint32_t keep = 10;
  bool full = false;
};

Result<CtlReply> create(CtlSession& session, const BackupOptions& options) {
  auto& shop = session.shop();
  const auto actor = TRY(actor_named(shop, options.user));
  Task task;
  const auto made = TRY(create_backup(shop, actor, session.path(options.target), session.request().passphrase, task));
  const auto& m = made.manifest;
  return CtlReply{
      json::object{{"generation", m.generation},
                   {"kind", "full"},
                   {"size", m.plain_size},
                   {"stored", m.stored_size},
                   {"new", m.new_bytes},
                   {"sales", m.marker.sales},
                   {"last_receipt", m.marker.last_receipt},
                   {"verified", true},
                   {"passphrase", made.ring_stored}},
      fmt::format("backup {} is stored, read back and verified: {} bytes of {}\n{}", m.generation, m.stored_size,
                  m.plain_size, made.ring_stored ? "" : "no recovery passphrase is set: only this PC can open it\n"),
      0,
      {}};
}

Result<CtlReply> list(CtlSession& session, const BackupOptions& options) {
  json::array rows;
  CtlReply reply;
  for (const auto& row :
       TRY(list_generations(session.shop(), session.path(options.target), session.request().passphrase))) {
    rows.push_back({{"generation", row.generation},
                    {"kind", row.kind},
                    {"at", to_rfc3339(row.at)},
                    {"device", row.device_name},
                    {"size", row.plain_bytes},
                    {"stored", row.stored_bytes},
                    {"new", row.new_bytes},
                    {"sales", row.sales},
                    {"last_receipt", row.last_receipt},
                    {"problem", row.problem}});
    reply.text += fmt::format("{}  {}  {} sales  {} bytes  {}\n", row.generation, row.kind, row.sales, row.stored_bytes,
                              row.problem);
  }
  if (rows.empty()) reply.text = "no backups here\n";
  reply.json = std::move(rows);
  return reply;
}

// All generations, or one; the first that is not whole is the error.
Result<CtlReply> verify(CtlSession& session, const BackupOptions& options) {
  const auto target = session.path(options.target);
  std::vector<std::string> wanted{options.generation};
  if (options.generation.empty()) {
    wanted.clear();
    for (const auto& row : TRY(list_generations(session.shop(), target, session.request().passphrase)))
      wanted.push_back(row.generation);
    if (wanted.empty()) return invalid("there is no backup in '" + options.target + "'");
  }
  json::array rows;
  CtlReply reply;
  for (const auto& generation : wanted) {
    Task task;
    const auto verified = verify_generation(session.shop(), target, generation, session.request().passphrase, task);
    journal_alone(session.shop().state(), Actor{},
                  {"backup.verify", generation, verified ? "whole" : verified.error().message});
    rows.push_back({{"generation", generation},
                    {"ok", verified.has_value()},
                    {"problem", verified ? "" : verified.error().message}});
    reply.text += fmt::format("{}: {}\n", generation, verified ? "whole" : verified.error().message);
    if (verified || reply.exit_code != 0) continue;
    reply.exit_code = 1;
    reply.error = verified.error().message;
  }
  reply.json = std::move(rows);
  return reply;
}

Result<CtlReply> prune(CtlSession& session, const BackupOptions& options) {
  const auto actor = TRY(actor_named(session.shop(), options.user));
  Task task;
  const auto pruned = TRY(prune_generations(session.shop(), actor, session.path(options.target), options.keep, task));
  json::array removed;
  for (const auto& generation : pruned.removed) removed.emplace_back(generation);
  return CtlReply{json::object{{"removed", std::move(removed)}, {"freed", pruned.freed_bytes}},
                  fmt::format("{} generations removed, {} bytes freed\n", pruned.removed.size(), pruned.freed_bytes),
                  0,
                  {}};
}

Result<CtlReply> restore(CtlSession& session, const BackupOptions& options) {
  Task task;
  const auto restored = TRY(restore_shop({session.path(session.request().folder), session.path(options.target),
                                          options.generation, session.request().passphrase, options.user},
                                         task));
  return CtlReply{
      json::object{{"generation", restored.generation},
                   {"sales", restored.sales},
                   {"last_receipt", restored.last_receipt},
                   {"replaced", restored.replaced_folder}},
      fmt::format(
          "restored {}: {} sales, last receipt {}\n{}", restored.generation, restored.sales, restored.last_receipt,
          restored.replaced_folder.empty() ? "" : "what was here before is in " + restored.replaced_folder + "\n"),
      0,
      {}};
}

}  // namespace

void add_backup_commands(CLI::App& app, CtlSession& session) {
  auto* backup = app.add_subcommand("backup", "encrypted backups in a folder");
  backup->require_subcommand(1);
  auto options = std::make_shared<BackupOptions>();

  auto* create_command = backup->add_subcommand("create", "make one while the shop sells; verified by reading back");
  create_command->add_option("--to", options->target, "folder")->required();
  create_command->add_flag("--full", options->full, "a full one (every backup is, so far)");
  create_command->add_option("--user", options->user);
  session.in_shop(create_command, [&session, options] { return create(session, *options); });

  auto* list_command = backup->add_subcommand("list", "the generations in a folder");
  list_command->add_option("--at", options->target, "folder")->required();
  session.in_shop(list_command, [&session, options] { return list(session, *options); });

  auto* verify_command = backup->add_subcommand("verify", "read generations back and check every chunk");
  verify_command->add_option("GENERATION", options->generation, "all if missing");
  verify_command->add_option("--at", options->target, "folder")->required();
  session.in_shop(verify_command, [&session, options] { return verify(session, *options); });

  auto* prune_command = backup->add_subcommand("prune", "remove old generations of this terminal");
  prune_command->add_option("--at", options->target, "folder")->required();
  prune_command->add_option("--keep", options->keep, "verified generations to keep")->check(CLI::Range(1, 100000));
  prune_command->add_option("--user", options->user);
  session.in_shop(prune_command, [&session, options] { return prune(session, *options); });

  auto* restore_command = backup->add_subcommand("restore", "over the closed data folder, or into a new one");
  restore_command->add_option("GENERATION", options->generation, "as listed, or: latest")->required();
  restore_command->add_option("--from", options->target, "folder")->required();
  restore_command->add_option("--user", options->user);
  session.alone(restore_command, [&session, options] { return restore(session, *options); });
}

}  // namespace till::app

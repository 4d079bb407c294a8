#include <fmt/format.h>
#include <boost/json.hpp>

#include "app/backup_target.hpp"
#include "app/backups.hpp"
#include "app/ctl/place_option.hpp"
#include "app/ctl/session.hpp"
#include "app/journal.hpp"
#include "app/restore_parts.hpp"
#include "app/restores.hpp"
#include "app/shop_state.hpp"
#include "core/clock.hpp"

namespace till::app {
namespace {

namespace json = boost::json;

struct BackupOptions {
  std::string target, generation, user, only, until;
  backup::RetentionRule rule;
  std::uint32_t parts = 0;
  bool full = false, media = false, structure = false, drill = false, dry_run = false, no_save = false;
};

// Tenths without a float.
std::string ratio_of(std::uint64_t plain, std::uint64_t stored) {
  const auto tenths = stored == 0 ? 0 : plain * 10 / stored;
  return fmt::format("{}.{}", tenths / 10, tenths % 10);
}

Result<CtlReply> create(CtlSession& session, const BackupOptions& options) {
  auto& shop = session.shop();
  const auto actor = TRY(actor_named(shop, options.user));
  Task task;
  const auto made = TRY(create_backup(shop, actor, TRY(place_given(session, options.target)),
                                      session.request().passphrase, task, {options.full, options.media}));
  const auto& m = made.manifest;
  const auto kind = std::string(backup::to_string(m.kind));
  return CtlReply{json::object{{"generation", m.generation},
                               {"kind", kind},
                               {"parent", m.kind == backup::GenerationKind::incremental ? m.parent : std::string()},
                               {"size", m.plain_size},
                               {"stored", m.stored_size},
                               {"new", m.new_bytes},
                               {"ratio", ratio_of(m.plain_size, m.new_bytes)},
                               {"media", m.media.size()},
                               {"sales", m.marker.sales},
                               {"last_receipt", m.marker.last_receipt},
                               {"verified", true},
                               {"passphrase", made.ring_stored}},
                  fmt::format("backup {} ({}) is stored, read back and verified: {} bytes for {}, {} of them new\n{}",
                              m.generation, kind, m.stored_size, m.plain_size, m.new_bytes,
                              made.ring_stored ? "" : "no recovery passphrase is set: only this PC can open it\n"),
                  0,
                  {}};
}

Result<CtlReply> list(CtlSession& session, const BackupOptions& options) {
  json::array rows;
  CtlReply reply;
  const auto target = TRY(place_given(session, options.target));
  for (const auto& row : TRY(list_generations(session.shop(), target, session.request().passphrase))) {
    rows.push_back({{"generation", row.generation},
                    {"kind", row.kind},
                    {"at", to_rfc3339(row.at)},
                    {"device", row.device_name},
                    {"size", row.plain_bytes},
                    {"stored", row.stored_bytes},
                    {"new", row.new_bytes},
                    {"ratio", ratio_of(row.plain_bytes, row.new_bytes)},
                    {"parent", row.parent},
                    {"before_restore", row.before_restore},
                    {"verified", row.verified},
                    {"last_proof", row.last_proof},
                    {"last_proved_at", row.last_proof.empty() ? std::string() : to_rfc3339(row.last_proved_at)},
                    {"sales", row.sales},
                    {"last_receipt", row.last_receipt},
                    {"problem", row.problem}});
    const auto state = !row.problem.empty() ? row.problem : row.verified ? row.last_proof : "not verified";
    reply.text += fmt::format("{}  {}  {} sales  {} bytes  {}{}\n", row.generation, row.kind, row.sales, row.new_bytes,
                              row.before_restore ? "before a restore, " : "", state);
  }
  if (rows.empty()) reply.text = "no backups here\n";
  reply.json = std::move(rows);
  return reply;
}

Status look_at(CtlSession& session, const BackupOptions& options, const std::string& target,
               const std::string& generation) {
  Task task;
  const auto& passphrase = session.request().passphrase;
  if (options.drill) return drill_generation(session.shop(), target, generation, passphrase, task);
  backup::VerifyDepth depth;
  if (options.structure) depth.kind = backup::ProofKind::structure;
  if (options.parts > 0) depth = {backup::ProofKind::part, 0, options.parts};
  TRY(verify_generation(session.shop(), target, generation, passphrase, task, depth));
  return {};
}

std::string depth_of(const BackupOptions& options) {
  if (options.drill) return "restored into a scratch folder";
  if (options.parts > 0) return fmt::format("one of {} parts", options.parts);
  return options.structure ? "structure" : "every piece";
}

// All generations, or one; the first that is not whole is the error.
Result<CtlReply> verify(CtlSession& session, const BackupOptions& options) {
  const auto actor = TRY(actor_named(session.shop(), options.user));
  const auto target = TRY(place_given(session, options.target));
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
    const auto verified = look_at(session, options, target, generation);
    journal_alone(
        session.shop().state(), actor,
        {"backup.verify", generation, depth_of(options) + ": " + (verified ? "whole" : verified.error().message)});
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
  const auto target = TRY(place_given(session, options.target));
  const auto pruned = TRY(prune_generations(session.shop(), actor, target, options.rule, task));
  json::array removed;
  for (const auto& generation : pruned.removed) removed.emplace_back(generation);
  return CtlReply{
      json::object{
          {"removed", std::move(removed)}, {"freed", pruned.freed_bytes}, {"clock_jumped", pruned.clock_jumped}},
      fmt::format("{} generations removed, {} bytes freed\n{}", pruned.removed.size(), pruned.freed_bytes,
                  pruned.clock_jumped ? "nothing was removed, since the clock has jumped: set it right\n" : ""),
      0,
      {}};
}

Result<CtlReply> restore_whole(CtlSession& session, const BackupOptions& options) {
  Task task;
  RestoreWish wish;
  wish.folder = session.path(session.request().folder);
  wish.target = TRY(place_given(session, options.target));
  wish.generation = options.generation;
  wish.passphrase = session.request().passphrase;
  wish.asked_by = options.user;
  wish.save_first = !options.no_save;
  if (options.dry_run) return invalid("--dry-run is for --only: a whole restore replaces everything");
  if (!options.until.empty()) wish.until = TRY(from_rfc3339(options.until));
  const auto done = TRY(restore_shop(wish, task));
  CtlReply reply;
  reply.json = json::object{{"generation", done.generation},
                            {"sales", done.sales},
                            {"last_receipt", done.last_receipt},
                            {"replaced", done.replaced_folder},
                            {"saved_as", done.saved_as},
                            {"not_saved", done.not_saved},
                            {"continued_with", done.continued_with},
                            {"changes_taken", done.changes_taken},
                            {"media", done.media_files}};
  reply.text = fmt::format("restored {}: {} sales, last receipt {}\n", done.generation, done.sales, done.last_receipt);
  if (!done.continued_with.empty()) {
    reply.text += fmt::format("{} changes up to {} were taken out of {}\n", done.changes_taken, options.until,
                              done.continued_with);
  }
  if (!done.saved_as.empty()) reply.text += "what was here before is backup " + done.saved_as + "\n";
  if (!done.replaced_folder.empty()) reply.text += "what was here before is in " + done.replaced_folder + "\n";
  return reply;
}

Result<CtlReply> restore_some(CtlSession& session, const BackupOptions& options) {
  if (!options.until.empty()) return invalid("--until is for a whole restore; choose a backup for --only");
  auto& shop = session.shop();
  const auto actor = TRY(actor_named(shop, options.user));
  Task task;
  PartsWish wish{TRY(place_given(session, options.target)), options.generation, session.request().passphrase,
                 TRY(restore_parts_of(options.only)),       options.dry_run,    !options.no_save};
  const auto report = TRY(restore_parts(shop, actor, wish, task));
  json::array rows;
  CtlReply reply;
  for (const auto& row : report.rows) {
    json::array fields;
    std::string changed;
    for (const auto& field : row.fields) {
      fields.emplace_back(field);
      changed += (changed.empty() ? ": " : ", ") + field;
    }
    rows.push_back({{"part", to_string(row.part)},
                    {"change", to_string(row.change)},
                    {"what", row.what},
                    {"name", row.name},
                    {"fields", std::move(fields)}});
    reply.text += fmt::format("{}  {} {}{}\n", to_string(row.change), row.what, row.name, changed);
  }
  reply.json = json::object{{"generation", report.generation}, {"dry_run", report.dry_run}, {"added", report.added},
                            {"changed", report.changed},       {"removed", report.removed}, {"kept", report.kept},
                            {"saved_as", report.saved_as},     {"rows", std::move(rows)}};
  reply.text += fmt::format("{}{} added, {} changed, {} removed, {} kept\n", report.dry_run ? "would be: " : "",
                            report.added, report.changed, report.removed, report.kept);
  return reply;
}

}  // namespace

void add_backup_commands(CLI::App& app, CtlSession& session) {
  auto* backup = app.add_subcommand("backup", "encrypted backups in folders, on sticks and at the hub");
  backup->require_subcommand(1);
  auto options = std::make_shared<BackupOptions>();

  auto* create_command = backup->add_subcommand(
      "create", "make one while the shop sells, of what changed since the last; verified by reading back");
  create_command->add_option("--to", options->target, "a place's name or a folder")->required()->check(not_empty());
  create_command->add_flag("--full", options->full, "a full one, whatever could be continued");
  create_command->add_flag("--media", options->media, "product pictures and the receipt's logo, too");
  create_command->add_option("--user", options->user);
  session.in_shop(create_command, [&session, options] { return create(session, *options); });

  add_backup_target_commands(*backup, session);

  auto* list_command = backup->add_subcommand("list", "the generations in a place");
  list_command->add_option("--at", options->target, "a place's name or a folder")->required()->check(not_empty());
  session.in_shop(list_command, [&session, options] { return list(session, *options); });

  auto* verify_command = backup->add_subcommand("verify", "read generations back and check every chunk");
  verify_command->add_option("GENERATION", options->generation, "all if missing");
  verify_command->add_option("--at", options->target, "a place's name or a folder")->required()->check(not_empty());
  auto* structure = verify_command->add_flag("--structure", options->structure, "only that everything is there");
  auto* parts = verify_command->add_option("--parts", options->parts, "only the turn's part of so many")
                    ->check(CLI::Range(1, 365))
                    ->excludes(structure);
  verify_command->add_flag("--drill", options->drill, "restore it into a scratch folder and look at it there")
      ->excludes(structure)
      ->excludes(parts);
  session.in_shop(verify_command, [&session, options] { return verify(session, *options); });

  auto* prune_command = backup->add_subcommand("prune", "remove old generations of this terminal");
  prune_command->add_option("--at", options->target, "a place's name or a folder")->required()->check(not_empty());
  prune_command->add_option("--keep", options->rule.keep_last, "verified generations to keep")
      ->check(CLI::Range(1, 100000));
  prune_command->add_option("--daily", options->rule.keep_daily, "and the last one of so many days");
  prune_command->add_option("--weekly", options->rule.keep_weekly, "of so many weeks");
  prune_command->add_option("--monthly", options->rule.keep_monthly, "of so many months");
  prune_command->add_option("--user", options->user);
  session.in_shop(prune_command, [&session, options] { return prune(session, *options); });

  auto* restore_command = backup->add_subcommand("restore", "over the closed data folder, or into a new one");
  restore_command->add_option("GENERATION", options->generation, "as listed, or: latest")->required();
  restore_command->add_option("--from", options->target, "a place's name, a folder, or stick: for the one plugged in")
      ->required()
      ->check(not_empty());
  restore_command->add_option("--user", options->user);
  restore_command->add_option("--until", options->until,
                              "a moment (RFC 3339): the backup before, and its changes since");
  restore_command->add_flag("--dry-run", options->dry_run, "with --only: say what would change");
  restore_command->add_flag("--no-save", options->no_save, "do not save the present data first");
  session.alone(restore_command, [&session, options] { return restore_whole(session, *options); });
  restore_command->add_option_function<std::string>(
      "--only",
      [&session, options, restore_command](const std::string& only) {
        options->only = only;
        session.in_shop(restore_command, [&session, options] { return restore_some(session, *options); });
      },
      "parts into the running shop: products,customers,users,settings,tables,printers");
}

}  // namespace till::app

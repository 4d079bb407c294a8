// audit: list, show, verify, export, prune.
#include <fmt/format.h>
#include <boost/json.hpp>

#include "app/ctl/place_option.hpp"
#include "app/ctl/session.hpp"
#include "app/journal.hpp"
#include "app/journal_pruning.hpp"
#include "app/journal_reading.hpp"
#include "app/journal_words.hpp"
#include "app/shop_state.hpp"

namespace till::app {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxFileBytes = 512U << 20;

struct AuditOptions {
  std::string which, user, from, to, by, terminal, kind, text, before, at, file, out, format = "json";
  std::size_t limit = 50;
  bool dry_run = false;
};
using Options = std::shared_ptr<AuditOptions>;

Result<JournalQuery> query_of(const AuditOptions& options) {
  JournalQuery query;
  if (!options.from.empty()) query.from = TRY(from_rfc3339(options.from));
  if (!options.to.empty()) query.to = TRY(from_rfc3339(options.to));
  query.user = options.by;
  query.terminal = options.terminal;
  query.kind = options.kind;
  query.text = options.text;
  return query;
}

Result<CtlReply> list(CtlSession& session, const AuditOptions& options) {
  auto& shop = session.shop();
  const auto actor = TRY(actor_named(shop, options.user));
  TRY(require_right(shop, actor, domain::Right::audit_view, "journal"));
  const auto query = TRY(query_of(options));
  std::optional<storage::AuditPlace> before;
  if (!options.before.empty()) {
    const auto entry = TRY(journal_entry(shop, actor, options.before));
    before = storage::AuditPlace{entry.at, entry.id};
  }
  auto& state = shop.state();
  return state.db->read([&](storage::Connection& conn) -> Result<CtlReply> {
    CtlReply reply;
    json::array rows;
    TerminalNames names(state, conn);
    for (const auto& entry : TRY(storage::find_audit(conn, TRY(filter_of(conn, query)), before, options.limit))) {
      const auto terminal = names(entry.device);
      rows.push_back(journal_to_json(entry, terminal, false));
      reply.text += fmt::format("{}  {}/{}  {}{}  {}  {}  {}\n", to_rfc3339(entry.at), terminal, entry.sequence,
                                entry.user_name.empty() ? "-" : entry.user_name,
                                entry.approved_by.empty() ? "" : " (" + entry.approved_by + ")", entry.action,
                                entry.subject, entry.detail);
    }
    if (rows.empty()) reply.text = "no such entries\n";
    reply.json = std::move(rows);
    return reply;
  });
}

std::string line_of(const ShownChange& change) {
  const auto what = fmt::format("  {} {}, {}: ", change.kind, change.name, change.field);
  if (!change.has_values) return what + "changed\n";
  return what + (change.is_new ? "" : change.before.text + " -> ") + change.after.text + "\n";
}

Result<CtlReply> show(CtlSession& session, const AuditOptions& options) {
  auto& shop = session.shop();
  const auto actor = TRY(actor_named(shop, options.user));
  const auto entry = TRY(journal_entry(shop, actor, options.which));
  auto& state = shop.state();
  return state.db->read([&](storage::Connection& conn) -> Result<CtlReply> {
    TerminalNames names(state, conn);
    const auto terminal = names(entry.device);
    CtlReply reply{journal_to_json(entry, terminal, true), {}, 0, {}};
    reply.text =
        fmt::format("{} of {} at {}\n  {} {} {}\n  by {}{}\n  hash {}\n", entry.sequence, terminal,
                    to_rfc3339(entry.at), action_label(entry.action), entry.subject, entry.detail,
                    entry.user_name.empty() ? "the till itself" : entry.user_name,
                    entry.approved_by.empty() ? "" : ", allowed by " + entry.approved_by, short_form(entry.chain_hash));
    json::array shown;
    for (const auto& change : shown_changes(conn, shop.currency(), entry)) {
      reply.text += line_of(change);
      shown.push_back({{"kind", change.kind},
                       {"name", change.name},
                       {"field", change.field},
                       {"before", change.before.text},
                       {"after", change.after.text}});
    }
    reply.json.as_object()["shown"] = std::move(shown);
    return reply;
  });
}

CtlReply reply_of(const JournalCheck& check) {
  CtlReply reply;
  json::array chains;
  for (const auto& chain : check.chains) {
    json::array faults, notes;
    for (const auto& fault : chain.faults) faults.emplace_back(fault);
    for (const auto& note : chain.notes) notes.emplace_back(note);
    reply.text += fmt::format("{}: {} entries, {} to {}\n", chain.terminal, chain.entries, chain.first, chain.last);
    for (const auto& fault : chain.faults) reply.text += "  LOOK " + fault + "\n";
    for (const auto& note : chain.notes) reply.text += "  " + note + "\n";
    chains.push_back({{"terminal", chain.terminal},
                      {"device", to_string(chain.device)},
                      {"entries", chain.entries},
                      {"first", chain.first},
                      {"last", chain.last},
                      {"faults", std::move(faults)},
                      {"notes", std::move(notes)}});
  }
  reply.text += check.sentence + "\n";
  reply.json = json::object{
      {"ok", check.good}, {"entries", check.entries}, {"sentence", check.sentence}, {"chains", std::move(chains)}};
  if (!check.good) {
    reply.exit_code = 1;
    reply.error = check.sentence;
  }
  return reply;
}

Result<CtlReply> verify(CtlSession& session, const AuditOptions& options) {
  auto& shop = session.shop();
  TRY(require_right(shop, TRY(actor_named(shop, options.user)), domain::Right::audit_view, "journal"));
  if (!options.file.empty())
    return reply_of(TRY(verify_exported(shop, TRY(session.read_file(options.file, kMaxFileBytes)))));
  std::vector<storage::AuditAnchor> anchors;
  if (!options.at.empty())
    anchors = TRY(backup_anchors(shop, TRY(place_given(session, options.at)), session.request().passphrase));
  return reply_of(TRY(verify_journal(shop, anchors)));
}

Result<CtlReply> export_to(CtlSession& session, const AuditOptions& options) {
  auto& shop = session.shop();
  const auto actor = TRY(actor_named(shop, options.user));
  const auto format = options.format == "csv" ? JournalFormat::csv : JournalFormat::json;
  std::string content;
  Task task;
  const auto entries =
      TRY(export_journal(shop, actor, TRY(query_of(options)), format, task, [&](std::string_view piece) {
        content += piece;
        return Status{};
      }));
  if (options.out.empty()) {
    CtlReply reply{nullptr, content, 0, {}};
    reply.json = format == JournalFormat::json ? json::parse(content) : json::value(content);
    return reply;
  }
  TRY(session.write_file(options.out, content));
  return CtlReply{json::object{{"entries", entries}, {"out", options.out}},
                  fmt::format("{} entries in {}\n", entries, options.out),
                  0,
                  {}};
}

Result<CtlReply> prune(CtlSession& session, const AuditOptions& options) {
  auto& shop = session.shop();
  const auto actor = TRY(actor_named(shop, options.user));
  Task task;
  const auto pruned = TRY(prune_journal(shop, actor, options.dry_run, task));
  CtlReply reply;
  for (const auto& line : pruned.lines) reply.text += line + "\n";
  reply.text += fmt::format("{} entries older than {} {}\n", pruned.entries, to_rfc3339(pruned.older_than),
                            options.dry_run ? "would go" : "are gone; checkpoints stand for them");
  reply.json = json::object{
      {"entries", pruned.entries}, {"older_than", to_rfc3339(pruned.older_than)}, {"dry_run", options.dry_run}};
  return reply;
}

void add_filter(CLI::App& command, AuditOptions& options) {
  command.add_option("--from", options.from, "not before, RFC 3339 UTC");
  command.add_option("--to", options.to, "before, RFC 3339 UTC");
  command.add_option("--by", options.by, "who did or allowed it");
  command.add_option("--terminal", options.terminal, "name, code or id");
  command.add_option("--kind", options.kind,
                     "sales, cash, catalogue, people, refused, settings, sync, safety; or an action: price.change");
  command.add_option("--text", options.text, "in action, subject or detail");
}

}  // namespace

void add_audit_commands(CLI::App& app, CtlSession& session) {
  auto* audit = app.add_subcommand("audit", "the journal of who did what");
  audit->require_subcommand(1);
  const auto command = [&](const char* name, const char* help, auto run) {
    auto options = std::make_shared<AuditOptions>();
    auto* made = audit->add_subcommand(name, help);
    session.in_shop(made, [&session, options, run] { return run(session, *options); });
    return std::pair{made, options};
  };
  const auto [list_command, list_options] = command("list", "entries, the newest first", list);
  add_filter(*list_command, *list_options);
  list_command->add_option("--limit", list_options->limit, "how many")->check(CLI::Range(1, 10'000));
  list_command->add_option("--before", list_options->before, "older than this entry: its id or number");
  list_command->add_option("--user", list_options->user, "who asks");
  const auto [show_command, show_options] = command("show", "an entry with what it changed", show);
  show_command->add_option("ENTRY", show_options->which, "its number here, TERMINAL/NUMBER, or its id")->required();
  show_command->add_option("--user", show_options->user, "who asks");
  const auto [verify_command, verify_options] = command(
      "verify", "check all chains; names the first bad entry, missing numbers, and what says otherwise", verify);
  verify_command->add_option("--at", verify_options->at, "also against the backups in this place or folder")
      ->check(not_empty());
  verify_command->add_option("--file", verify_options->file, "check a file of audit export instead");
  verify_command->add_option("--user", verify_options->user, "who asks");
  const auto [export_command, export_options] =
      command("export", "entries as a file; all of them as JSON can be checked later", export_to);
  add_filter(*export_command, *export_options);
  export_command->add_option("--format", export_options->format)->check(CLI::IsMember({"csv", "json"}));
  export_command->add_option("--out", export_options->out, "file to write");
  export_command->add_option("--user", export_options->user, "who exports");
  const auto [prune_command, prune_options] =
      command("prune", "remove what is older than the setting audit.retention_days", prune);
  prune_command->add_flag("--dry-run", prune_options->dry_run, "say what would go, change nothing");
  prune_command->add_option("--user", prune_options->user, "who prunes");
}

}  // namespace till::app

#include "app/ctl/heal_command.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include "app/entity_text.hpp"
#include "app/healing.hpp"

namespace till::app {
namespace {

namespace json = boost::json;

struct HealOptions {
  std::string table, user;
  bool dry_run = false;
};

Result<std::set<sync::EntityNumber>> tables_of(const std::string& name) {
  std::set<sync::EntityNumber> tables;
  if (name.empty()) return tables;
  for (const auto entity : all_tables()) {
    if (name == entity_key(entity) || name == std::to_string(entity)) tables.insert(entity);
  }
  if (tables.empty())
    return invalid("there is no table '" + name + "'; give the name of an entity, as in: product, or its number");
  return tables;
}

Result<CtlReply> heal(CtlSession& session, const HealOptions& options) {
  auto& shop = session.shop();
  const auto actor = TRY(actor_named(shop, options.user));
  const auto result = TRY(heal_tables(shop, actor, TRY(tables_of(options.table)), options.dry_run));
  CtlReply reply;
  json::array tables, rows;
  reply.text = result.sentence + "\n";
  for (const auto& table : result.tables) {
    tables.push_back({{"table", table.name},
                      {"corrected", table.corrected},
                      {"not_in_log", table.not_in_log},
                      {"history_missing", table.history_missing},
                      {"digest_was_wrong", table.digest_was_wrong},
                      {"log", table.log}});
    reply.text += fmt::format("  {:<20} {:>6} corrected, {} in no log, {} without their history; log {}\n", table.name,
                              table.corrected, table.not_in_log, table.history_missing, table.log);
  }
  for (const auto& row : result.rows) {
    rows.push_back(json::string(row));
    reply.text += "  " + row + "\n";
  }
  reply.json = json::object{
      {"dry_run", options.dry_run},       {"sentence", result.sentence},     {"ok", result.good},
      {"records_folded", result.records}, {"corrected", result.corrected()}, {"stock_levels", result.stock_levels},
      {"tables", std::move(tables)},      {"rows", std::move(rows)}};
  if (!result.good) {
    reply.exit_code = 1;
    reply.error = result.sentence;
  }
  return reply;
}

}  // namespace

void add_heal_command(CLI::App& sync, CtlSession& session) {
  auto options = std::make_shared<HealOptions>();
  auto* command = sync.add_subcommand("heal", "put tables together again from the log, and set right what differs");
  command->add_option("table", options->table, "one entity, as in: product; without it all of them");
  command->add_flag("--dry-run", options->dry_run, "say what would be corrected, and change nothing");
  command->add_option("--user", options->user, "who does it");
  session.in_shop(command, [&session, options] { return heal(session, *options); });
}

}  // namespace till::app

// import, export, product.
#include <fmt/format.h>
#include <boost/json.hpp>

#include "app/catalogue.hpp"
#include "app/ctl/session.hpp"
#include "app/data/export.hpp"
#include "app/data/import.hpp"
#include "app/data/table_source.hpp"

namespace till::app {
namespace {

namespace json = boost::json;

struct ImportOptions {
  std::string kind, file, user, decimals;
  std::vector<std::string> columns;
  bool dry_run = false;
};

std::string sentence_of(const ImportProblem& problem) {
  if (problem.line == 0) return problem.sentence;
  if (problem.column.empty()) return fmt::format("line {}: {}", problem.line, problem.sentence);
  return fmt::format("line {}, {}: {}", problem.line, problem.column, problem.sentence);
}

json::object json_of(const ImportReport& report) {
  json::array problems, columns;
  for (const auto& p : report.problems)
    problems.push_back({{"line", p.line}, {"row", p.row}, {"column", p.column}, {"problem", p.sentence}});
  for (const auto& column : report.columns)
    columns.push_back(
        {{"column", column.name}, {"read_as", column.key.empty() ? json::value() : json::value(column.key)}});
  return {{"kind", report.kind},
          {"format", report.format},
          {"rows", report.rows},
          {"added", report.added},
          {"changed", report.changed},
          {"unchanged", report.unchanged},
          {"dry_run", report.dry_run},
          {"columns", std::move(columns)},
          {"notes", json::array(report.notes.begin(), report.notes.end())},
          {"problem_count", report.problem_count},
          {"problems", std::move(problems)}};
}

CtlReply reply_of(const ImportReport& report) {
  CtlReply reply;
  reply.json = json_of(report);
  std::string not_read;
  for (const auto& column : report.columns)
    if (column.key.empty()) not_read += (not_read.empty() ? "" : ", ") + column.name;
  reply.text = report.format + "\n";
  if (!not_read.empty()) reply.text += "not read: " + not_read + "\n";
  for (const auto& note : report.notes) reply.text += note + "\n";
  for (const auto& problem : report.problems) reply.text += sentence_of(problem) + "\n";
  reply.text += fmt::format("{} rows: {} new, {} changed, {} as they were{}\n", report.rows, report.added,
                            report.changed, report.unchanged, report.dry_run ? " (dry run: nothing was written)" : "");
  if (report.problem_count > 0) {
    reply.exit_code = 1;
    reply.error = fmt::format("{} {} cannot be imported, so nothing was; the first is {}", report.problem_count,
                              report.problem_count == 1 ? "cell" : "cells", sentence_of(report.problems.front()));
  }
  return reply;
}

Result<CtlReply> import_file(CtlSession& session, const ImportOptions& options) {
  const auto actor = TRY(actor_named(session.shop(), options.user));
  ImportWish wish;
  wish.kind = options.kind;
  wish.file_name = options.file.substr(options.file.rfind('/') + 1);
  wish.dry_run = options.dry_run;
  if (!options.decimals.empty()) wish.decimals = TRY(decimal_sign_from(options.decimals));
  for (const auto& choice : options.columns) TRY(add_choice(wish.columns, choice));
  wish.content = TRY(session.read_file(options.file, kMaxTableBytes));
  Task task;
  return reply_of(TRY(import_table(session.shop(), actor, std::move(wish), task)));
}

struct ExportOptions {
  std::string what, format, file, out, from, to, user;
};

Result<CtlReply> export_file(CtlSession& session, const ExportOptions& options) {
  const auto actor = TRY(actor_named(session.shop(), options.user));
  const auto& file = options.out.empty() ? options.file : options.out;
  ExportWish wish;
  wish.what = options.what;
  wish.format = options.format.empty() ? file_format_of(file) : TRY(file_format_from(options.format));
  if (!options.from.empty()) wish.from = TRY(from_rfc3339(options.from));
  if (!options.to.empty()) wish.to = TRY(from_rfc3339(options.to));
  Task task;
  if (file.empty()) {
    if (session.json) wish.format = FileFormat::json;
    auto exported = TRY(export_text(session.shop(), actor, wish, task));
    CtlReply reply;
    if (session.json) reply.json = json::parse(exported.text);
    reply.text = std::move(exported.text);
    return reply;
  }
  const auto rows = TRY(export_to_file(session.shop(), actor, wish, session.path(file), task));
  return CtlReply{json::object{{"what", options.what}, {"rows", rows}, {"out", file}},
                  fmt::format("{} rows of {} in {}\n", rows, options.what, file),
                  0,
                  {}};
}

std::string listed(const std::vector<std::string>& names) {
  std::string list;
  for (const auto& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

struct ProductOptions {
  std::string code, price, available, user;
};

Result<CtlReply> product(CtlSession& session, const ProductOptions& options) {
  auto& shop = session.shop();
  const auto actor = TRY(actor_named(shop, options.user));
  const auto found = TRY(product_by_code(shop, options.code));
  if (!options.price.empty())
    TRY(change_price(shop, actor, found.id, TRY(domain::parse_money(options.price, shop.currency(), "the price"))));
  if (!options.available.empty()) TRY(set_available(shop, actor, found.id, options.available == "yes"));
  const auto now = TRY(product_by_code(shop, found.sku));
  CtlReply reply{TRY(product_to_json(shop, now)), {}, 0, {}};
  reply.text = fmt::format("{} {} {}\n", now.sku, now.name, domain::format_money(now.price, shop.currency()));
  return reply;
}

}  // namespace

void add_data_commands(CLI::App& app, CtlSession& session) {
  auto import_options = std::make_shared<ImportOptions>();
  auto* import_command = app.add_subcommand(
      "import", "rows from a CSV or JSON file, of this or another program: the whole file or nothing");
  import_command->add_option("KIND", import_options->kind, listed(import_kind_names()))->required();
  import_command->add_option("FILE", import_options->file)->required();
  import_command->add_flag("--dry-run", import_options->dry_run, "check and report, write nothing");
  import_command->add_option(
      "--map", import_options->columns,
      "a column of the file and what it is: \"Verkaufspreis=price\"; \"Verkaufspreis=\" leaves it out");
  import_command
      ->add_option("--decimal", import_options->decimals, "what decimals follow, where the file does not tell")
      ->check(CLI::IsMember({"point", "comma"}));
  import_command->add_option("--user", import_options->user, "who imports");
  session.in_shop(import_command, [&session, import_options] { return import_file(session, *import_options); });

  auto export_options = std::make_shared<ExportOptions>();
  auto* export_command = app.add_subcommand("export", "rows of the shop as CSV or JSON");
  export_command->add_option("WHAT", export_options->what, listed(export_names()))->required();
  export_command->add_option("FILE", export_options->file, "its ending says the format; without it, standard output");
  export_command->add_option("--format", export_options->format)->check(CLI::IsMember({"csv", "json"}));
  export_command->add_option("--out", export_options->out, "another way to name the file");
  export_command->add_option("--from", export_options->from, "not before, RFC 3339 UTC");
  export_command->add_option("--to", export_options->to, "before, RFC 3339 UTC");
  export_command->add_option("--user", export_options->user, "who exports");
  session.in_shop(export_command, [&session, export_options] { return export_file(session, *export_options); });

  auto product_options = std::make_shared<ProductOptions>();
  auto* product_command = app.add_subcommand("product", "show a product, or change its price or availability");
  product_command->add_option("CODE", product_options->code, "SKU or barcode")->required();
  product_command->add_option("--price", product_options->price, "the new price");
  product_command->add_option("--available", product_options->available)->check(CLI::IsMember({"yes", "no"}));
  product_command->add_option("--user", product_options->user, "who changes it");
  session.in_shop(product_command, [&session, product_options] { return product(session, *product_options); });
}

}  // namespace till::app

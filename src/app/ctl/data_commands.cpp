// import, export, product.
#include <fmt/format.h>
#include <boost/json.hpp>

#include "app/catalogue.hpp"
#include "app/ctl/session.hpp"
#include "app/export.hpp"
#include "app/import.hpp"

namespace till::app {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxImportBytes = 256U << 20;

struct ImportOptions {
  std::string what, file, user;
  bool dry_run = false;
};

CtlReply reply_of(const ImportReport& report) {
  CtlReply reply;
  json::array problems;
  for (const auto& problem : report.problems) {
    problems.push_back({{"line", problem.line}, {"problem", problem.sentence}});
    reply.text += fmt::format("line {}: {}\n", problem.line, problem.sentence);
  }
  reply.json = {{"rows", report.rows},           {"added", report.added},     {"changed", report.changed},
                {"unchanged", report.unchanged}, {"dry_run", report.dry_run}, {"problems", std::move(problems)}};
  reply.text += fmt::format("{} rows: {} new, {} changed, {} as they were{}\n", report.rows, report.added,
                            report.changed, report.unchanged, report.dry_run ? " (dry run: nothing was written)" : "");
  if (!report.problems.empty()) {
    reply.exit_code = 1;
    reply.error = fmt::format("{} rows cannot be imported, so nothing was; the first is line {}: {}",
                              report.problems.size(), report.problems.front().line, report.problems.front().sentence);
  }
  return reply;
}

Result<CtlReply> import_file(CtlSession& session, const ImportOptions& options) {
  if (options.what != "products") return invalid("cannot import '" + options.what + "'; choose products");
  const auto actor = TRY(actor_named(session.shop(), options.user));
  Task task;
  return reply_of(TRY(import_products(session.shop(), actor, TRY(session.read_file(options.file, kMaxImportBytes)),
                                      options.dry_run, task)));
}

struct ExportOptions {
  std::string what, format = "json", out, from, to, user;
};

Result<CtlReply> export_file(CtlSession& session, const ExportOptions& options) {
  const auto actor = TRY(actor_named(session.shop(), options.user));
  ExportRange range;
  if (!options.from.empty()) range.from = TRY(from_rfc3339(options.from));
  if (!options.to.empty()) range.to = TRY(from_rfc3339(options.to));
  auto rows = TRY(export_rows(session.shop(), actor, options.what, range));
  const auto count = rows.size();
  const auto content = options.format == "csv" ? to_csv(rows) : json::serialize(rows) + "\n";
  if (options.out.empty()) return CtlReply{std::move(rows), content, 0, {}};
  TRY(session.write_file(options.out, content));
  return CtlReply{json::object{{"what", options.what}, {"rows", count}, {"out", options.out}},
                  fmt::format("{} rows of {} in {}\n", count, options.what, options.out),
                  0,
                  {}};
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
  CtlReply reply{product_to_json(now, shop.currency()), {}, 0, {}};
  reply.text = fmt::format("{} {} {}\n", now.sku, now.name, domain::format_money(now.price, shop.currency()));
  return reply;
}

}  // namespace

void add_data_commands(CLI::App& app, CtlSession& session) {
  auto import_options = std::make_shared<ImportOptions>();
  auto* import_command = app.add_subcommand("import", "products from a CSV file: the whole file or nothing");
  import_command->add_option("WHAT", import_options->what, "products")->required();
  import_command->add_option("FILE", import_options->file)->required();
  import_command->add_flag("--dry-run", import_options->dry_run, "check and report, write nothing");
  import_command->add_option("--user", import_options->user, "who imports");
  session.in_shop(import_command, [&session, import_options] { return import_file(session, *import_options); });

  auto export_options = std::make_shared<ExportOptions>();
  auto* export_command = app.add_subcommand("export", "products, sales, customers, users, stock, settings or audit");
  export_command->add_option("WHAT", export_options->what)->required();
  export_command->add_option("--format", export_options->format)->check(CLI::IsMember({"csv", "json"}));
  export_command->add_option("--out", export_options->out, "file to write");
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

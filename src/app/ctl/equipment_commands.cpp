// printers, media.
#include <array>

#include "app/catalogue.hpp"
#include "app/catalogue_rows.hpp"
#include "app/ctl/text_command.hpp"
#include "app/media.hpp"
#include "app/printers.hpp"
#include "app/stores.hpp"
#include "storage/media_blobs.hpp"

namespace till::app {
namespace {

namespace json = boost::json;

json::object row_of(const domain::Printer& p) {
  return {{"name", p.name},
          {"role", to_string(p.role)},
          {"address", p.address},
          {"columns", p.columns},
          {"id", to_string(p.id)}};
}

Result<CtlReply> save(Shop& shop, const Actor& actor, const Given& given, domain::Printer printer) {
  given.into(printer.name, "name");
  given.into(printer.address, "address");
  TRY(given.into(printer.columns, "columns", 24, 64));
  if (given.has("role")) printer.role = TRY(printer_role_of(given["role"]));
  printer.id = TRY(save_shop_printer(shop, actor, printer));
  return reply_of_row(row_of(TRY(printer_named(shop, to_string(printer.id)))));
}

Result<PrinterTarget> target_of(Shop& shop, const Given& given) {
  if (given.has("room")) return PrinterTarget{domain::PrintsFor::room, {}, given["room"]};
  if (given.has("category"))
    return PrinterTarget{domain::PrintsFor::category, TRY(category_named(shop, given["category"])).id, {}};
  return PrinterTarget{domain::PrintsFor::device, TRY(terminal_named(shop, given["terminal"])).id, {}};
}

Result<CtlReply> list_assignments(Shop& shop, const Actor&, const Given&) {
  json::array rows;
  for (const auto& assignment : TRY(printer_assignments(shop))) {
    const auto printer = printer_named(shop, to_string(assignment.printer));
    std::string target = assignment.room;
    if (assignment.prints_for == domain::PrintsFor::device)
      if (const auto device = terminal_named(shop, to_string(assignment.target))) target = device->name;
    if (assignment.prints_for == domain::PrintsFor::category)
      if (const auto category = category_named(shop, to_string(assignment.target))) target = category->name;
    constexpr std::array<const char*, 3> kinds = {"terminal", "room", "category"};
    rows.push_back(json::object{{"printer", printer ? printer->name : std::string()},
                                {"for", kinds[static_cast<std::size_t>(assignment.prints_for)]},
                                {"target", target},
                                {"role", to_string(assignment.role)},
                                {"id", to_string(assignment.id)}});
  }
  return reply_of_rows(std::move(rows));
}

void add_assignment_commands(CLI::App& parent, CtlSession& session) {
  const std::vector<TextOption> targets = {
      {"--terminal", "name or id; this one"}, {"--room", "of tables"}, {"--category", "of products"}};
  auto options = targets;
  options.insert(options.begin(), {"WHICH", "name or id"});
  add_text_command(parent, session, "assign", "which printer prints for a terminal, a room or a category", options,
                   [](Shop& shop, const Actor& actor, const Given& given) -> Result<CtlReply> {
                     const auto printer = TRY(printer_named(shop, given["WHICH"]));
                     TRY(assign_printer(shop, actor, TRY(target_of(shop, given)), printer.id));
                     return reply_of_row(row_of(printer));
                   });
  options = targets;
  options.insert(options.begin(), {"ROLE", "receipt, kitchen or label"});
  add_text_command(
      parent, session, "unassign", "print there no more", options,
      [](Shop& shop, const Actor& actor, const Given& given) -> Result<CtlReply> {
        TRY(unassign_printer(shop, actor, TRY(target_of(shop, given)), TRY(printer_role_of(given["ROLE"]))));
        return reply_of_removal("the assignment");
      });
  add_text_command(parent, session, "assignments", "all of them", {}, list_assignments);
}

void add_printers_commands(CLI::App& app, CtlSession& session) {
  auto* parent = app.add_subcommand("printers", "the shop's printers and what they print");
  parent->require_subcommand(1);
  const std::vector<TextOption> fields = {{"--address", "tcp://192.168.1.50:9100, dev:///dev/usb/lp0 or file:FOLDER/"},
                                          {"--role", "receipt, kitchen or label"},
                                          {"--columns", "characters on a line"}};
  add_text_command(*parent, session, "list", "all of them", {},
                   [](Shop& shop, const Actor&, const Given&) -> Result<CtlReply> {
                     json::array rows;
                     for (const auto& printer : TRY(printers(shop))) rows.push_back(row_of(printer));
                     return reply_of_rows(std::move(rows));
                   });
  auto options = fields;
  options.insert(options.begin(), {"NAME", ""});
  add_text_command(*parent, session, "add", "a new one", options,
                   [](Shop& shop, const Actor& actor, const Given& given) -> Result<CtlReply> {
                     domain::Printer printer;
                     printer.name = given["NAME"];
                     return save(shop, actor, given, std::move(printer));
                   });
  options = fields;
  options.insert(options.begin(), {"WHICH", "name or id"});
  options.push_back({"--name", "another name"});
  add_text_command(*parent, session, "set", "configure one", options,
                   [](Shop& shop, const Actor& actor, const Given& given) -> Result<CtlReply> {
                     return save(shop, actor, given, TRY(printer_named(shop, given["WHICH"])));
                   });
  add_text_command(*parent, session, "remove", "and its assignments", {{"WHICH", "name or id"}},
                   [](Shop& shop, const Actor& actor, const Given& given) -> Result<CtlReply> {
                     const auto printer = TRY(printer_named(shop, given["WHICH"]));
                     TRY(remove_printer(shop, actor, printer.id));
                     return reply_of_removal(printer.name);
                   });
  add_assignment_commands(*parent, session);
}

json::object row_of(const domain::MediaFile& m) {
  return {{"name", m.name},
          {"kind", m.kind == domain::MediaKind::receipt_logo ? "logo" : "picture"},
          {"mime", m.mime},
          {"bytes", m.size_bytes},
          {"sha256", to_hex(m.sha256)},
          {"id", to_string(m.id)}};
}

Result<CtlReply> add_media_file(CtlSession& session, Shop& shop, const Actor& actor, const Given& given) {
  const auto file = given["FILE"];
  const auto text = TRY(session.read_file(file, storage::kMaxMediaBytes));
  const auto kind = given["kind"] == "logo" ? domain::MediaKind::receipt_logo : domain::MediaKind::product_picture;
  const auto name = given.has("name") ? given["name"] : storage::file_name(file);
  return reply_of_row(row_of(TRY(add_media(shop, actor, kind, name, view(text)))));
}

void add_media_commands(CLI::App& app, CtlSession& session) {
  auto* parent = app.add_subcommand("media", "pictures of products and the receipt's logo");
  parent->require_subcommand(1);
  add_text_command(*parent, session, "list", "all of them", {},
                   [](Shop& shop, const Actor&, const Given&) -> Result<CtlReply> {
                     json::array rows;
                     for (const auto& file : TRY(media_files(shop))) rows.push_back(row_of(file));
                     return reply_of_rows(std::move(rows));
                   });
  add_text_command(*parent, session, "add", "a PNG or JPEG of at most 2 MiB",
                   {{"FILE", ""}, {"--kind", "picture or logo"}, {"--name", "the file's"}},
                   [&session](Shop& shop, const Actor& actor, const Given& given) {
                     return add_media_file(session, shop, actor, given);
                   });
  add_text_command(*parent, session, "set", "another name", {{"WHICH", "name or id"}, {"NAME,--name", ""}},
                   [](Shop& shop, const Actor& actor, const Given& given) -> Result<CtlReply> {
                     const auto file = TRY(media_named(shop, given["WHICH"]));
                     TRY(rename_media(shop, actor, file.id, given["NAME"]));
                     return reply_of_row(row_of(TRY(media_named(shop, to_string(file.id)))));
                   });
  add_text_command(*parent, session, "remove", "take one out", {{"WHICH", "name or id"}},
                   [](Shop& shop, const Actor& actor, const Given& given) -> Result<CtlReply> {
                     const auto file = TRY(media_named(shop, given["WHICH"]));
                     TRY(remove_media(shop, actor, file.id));
                     return reply_of_removal(file.name);
                   });
  add_text_command(*parent, session, "save", "the picture into a file", {{"WHICH", "name or id"}, {"FILE", ""}},
                   [&session](Shop& shop, const Actor&, const Given& given) -> Result<CtlReply> {
                     const auto file = TRY(media_named(shop, given["WHICH"]));
                     TRY(session.write_file(given["FILE"], as_text(TRY(media_bytes(shop, file.id)))));
                     return reply_of_row(row_of(file));
                   });
  add_text_command(*parent, session, "picture", "of a product",
                   {{"CODE", "SKU or barcode"}, {"WHICH", "name, id or none"}},
                   [](Shop& shop, const Actor& actor, const Given& given) -> Result<CtlReply> {
                     const auto product = TRY(product_by_code(shop, given["CODE"]));
                     const Id media = given["WHICH"] == "none" ? Id{} : TRY(media_named(shop, given["WHICH"])).id;
                     TRY(set_product_picture(shop, actor, product.id, media));
                     return reply_of_row({{"sku", product.sku}, {"picture", given["WHICH"]}});
                   });
  add_text_command(*parent, session, "logo", "of the receipt", {{"WHICH", "name, id or none"}},
                   [](Shop& shop, const Actor& actor, const Given& given) -> Result<CtlReply> {
                     const Id media = given["WHICH"] == "none" ? Id{} : TRY(media_named(shop, given["WHICH"])).id;
                     TRY(set_receipt_logo(shop, actor, media));
                     return reply_of_row({{"logo", given["WHICH"]}});
                   });
  add_text_command(*parent, session, "tidy", "remove bytes that nothing names", {},
                   [](Shop& shop, const Actor& actor, const Given&) -> Result<CtlReply> {
                     const auto removed = TRY(remove_unused_media(shop, actor));
                     return CtlReply{json::object{{"removed", removed}},
                                     std::to_string(removed) + " pictures that nothing names were removed\n",
                                     0,
                                     {}};
                   });
}

}  // namespace

void add_equipment_commands(CLI::App& app, CtlSession& session) {
  add_printers_commands(app, session);
  add_media_commands(app, session);
}

}  // namespace till::app

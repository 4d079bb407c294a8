// stores, printers, media, users, settings, sync choice.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/catalogue.hpp"
#include "app/catalogue_rows.hpp"
#include "app/ctl/text_command.hpp"
#include "app/media.hpp"
#include "app/printers.hpp"
#include "app/row_edit.hpp"
#include "app/stores.hpp"
#include "app/sync_choice.hpp"
#include "app/users.hpp"
#include "storage/media_blobs.hpp"

namespace till::app {
namespace {

namespace json = boost::json;

Result<domain::Device> terminal_named(Shop& shop, const std::string& which) {
  if (which.empty() || which == "this")
    return shop.state().db->read([&](storage::Connection& conn) {
      return existing_row<domain::Device>(conn, shop.state().device(), "terminal");
    });
  return row_named<domain::Device>(shop, which, "terminal");
}

json::object row_of(const domain::Store& s) {
  return {{"name", s.name}, {"code", s.code}, {"price_list", s.price_list}, {"id", to_string(s.id)}};
}

Result<CtlReply> save(Shop& shop, const Actor& actor, const Given& given, domain::Store store) {
  given.into(store.name, "name");
  given.into(store.code, "code");
  given.into(store.price_list, "price-list");
  store.id = TRY(save_store(shop, actor, store));
  return reply_of_row(row_of(TRY(store_named(shop, to_string(store.id)))));
}

void add_store_commands(CLI::App& app, CtlSession& session) {
  auto* parent = app.add_subcommand("stores", "the branches of this shop");
  parent->require_subcommand(1);
  const std::vector<TextOption> fields = {{"--code", "short"}, {"--price-list", "empty: the shop's"}};
  add_text_command(*parent, session, "list", "all of them", {},
                   [](Shop& shop, const Actor&, const Given&) -> Result<CtlReply> {
                     json::array rows;
                     for (const auto& store : TRY(stores(shop))) rows.push_back(row_of(store));
                     return reply_of_rows(std::move(rows));
                   });
  auto options = fields;
  options.insert(options.begin(), {"NAME", ""});
  add_text_command(*parent, session, "add", "a new one", options,
                   [](Shop& shop, const Actor& actor, const Given& given) -> Result<CtlReply> {
                     domain::Store store;
                     store.name = given["NAME"];
                     return save(shop, actor, given, std::move(store));
                   });
  options = fields;
  options.insert(options.begin(), {"WHICH", "name or id"});
  options.push_back({"--name", "another name"});
  add_text_command(*parent, session, "set", "change one", options,
                   [](Shop& shop, const Actor& actor, const Given& given) -> Result<CtlReply> {
                     return save(shop, actor, given, TRY(store_named(shop, given["WHICH"])));
                   });
  add_text_command(*parent, session, "remove", "one without terminals", {{"WHICH", "name or id"}},
                   [](Shop& shop, const Actor& actor, const Given& given) -> Result<CtlReply> {
                     const auto store = TRY(store_named(shop, given["WHICH"]));
                     TRY(remove_store(shop, actor, store.id));
                     return reply_of_removal(store.name);
                   });
  add_text_command(*parent, session, "terminal", "where a terminal stands",
                   {{"STORE", "name, id or none"}, {"--terminal", "name or id; this one"}},
                   [](Shop& shop, const Actor& actor, const Given& given) -> Result<CtlReply> {
                     const auto device = TRY(terminal_named(shop, given["terminal"]));
                     const Id store = given["STORE"] == "none" ? Id{} : TRY(store_named(shop, given["STORE"])).id;
                     TRY(put_terminal_into_store(shop, actor, device.id, store));
                     return reply_of_row({{"terminal", device.name}, {"store", given["STORE"]}});
                   });
}

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
                     return reply_of_row({{"removed", TRY(remove_unused_media(shop, actor))}});
                   });
}

json::object row_of(const domain::User& user) {
  return {{"name", user.name}, {"role", domain::to_string(user.role)}, {"id", to_string(user.id)}};
}

void add_user_commands(CLI::App& app, CtlSession& session) {
  auto* parent = app.add_subcommand("users", "the people at the tills; PINs are made here and shown once");
  parent->require_subcommand(1);
  add_text_command(*parent, session, "list", "all of them", {},
                   [](Shop& shop, const Actor&, const Given&) -> Result<CtlReply> {
                     json::array rows;
                     for (const auto& user : active_users(shop)) rows.push_back(row_of(user));
                     return reply_of_rows(std::move(rows));
                   });
  add_text_command(*parent, session, "add", "a new one, with a PIN", {{"NAME", ""}, {"ROLE,--role", "cashier, ..."}},
                   [](Shop& shop, const Actor& actor, const Given& given) -> Result<CtlReply> {
                     const auto pin = random_pin(shop.state().random);
                     TRY(add_user(shop, actor, given["NAME"], TRY(domain::role_of(given["ROLE"])), pin));
                     auto row = row_of(TRY(user_by_name(shop, given["NAME"])));
                     row["pin"] = pin;
                     return reply_of_row(std::move(row));
                   });
  add_text_command(*parent, session, "role", "cashier, supervisor, manager or owner",
                   {{"WHICH", "name or id"}, {"ROLE", ""}},
                   [](Shop& shop, const Actor& actor, const Given& given) -> Result<CtlReply> {
                     const auto user = TRY(user_by_name(shop, given["WHICH"]));
                     TRY(change_role(shop, actor, user.id, TRY(domain::role_of(given["ROLE"]))));
                     return reply_of_row(row_of(TRY(user_by_name(shop, to_string(user.id)))));
                   });
  add_text_command(*parent, session, "set", "another name", {{"WHICH", "name or id"}, {"NAME,--name", ""}},
                   [](Shop& shop, const Actor& actor, const Given& given) -> Result<CtlReply> {
                     const auto user = TRY(user_by_name(shop, given["WHICH"]));
                     TRY(rename_user(shop, actor, user.id, given["NAME"]));
                     return reply_of_row(row_of(TRY(user_by_name(shop, to_string(user.id)))));
                   });
  add_text_command(*parent, session, "pin", "a new PIN", {{"WHICH", "name or id"}},
                   [](Shop& shop, const Actor& actor, const Given& given) -> Result<CtlReply> {
                     const auto user = TRY(user_by_name(shop, given["WHICH"]));
                     const auto pin = random_pin(shop.state().random);
                     TRY(change_pin(shop, actor, user.id, pin));
                     auto row = row_of(user);
                     row["pin"] = pin;
                     return reply_of_row(std::move(row));
                   });
  add_text_command(*parent, session, "remove", "signs in no more", {{"WHICH", "name or id"}},
                   [](Shop& shop, const Actor& actor, const Given& given) -> Result<CtlReply> {
                     const auto user = TRY(user_by_name(shop, given["WHICH"]));
                     TRY(remove_user(shop, actor, user.id));
                     return reply_of_removal(user.name);
                   });
}

void add_setting_commands(CLI::App& app, CtlSession& session) {
  auto* parent = app.add_subcommand("settings", "what the shop has set");
  parent->require_subcommand(1);
  add_text_command(*parent, session, "list", "all of them", {},
                   [](Shop& shop, const Actor&, const Given&) -> Result<CtlReply> {
                     json::array rows;
                     for (const auto& [key, value] : shop.state().settings()->raw)
                       rows.push_back(json::object{{"key", key}, {"value", value}});
                     return reply_of_rows(std::move(rows));
                   });
  add_text_command(*parent, session, "set", "one", {{"KEY", "such as receipt.footer"}, {"VALUE", ""}},
                   [](Shop& shop, const Actor& actor, const Given& given) -> Result<CtlReply> {
                     TRY(change_setting(shop, actor, given["KEY"], given["VALUE"]));
                     return reply_of_row({{"key", given["KEY"]}, {"value", given["VALUE"]}});
                   });
  add_text_command(*parent, session, "remove", "back to its default", {{"KEY", ""}},
                   [](Shop& shop, const Actor& actor, const Given& given) -> Result<CtlReply> {
                     TRY(change_setting(shop, actor, given["KEY"], ""));
                     return reply_of_removal(given["KEY"]);
                   });
}

Result<CtlReply> reply_of_choice(Shop& shop) {
  const auto chosen = TRY(chosen_sync(shop));
  return reply_of_row({{"without", json::array(chosen.without.begin(), chosen.without.end())},
                       {"stores", json::array(chosen.stores.begin(), chosen.stores.end())},
                       {"set_aside", chosen.set_aside}});
}

void add_choice_command(CLI::App& app, CtlSession& session) {
  add_text_command(*app.get_subcommand("sync"), session, "choice", "what this terminal takes of what the others make",
                   {{"--without",
                     "with commas, or nothing: suppliers, customers, media, printers, tables, stock, sales, "
                     "shifts, journal"},
                    {"--stores", "with commas, or all"}},
                   [](Shop& shop, const Actor& actor, const Given& given) -> Result<CtlReply> {
                     if (!given.has("without") && !given.has("stores")) return reply_of_choice(shop);
                     const auto now = TRY(chosen_sync(shop));
                     auto without = given.has("without") ? given.parts("without") : now.without;
                     auto stores = given.has("stores") ? given.parts("stores") : now.stores;
                     if (without == std::vector<std::string>{"nothing"}) without.clear();
                     if (stores == std::vector<std::string>{"all"}) stores.clear();
                     TRY(choose_sync(shop, actor, without, stores));
                     return reply_of_choice(shop);
                   });
}

}  // namespace

void add_shop_commands(CLI::App& app, CtlSession& session) {
  add_store_commands(app, session);
  add_printers_commands(app, session);
  add_media_commands(app, session);
  add_user_commands(app, session);
  add_setting_commands(app, session);
  add_choice_command(app, session);
}

}  // namespace till::app

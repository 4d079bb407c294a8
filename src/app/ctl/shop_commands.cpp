// stores, users, settings, sync choice.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/catalogue.hpp"
#include "app/ctl/text_command.hpp"
#include "app/key_epochs.hpp"
#include "app/setting_keys.hpp"
#include "app/shop_state.hpp"
#include "app/stores.hpp"
#include "app/sync_choice.hpp"
#include "app/users.hpp"

namespace till::app {
namespace {

namespace json = boost::json;

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
  add_text_command(*parent, session, "unlock", "may try again after too many wrong PINs", {{"WHICH", "name or id"}},
                   [](Shop& shop, const Actor& actor, const Given& given) -> Result<CtlReply> {
                     const auto user = TRY(user_by_name(shop, given["WHICH"]));
                     TRY(unlock_user(shop, actor, user.id));
                     return reply_of_row(row_of(user));
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
                       if (!is_key_setting(key)) rows.push_back(json::object{{"key", key}, {"value", value}});
                     return reply_of_rows(std::move(rows));
                   });
  add_text_command(*parent, session, "known", "every setting there is, and what it does", {},
                   [](Shop&, const Actor&, const Given&) -> Result<CtlReply> {
                     json::array rows;
                     for (const SettingKey& known : setting_keys())
                       rows.push_back(json::object{{"key", known.name}, {"meaning", known.meaning}});
                     return reply_of_rows(std::move(rows));
                   });
  add_text_command(*parent, session, "set", "one", {{"KEY", "such as receipt.footer"}, {"VALUE,--amount", ""}},
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
  CtlReply reply;
  reply.json = {{"without", json::array(chosen.without.begin(), chosen.without.end())},
                {"stores", json::array(chosen.stores.begin(), chosen.stores.end())},
                {"set_aside", chosen.set_aside}};
  reply.text =
      fmt::format("takes {}{}, of {}; {} records are set aside\n",
                  chosen.without.empty() ? "everything" : "everything but ", fmt::join(chosen.without, ", "),
                  chosen.stores.empty() ? "all stores" : fmt::format("the stores {}", fmt::join(chosen.stores, ", ")),
                  chosen.set_aside);
  return reply;
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
  add_user_commands(app, session);
  add_setting_commands(app, session);
  add_choice_command(app, session);
}

}  // namespace till::app

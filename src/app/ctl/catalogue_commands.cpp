// products, categories, taxes.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/catalogue.hpp"
#include "app/catalogue_rows.hpp"
#include "app/ctl/text_command.hpp"
#include "app/data/export.hpp"
#include "app/shop_state.hpp"
#include "app/suppliers.hpp"
#include "core/decimal.hpp"
#include "storage/tables.hpp"

namespace till::app {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxListed = 500;

template <class E>
Result<std::map<Id, std::string>> names_of(Shop& shop) {
  return shop.state().db->read([](storage::Connection& conn) -> Result<std::map<Id, std::string>> {
    std::map<Id, std::string> names;
    for (const auto& row : TRY(storage::load_all<E>(conn))) names[row.id] = row.name;
    return names;
  });
}

Result<json::object> product_row(Shop& shop, const Id& id) {
  const auto product =
      TRY(shop.state().db->read([&](storage::Connection& conn) { return storage::load<domain::Product>(conn, id); }));
  if (!product) return invalid("this product does not exist");
  return product_to_json(shop, *product);
}

Result<Id> category_or_none(Shop& shop, const std::string& name) {
  if (name == "none") return Id{};
  return TRY(category_named(shop, name)).id;
}

Result<Id> supplier_or_none(Shop& shop, const std::string& name) {
  if (name == "none") return Id{};
  return TRY(supplier_named(shop, name)).id;
}

Status fill(Shop& shop, const Given& given, domain::Product& p) {
  given.into(p.name, "name");
  given.into(p.icon, "icon");
  TRY(given.into(p.price, "price", shop.currency()));
  TRY(given.into(p.minimum_age, "minimum-age", 0, 99));
  TRY(given.into(p.position, "position", 0, 10'000));
  TRY(given.into(p.available, "available"));
  TRY(given.into(p.track_stock, "track-stock"));
  TRY(given.into_milli(p.low_stock_milli, "low-stock"));
  TRY(given.into_colour(p.colour_rgb, "colour"));
  if (given.has("barcodes")) p.barcodes = given.parts("barcodes");
  if (given.has("category")) p.category = TRY(category_or_none(shop, given["category"]));
  if (given.has("supplier")) p.supplier = TRY(supplier_or_none(shop, given["supplier"]));
  if (given.has("unit")) {
    const std::map<std::string, domain::SellUnit> units = {{"piece", domain::SellUnit::piece},
                                                           {"kg", domain::SellUnit::kilogram},
                                                           {"l", domain::SellUnit::litre},
                                                           {"m", domain::SellUnit::metre}};
    const auto unit = units.find(given["unit"]);
    if (unit == units.end()) return invalid("the unit must be piece, kg, l or m");
    p.unit = unit->second;
  }
  if (!given.has("taxes")) return {};
  p.taxes.clear();
  for (const auto& code : given.parts("taxes")) p.taxes.push_back(TRY(tax_named(shop, code)).id);
  return {};
}

Result<CtlReply> add_product(Shop& shop, const Actor& actor, const Given& given) {
  domain::Product product;
  product.sku = given["SKU"];
  TRY(fill(shop, given, product));
  return reply_of_row(TRY(product_row(shop, TRY(save_product(shop, actor, std::move(product))))));
}

Result<CtlReply> set_product(Shop& shop, const Actor& actor, const Given& given) {
  auto product = TRY(product_by_code(shop, given["CODE"]));
  given.into(product.sku, "sku");
  TRY(fill(shop, given, product));
  return reply_of_row(TRY(product_row(shop, TRY(save_product(shop, actor, std::move(product))))));
}

Result<CtlReply> list_products(Shop& shop, const Actor&, const Given&) {
  const auto found = TRY(shop.state().db->read([](storage::Connection& conn) {
    return storage::load_where<domain::Product>(conn, "WHERE lifecycle = 0 ORDER BY folded_name LIMIT ?1",
                                                [](storage::Query& q) { q.bind(1, kMaxListed); });
  }));
  json::array rows;
  for (auto& product : TRY(products_to_json(shop, found))) rows.push_back(std::move(product));
  return reply_of_rows(std::move(rows));
}

Result<CtlReply> list_duplicates(Shop& shop, const Actor&, const Given&) {
  json::array rows;
  for (const auto& found : TRY(duplicates(shop)))
    rows.push_back(json::object{{"what", found.what},
                                {"value", found.value},
                                {"owner", found.owner},
                                {"flagged", json::array(found.flagged.begin(), found.flagged.end())}});
  return reply_of_rows(std::move(rows));
}

void add_product_commands(CLI::App& app, CtlSession& session) {
  auto* products = app.add_subcommand("products", "what the shop sells");
  products->require_subcommand(1);
  const std::vector<TextOption> fields = {{"--name", "as it is printed"},
                                          {"--price", "per unit"},
                                          {"--barcodes", "several with commas"},
                                          {"--category", "or none"},
                                          {"--taxes", "codes, with commas"},
                                          {"--unit", "piece, kg, l or m"},
                                          {"--supplier", "or none"},
                                          {"--available", "yes or no"},
                                          {"--track-stock", "yes or no"},
                                          {"--low-stock", "alert level"},
                                          {"--minimum-age", "years"},
                                          {"--position", "among the tiles, 0: no tile"},
                                          {"--icon", "a name from the icons"},
                                          {"--colour", "such as 8A5A44"}};
  add_text_command(*products, session, "list", "the first 500 by name; all: tillctl export products", {},
                   list_products);
  auto options = fields;
  options.insert(options.begin(), {"SKU", "its own number"});
  add_text_command(*products, session, "add", "a new product", options, add_product);
  options = fields;
  options.insert(options.begin(), {"CODE", "SKU or barcode"});
  options.push_back({"--sku", "another SKU"});
  add_text_command(*products, session, "set", "change a product", options, set_product);
  add_text_command(*products, session, "remove", "sell it no more; what was sold of it stays",
                   {{"CODE", "SKU or barcode"}},
                   [](Shop& shop, const Actor& actor, const Given& given) -> Result<CtlReply> {
                     const auto product = TRY(product_by_code(shop, given["CODE"]));
                     const auto end = TRY(remove_product(shop, actor, product.id));
                     auto reply = reply_of_removal(product.name);
                     reply.json.as_object()["state"] = end == domain::Lifecycle::archived ? "archived" : "deleted";
                     return reply;
                   });
  add_text_command(*products, session, "duplicates", "SKUs, barcodes, e-mails and tables that were chosen twice", {},
                   list_duplicates);
}

json::object row_of(const domain::Category& c, const std::map<Id, std::string>& names) {
  const auto parent = names.find(c.parent);
  return {{"name", c.name},
          {"parent", parent == names.end() ? std::string() : parent->second},
          {"colour", fmt::format("{:06X}", c.colour_rgb)},
          {"icon", c.icon},
          {"position", c.position},
          {"id", to_string(c.id)}};
}

Result<CtlReply> save(Shop& shop, const Actor& actor, const Given& given, domain::Category category) {
  given.into(category.name, "name");
  given.into(category.icon, "icon");
  TRY(given.into_colour(category.colour_rgb, "colour"));
  TRY(given.into(category.position, "position", 0, 10'000));
  if (given.has("parent")) category.parent = TRY(category_or_none(shop, given["parent"]));
  category.id = TRY(save_category(shop, actor, category));
  return reply_of_row(row_of(category, TRY(names_of<domain::Category>(shop))));
}

void add_category_commands(CLI::App& app, CtlSession& session) {
  auto* parent = app.add_subcommand("categories", "how the catalogue is sorted");
  parent->require_subcommand(1);
  const std::vector<TextOption> fields = {
      {"--parent", "or none"}, {"--colour", "such as 8A5A44"}, {"--icon", "a name from the icons"}, {"--position", ""}};
  add_text_command(*parent, session, "list", "all of them", {},
                   [](Shop& shop, const Actor&, const Given&) -> Result<CtlReply> {
                     json::array rows;
                     const auto names = TRY(names_of<domain::Category>(shop));
                     for (const auto& category : TRY(categories(shop))) rows.push_back(row_of(category, names));
                     return reply_of_rows(std::move(rows));
                   });
  auto options = fields;
  options.insert(options.begin(), {"NAME", ""});
  add_text_command(*parent, session, "add", "a new one", options,
                   [](Shop& shop, const Actor& actor, const Given& given) -> Result<CtlReply> {
                     domain::Category category;
                     category.name = given["NAME"];
                     return save(shop, actor, given, std::move(category));
                   });
  options = fields;
  options.insert(options.begin(), {"WHICH", "name or id"});
  options.push_back({"--name", "another name"});
  add_text_command(*parent, session, "set", "change one", options,
                   [](Shop& shop, const Actor& actor, const Given& given) -> Result<CtlReply> {
                     return save(shop, actor, given, TRY(category_named(shop, given["WHICH"])));
                   });
  add_text_command(*parent, session, "remove", "an empty one", {{"WHICH", "name or id"}},
                   [](Shop& shop, const Actor& actor, const Given& given) -> Result<CtlReply> {
                     const auto category = TRY(category_named(shop, given["WHICH"]));
                     TRY(remove_category(shop, actor, category.id));
                     return reply_of_removal(category.name);
                   });
}

constexpr std::array<const char*, 3> kTaxKinds = {"percent", "fixed", "division"};

json::object row_of(const domain::Tax& t) {
  return {{"code", t.code},
          {"name", t.name},
          {"kind", kTaxKinds[static_cast<std::size_t>(t.kind)]},
          {"rate", format_decimal_short(t.rate_micro, 6)},
          {"amount", format_decimal_short(t.amount_micro, 6)},
          {"included", t.included},
          {"letter", t.letter},
          {"id", to_string(t.id)}};
}

Result<CtlReply> save(Shop& shop, const Actor& actor, const Given& given, domain::Tax tax) {
  given.into(tax.name, "name");
  given.into(tax.letter, "letter");
  TRY(given.into(tax.included, "included"));
  TRY(given.into(tax.adds_to_base, "adds-to-base"));
  if (given.has("rate")) tax.rate_micro = TRY(parse_decimal(given["rate"], 6, "the rate"));
  if (given.has("amount-of-tax")) tax.amount_micro = TRY(parse_decimal(given["amount-of-tax"], 6, "the amount"));
  if (given.has("kind")) {
    const auto kind = std::ranges::find(kTaxKinds, given["kind"], [](const char* k) { return std::string(k); });
    if (kind == kTaxKinds.end()) return invalid("a tax is percent, fixed or division");
    tax.kind = static_cast<domain::TaxKind>(kind - kTaxKinds.begin());
  }
  tax.id = TRY(save_tax(shop, actor, tax));
  TRY(shop.state().reload_settings());
  return reply_of_row(row_of(tax));
}

void add_tax_commands(CLI::App& app, CtlSession& session) {
  auto* parent = app.add_subcommand("taxes", "the taxes that products carry");
  parent->require_subcommand(1);
  const std::vector<TextOption> fields = {{"--rate", "percent"},
                                          {"--kind", "percent, fixed or division"},
                                          {"--amount-of-tax", "of a fixed one, per unit"},
                                          {"--included", "in the price: yes or no"},
                                          {"--adds-to-base", "yes or no"},
                                          {"--letter", "mark on the receipt"}};
  add_text_command(*parent, session, "list", "all of them", {},
                   [](Shop& shop, const Actor&, const Given&) -> Result<CtlReply> {
                     json::array rows;
                     for (const auto& tax : TRY(taxes(shop))) rows.push_back(row_of(tax));
                     return reply_of_rows(std::move(rows));
                   });
  auto options = fields;
  options.insert(options.begin(), {{"CODE", "short key"}, {"--name", "as it is printed"}});
  add_text_command(*parent, session, "add", "a new one", options,
                   [](Shop& shop, const Actor& actor, const Given& given) -> Result<CtlReply> {
                     domain::Tax tax;
                     tax.code = given["CODE"];
                     return save(shop, actor, given, std::move(tax));
                   });
  options = fields;
  options.insert(options.begin(), {{"WHICH", "code, name or id"}, {"--name", "as it is printed"}});
  add_text_command(*parent, session, "set", "change one, for what is sold from now on", options,
                   [](Shop& shop, const Actor& actor, const Given& given) -> Result<CtlReply> {
                     return save(shop, actor, given, TRY(tax_named(shop, given["WHICH"])));
                   });
  add_text_command(*parent, session, "remove", "one that no product has", {{"WHICH", "code, name or id"}},
                   [](Shop& shop, const Actor& actor, const Given& given) -> Result<CtlReply> {
                     const auto tax = TRY(tax_named(shop, given["WHICH"]));
                     TRY(remove_tax(shop, actor, tax.id));
                     return reply_of_removal(tax.name);
                   });
}

}  // namespace

void add_catalogue_commands(CLI::App& app, CtlSession& session) {
  add_product_commands(app, session);
  add_category_commands(app, session);
  add_tax_commands(app, session);
}

}  // namespace till::app

// customers, suppliers, prices, stock.
#include <fmt/format.h>

#include "app/catalogue.hpp"
#include "app/catalogue_rows.hpp"
#include "app/ctl/text_command.hpp"
#include "app/prices.hpp"
#include "app/row_edit.hpp"
#include "app/stock_counts.hpp"
#include "app/suppliers.hpp"
#include "app/sync_view.hpp"
#include "core/decimal.hpp"

namespace till::app {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxListed = 500;

json::object row_of(const domain::Supplier& s) {
  return {{"name", s.name},       {"contact", s.contact},       {"phone", s.phone},
          {"email", s.email},     {"tax_number", s.tax_number}, {"note", s.note},
          {"id", to_string(s.id)}};
}
json::object row_of(const domain::Customer& c) {
  return {{"name", c.name},           {"phone", c.phone}, {"email", c.email},     {"tax_number", c.tax_number},
          {"card_code", c.card_code}, {"note", c.note},   {"id", to_string(c.id)}};
}

Result<CtlReply> save(Shop& shop, const Actor& actor, const Given& given, domain::Supplier s) {
  given.into(s.name, "name");
  given.into(s.contact, "contact");
  given.into(s.phone, "phone");
  given.into(s.email, "email");
  given.into(s.tax_number, "tax-number");
  given.into(s.note, "note");
  s.id = TRY(save_supplier(shop, actor, s));
  return reply_of_row(row_of(TRY(supplier_named(shop, to_string(s.id)))));
}

Result<CtlReply> save(Shop& shop, const Actor& actor, const Given& given, domain::Customer c) {
  given.into(c.name, "name");
  given.into(c.phone, "phone");
  given.into(c.email, "email");
  given.into(c.tax_number, "tax-number");
  given.into(c.card_code, "card");
  given.into(c.note, "note");
  c.id = TRY(save_customer(shop, actor, c));
  return reply_of_row(row_of(TRY(customer_named(shop, to_string(c.id)))));
}

// list, add, set, remove of rows that have a name and texts.
template <class E>
void add_people_commands(CLI::App& app, CtlSession& session, const char* name, const char* help,
                         const std::vector<TextOption>& fields, Result<E> (*find)(Shop&, const std::string&),
                         Status (*remove)(Shop&, const Actor&, const Id&)) {
  auto* parent = app.add_subcommand(name, help);
  parent->require_subcommand(1);
  add_text_command(*parent, session, "list", "all of them", {},
                   [](Shop& shop, const Actor&, const Given&) -> Result<CtlReply> {
                     json::array rows;
                     for (const auto& row : TRY(kept_rows<E>(shop))) rows.push_back(row_of(row));
                     return reply_of_rows(std::move(rows));
                   });
  auto options = fields;
  options.insert(options.begin(), {"NAME", ""});
  add_text_command(*parent, session, "add", "a new one", options,
                   [](Shop& shop, const Actor& actor, const Given& given) -> Result<CtlReply> {
                     E row;
                     row.name = given["NAME"];
                     return save(shop, actor, given, std::move(row));
                   });
  options = fields;
  options.insert(options.begin(), {"WHICH", "name or id"});
  options.push_back({"--name", "another name"});
  add_text_command(*parent, session, "set", "change one", options,
                   [find](Shop& shop, const Actor& actor, const Given& given) -> Result<CtlReply> {
                     return save(shop, actor, given, TRY(find(shop, given["WHICH"])));
                   });
  add_text_command(*parent, session, "remove", "take one out", {{"WHICH", "name or id"}},
                   [find, remove](Shop& shop, const Actor& actor, const Given& given) -> Result<CtlReply> {
                     const auto row = TRY(find(shop, given["WHICH"]));
                     TRY(remove(shop, actor, row.id));
                     return reply_of_removal(row.name);
                   });
}

void add_forget_command(CLI::App& app, CtlSession& session) {
  auto* customers = app.get_subcommand("customers");
  add_text_command(*customers, session, "forget", "erase what is known about one; their sales keep their numbers",
                   {{"WHICH", "name or id"}},
                   [](Shop& shop, const Actor& actor, const Given& given) -> Result<CtlReply> {
                     const auto customer = TRY(customer_named(shop, given["WHICH"]));
                     TRY(forget_customer(shop, actor, customer.id));
                     return CtlReply{json::object{{"removed", to_string(customer.id)}},
                                     "what was known about this customer is erased; their sales keep their numbers\n",
                                     0,
                                     {}};
                   });
}

std::string time_text(UtcTime time) {
  return time.us == 0 ? std::string() : to_rfc3339(time);
}

Result<json::object> row_of(Shop& shop, const domain::Price& price) {
  const auto product = TRY(shop.state().db->read(
      [&](storage::Connection& conn) { return storage::load<domain::Product>(conn, price.product); }));
  return json::object{{"sku", product ? product->sku : std::string()},
                      {"price", domain::format_money(price.amount, shop.currency())},
                      {"list", price.list},
                      {"from", time_text(price.valid_from)},
                      {"until", time_text(price.valid_until)},
                      {"id", to_string(price.id)}};
}

Result<CtlReply> list_prices(Shop& shop, const Actor&, const Given& given) {
  json::array rows;
  const auto found =
      given.has("product") ? TRY(prices_of(shop, TRY(product_by_code(shop, given["product"])).id)) : TRY(prices(shop));
  for (const auto& price : found) rows.push_back(TRY(row_of(shop, price)));
  return reply_of_rows(std::move(rows));
}

Result<CtlReply> save(Shop& shop, const Actor& actor, const Given& given, domain::Price price) {
  TRY(given.into(price.amount, "price", shop.currency()));
  given.into(price.list, "list");
  TRY(given.into(price.valid_from, "from"));
  TRY(given.into(price.valid_until, "until"));
  price.id = TRY(save_price(shop, actor, price));
  return reply_of_row(TRY(row_of(shop, price)));
}

Result<domain::Price> price_with_id(Shop& shop, const std::string& text) {
  const auto id = id_from_string(text);
  if (!id) return invalid("say which price by its id, as tillctl prices list shows it");
  return shop.state().db->read(
      [&](storage::Connection& conn) { return existing_row<domain::Price>(conn, *id, "price"); });
}

void add_price_commands(CLI::App& app, CtlSession& session) {
  auto* parent = app.add_subcommand("prices", "planned prices and price lists");
  parent->require_subcommand(1);
  const std::vector<TextOption> fields = {{"--list", "a list's name; none: of shops that name none"},
                                          {"--from", "RFC 3339 UTC; none: at once"},
                                          {"--until", "RFC 3339 UTC; none: until further notice"}};
  add_text_command(*parent, session, "list", "all, or of one product", {{"--product", "SKU or barcode"}}, list_prices);
  auto options = fields;
  options.insert(options.begin(), {{"CODE", "SKU or barcode"}, {"price,--price", "per unit"}});
  add_text_command(*parent, session, "add", "a price that holds for a while", options,
                   [](Shop& shop, const Actor& actor, const Given& given) -> Result<CtlReply> {
                     domain::Price price;
                     price.product = TRY(product_by_code(shop, given["CODE"])).id;
                     return save(shop, actor, given, std::move(price));
                   });
  options = fields;
  options.insert(options.begin(), {{"ID", "as the list shows it"}, {"--price", "per unit"}});
  add_text_command(*parent, session, "set", "change one", options,
                   [](Shop& shop, const Actor& actor, const Given& given) -> Result<CtlReply> {
                     return save(shop, actor, given, TRY(price_with_id(shop, given["ID"])));
                   });
  add_text_command(*parent, session, "remove", "take one out", {{"ID", "as the list shows it"}},
                   [](Shop& shop, const Actor& actor, const Given& given) -> Result<CtlReply> {
                     const auto price = TRY(price_with_id(shop, given["ID"]));
                     TRY(remove_price(shop, actor, price.id));
                     return reply_of_removal("the price " + domain::format_money(price.amount, shop.currency()));
                   });
}

CtlReply reply_of_levels(const std::vector<StockLine>& lines) {
  json::array rows;
  for (const auto& line : lines)
    rows.push_back(json::object{{"sku", line.sku},
                                {"name", line.name},
                                {"qty", format_decimal_short(line.level_milli, 3)},
                                {"alert", format_decimal_short(line.low_stock_milli, 3)},
                                {"low", line.low_stock_milli > 0 && line.level_milli <= line.low_stock_milli}});
  return reply_of_rows(std::move(rows));
}

json::object row_of(Shop& shop, const domain::StockCount& count, const std::string& sku) {
  return {{"sku", sku},
          {"counted", format_decimal_short(count.counted_milli, 3)},
          {"expected", format_decimal_short(count.expected_milli, 3)},
          {"difference", format_decimal_short(count.counted_milli - count.expected_milli, 3)},
          {"user", count.user_name},
          {"at", to_rfc3339(count.at)},
          {"note", count.note},
          {"sync", document_sync_word(shop, count.id)},
          {"id", to_string(count.id)}};
}

Result<CtlReply> count_command(Shop& shop, const Actor& actor, const Given& given) {
  const auto product = TRY(product_by_code(shop, given["CODE"]));
  const auto counted = TRY(domain::parse_quantity(given["QTY"]));
  return reply_of_row(row_of(shop, TRY(count_stock(shop, actor, product.id, counted, given["note"])), product.sku));
}

Result<CtlReply> move_command(Shop& shop, const Actor& actor, const Given& given) {
  const auto product = TRY(product_by_code(shop, given["CODE"]));
  const auto delta = TRY(domain::parse_quantity(given["QTY"]));
  const auto move = TRY(move_stock(shop, actor, product.id, delta, given["reason"]));
  return reply_of_row({{"sku", product.sku},
                       {"qty", format_decimal_short(move.delta_milli, 3)},
                       {"reason", move.reason},
                       {"id", to_string(move.id)}});
}

Result<CtlReply> counts_command(Shop& shop, const Actor&, const Given& given) {
  const auto product = TRY(product_by_code(shop, given["CODE"]));
  json::array rows;
  for (const auto& count : TRY(stock_counts(shop, product.id))) rows.push_back(row_of(shop, count, product.sku));
  return reply_of_rows(std::move(rows));
}

void add_stock_commands(CLI::App& app, CtlSession& session) {
  auto* parent = app.add_subcommand("stock", "what is there, what is low, counts and deliveries");
  parent->require_subcommand(1);
  add_text_command(*parent, session, "list", "the first 500 by name; all: tillctl export stock", {},
                   [](Shop& shop, const Actor&, const Given&) -> Result<CtlReply> {
                     return reply_of_levels(TRY(stock(shop, kMaxListed)));
                   });
  add_text_command(*parent, session, "low", "at or below the alert level", {},
                   [](Shop& shop, const Actor&, const Given&) -> Result<CtlReply> {
                     return reply_of_levels(TRY(low_stock(shop, kMaxListed)));
                   });
  add_text_command(*parent, session, "count", "what was counted is the stock from now on",
                   {{"CODE", "SKU or barcode"}, {"QTY,--amount", "what was counted"}, {"--note", ""}}, count_command);
  add_text_command(*parent, session, "move", "a delivery, waste, return or own use",
                   {{"CODE", "SKU or barcode"},
                    {"QTY,--amount", "in (+) or out (-)"},
                    {"--reason", "delivery, waste, return or own use"}},
                   move_command);
  add_text_command(*parent, session, "counts", "of one product, the latest first", {{"CODE", "SKU or barcode"}},
                   counts_command);
}

}  // namespace

void add_trade_commands(CLI::App& app, CtlSession& session) {
  add_people_commands<domain::Customer>(
      app, session, "customers", "who buys here",
      {{"--phone", ""}, {"--email", ""}, {"--tax-number", ""}, {"--card", "loyalty card"}, {"--note", ""}},
      customer_named, remove_customer);
  add_forget_command(app, session);
  add_people_commands<domain::Supplier>(
      app, session, "suppliers", "whom the shop buys from",
      {{"--contact", "the person to ask for"}, {"--phone", ""}, {"--email", ""}, {"--tax-number", ""}, {"--note", ""}},
      supplier_named, remove_supplier);
  add_price_commands(app, session);
  add_stock_commands(app, session);
}

}  // namespace till::app

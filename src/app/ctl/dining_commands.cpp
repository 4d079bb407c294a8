// tables, orders.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "app/catalogue.hpp"
#include "app/ctl/text_command.hpp"
#include "app/data/document_rows.hpp"
#include "app/orders.hpp"
#include "app/sync_view.hpp"
#include "app/tables.hpp"

namespace till::app {
namespace {

namespace json = boost::json;

json::object row_of(const domain::DiningTable& t) {
  return {{"name", t.name},
          {"room", t.room},
          {"seats", t.seats},
          {"state", domain::to_string(t.state)},
          {"reserved_for", t.reserved_for},
          {"reserved_at", t.reserved_at.us == 0 ? std::string() : to_rfc3339(t.reserved_at)},
          {"x_mm", t.x_mm},
          {"y_mm", t.y_mm},
          {"id", to_string(t.id)}};
}

Result<CtlReply> save(Shop& shop, const Actor& actor, const Given& given, domain::DiningTable table) {
  given.into(table.name, "name");
  given.into(table.room, "room");
  TRY(given.into(table.seats, "seats", 0, 500));
  TRY(given.into(table.x_mm, "x", -1'000'000, 1'000'000));
  TRY(given.into(table.y_mm, "y", -1'000'000, 1'000'000));
  table.id = TRY(save_table(shop, actor, table));
  return reply_of_row(row_of(TRY(table_named(shop, to_string(table.id)))));
}

Result<CtlReply> table_now(Shop& shop, const Id& table) {
  return reply_of_row(row_of(TRY(table_named(shop, to_string(table)))));
}

void add_table_commands(CLI::App& app, CtlSession& session) {
  auto* parent = app.add_subcommand("tables", "where the guests sit");
  parent->require_subcommand(1);
  const std::vector<TextOption> fields = {
      {"--room", ""}, {"--seats", ""}, {"--x", "place on the room's plan, mm"}, {"--y", "the same, down"}};
  add_text_command(*parent, session, "list", "all of this branch", {},
                   [](Shop& shop, const Actor&, const Given&) -> Result<CtlReply> {
                     json::array rows;
                     for (const auto& table : TRY(tables(shop))) rows.push_back(row_of(table));
                     return reply_of_rows(std::move(rows));
                   });
  auto options = fields;
  options.insert(options.begin(), {"NAME", ""});
  add_text_command(*parent, session, "add", "a new one", options,
                   [](Shop& shop, const Actor& actor, const Given& given) -> Result<CtlReply> {
                     domain::DiningTable table;
                     table.name = given["NAME"];
                     return save(shop, actor, given, std::move(table));
                   });
  options = fields;
  options.insert(options.begin(), {"WHICH", "name or id"});
  options.push_back({"--name", "another name"});
  add_text_command(*parent, session, "set", "change one", options,
                   [](Shop& shop, const Actor& actor, const Given& given) -> Result<CtlReply> {
                     return save(shop, actor, given, TRY(table_named(shop, given["WHICH"])));
                   });
  add_text_command(*parent, session, "remove", "take one away", {{"WHICH", "name or id"}},
                   [](Shop& shop, const Actor& actor, const Given& given) -> Result<CtlReply> {
                     const auto table = TRY(table_named(shop, given["WHICH"]));
                     TRY(remove_table(shop, actor, table.id));
                     return reply_of_removal(table.name);
                   });
  add_text_command(*parent, session, "state", "available, occupied or cleaning",
                   {{"WHICH", "name or id"}, {"STATE", ""}},
                   [](Shop& shop, const Actor& actor, const Given& given) -> Result<CtlReply> {
                     const auto table = TRY(table_named(shop, given["WHICH"]));
                     TRY(set_table_state(shop, actor, table.id, TRY(domain::table_state_of(given["STATE"]))));
                     return table_now(shop, table.id);
                   });
  add_text_command(*parent, session, "reserve", "for somebody",
                   {{"WHICH", "name or id"}, {"WHO", "for whom"}, {"--at", "RFC 3339"}},
                   [](Shop& shop, const Actor& actor, const Given& given) -> Result<CtlReply> {
                     const auto table = TRY(table_named(shop, given["WHICH"]));
                     UtcTime when;
                     TRY(given.into(when, "at"));
                     TRY(reserve_table(shop, actor, table.id, given["WHO"], when));
                     return table_now(shop, table.id);
                   });
}

json::object row_of(Shop& shop, const OrderSummary& order) {
  const auto currency = shop.currency();
  json::array lines;
  for (const auto& line : order.lines)
    lines.push_back(json::object{{"qty", domain::format_quantity(line.quantity)},
                                 {"name", line.name},
                                 {"sku", line.sku},
                                 {"price", domain::format_money(line.unit_price, currency)},
                                 {"course", line.course},
                                 {"note", line.note},
                                 {"user", line.user_name},
                                 {"id", to_string(line.line)}});
  return {{"number", order.head.number},
          {"table", order.table},
          {"state", domain::to_string(order.state)},
          {"total", domain::format_money(order.total, currency)},
          {"user", order.head.user_name},
          {"at", to_rfc3339(order.head.created_at)},
          {"note", order.head.note},
          {"receipt", order.receipt},
          {"sync", document_sync_word(shop, order.head.id)},
          {"lines", std::move(lines)},
          {"id", to_string(order.head.id)}};
}

Result<CtlReply> order_now(Shop& shop, const Id& order) {
  return reply_of_row(row_of(shop, TRY(order_of(shop, order))));
}

// "2", the second line, or its id.
Result<Id> line_of(const OrderSummary& order, const std::string& which) {
  if (const auto id = id_from_string(which)) return *id;
  std::size_t at = 0;
  const auto [end, problem] = std::from_chars(which.data(), which.data() + which.size(), at);
  if (problem != std::errc{} || end != which.data() + which.size() || at == 0 || at > order.lines.size())
    return invalid(
        fmt::format("the order {} has {} lines; say which by its number or id", order.head.number, order.lines.size()));
  return order.lines[at - 1].line;
}

Result<Id> table_or_none(Shop& shop, const std::string& name) {
  if (name.empty() || name == "none") return Id{};
  return TRY(table_named(shop, name)).id;
}

Result<CtlReply> list_orders(Shop& shop, const Actor&, const Given& given) {
  json::array rows;
  const auto found = given["which"] == "all" ? TRY(last_orders(shop)) : TRY(running_orders(shop));
  for (const auto& order : found) rows.push_back(row_of(shop, order));
  return reply_of_rows(std::move(rows));
}

Result<CtlReply> add_line(Shop& shop, const Actor& actor, const Given& given) {
  const auto order = TRY(order_named(shop, given["ORDER"]));
  NewOrderLine line;
  line.product = TRY(product_by_code(shop, given["CODE"])).id;
  if (given.has("qty")) line.quantity = TRY(domain::parse_quantity(given["qty"]));
  TRY(given.into(line.course, "course", 0, 20));
  line.note = given["note"];
  TRY(add_order_line(shop, actor, order.head.id, line));
  return order_now(shop, order.head.id);
}

Result<CtlReply> change_line(Shop& shop, const Actor& actor, const Given& given) {
  const auto order = TRY(order_named(shop, given["ORDER"]));
  OrderLineChange wanted;
  if (given.has("qty")) wanted.quantity = TRY(domain::parse_quantity(given["qty"]));
  if (given.has("note")) wanted.note = given["note"];
  if (given.has("course")) {
    wanted.course = 0;
    TRY(given.into(*wanted.course, "course", 0, 20));
  }
  TRY(change_order_line(shop, actor, order.head.id, TRY(line_of(order, given["LINE"])), wanted));
  return order_now(shop, order.head.id);
}

Result<CtlReply> take_off_line(Shop& shop, const Actor& actor, const Given& given) {
  const auto order = TRY(order_named(shop, given["ORDER"]));
  TRY(take_off_order_line(shop, actor, order.head.id, TRY(line_of(order, given["LINE"])), given["why"]));
  return order_now(shop, order.head.id);
}

Result<CtlReply> pay(Shop& shop, const Actor& actor, const Given& given) {
  const auto order = TRY(order_named(shop, given["ORDER"]));
  std::vector<domain::TenderRequest> tenders;
  if (given.has("card")) {
    domain::TenderRequest card;
    card.kind = domain::TenderKind::card;
    if (given["card"] != "exact") card.amount = TRY(domain::parse_money(given["card"], shop.currency()));
    tenders.push_back(card);
  }
  if (given.has("cash") || tenders.empty()) {
    domain::TenderRequest cash;
    if (given.has("cash") && given["cash"] != "exact")
      cash.amount = TRY(domain::parse_money(given["cash"], shop.currency()));
    tenders.push_back(cash);
  }
  const auto sale = TRY(pay_order(shop, actor, order.head.id, tenders));
  CtlReply reply{sale_to_json(sale), {}, 0, {}};
  reply.text =
      fmt::format("receipt {}\ntotal {} {}\nchange {}\n", sale.receipt, domain::format_money(sale.total, sale.currency),
                  sale.currency.code, domain::format_money(sale.change, sale.currency));
  return reply;
}

void add_order_commands(CLI::App& app, CtlSession& session) {
  auto* parent = app.add_subcommand("orders", "what the guests ordered");
  parent->require_subcommand(1);
  const TextOption order = {"ORDER", "number or id"}, line = {"LINE", "its place on the order, or its id"};
  add_text_command(*parent, session, "list", "the running ones, or the last 100", {{"--which", "running or all"}},
                   list_orders);
  add_text_command(*parent, session, "show", "one order", {order},
                   [](Shop& shop, const Actor&, const Given& given) -> Result<CtlReply> {
                     return order_now(shop, TRY(order_named(shop, given["ORDER"])).head.id);
                   });
  add_text_command(*parent, session, "open", "a new one", {{"--table", "none: to take away"}, {"--note", ""}},
                   [](Shop& shop, const Actor& actor, const Given& given) -> Result<CtlReply> {
                     const auto table = TRY(table_or_none(shop, given["table"]));
                     return order_now(shop, TRY(open_order(shop, actor, table, given["note"])));
                   });
  add_text_command(*parent, session, "add", "a line",
                   {order, {"CODE", "SKU or barcode"}, {"--qty", ""}, {"--course", ""}, {"--note", "for the kitchen"}},
                   add_line);
  add_text_command(*parent, session, "change", "a line", {order, line, {"--qty", ""}, {"--course", ""}, {"--note", ""}},
                   change_line);
  add_text_command(*parent, session, "take-off", "a line, for good", {order, line, {"--why", ""}}, take_off_line);
  add_text_command(*parent, session, "state", "open, sent, ready or served", {order, {"STATE", ""}},
                   [](Shop& shop, const Actor& actor, const Given& given) -> Result<CtlReply> {
                     const auto found = TRY(order_named(shop, given["ORDER"]));
                     TRY(set_order_state(shop, actor, found.head.id, TRY(domain::order_state_of(given["STATE"]))));
                     return order_now(shop, found.head.id);
                   });
  add_text_command(*parent, session, "move", "to another table", {order, {"TABLE", "or none"}},
                   [](Shop& shop, const Actor& actor, const Given& given) -> Result<CtlReply> {
                     const auto found = TRY(order_named(shop, given["ORDER"]));
                     TRY(move_order(shop, actor, found.head.id, TRY(table_or_none(shop, given["TABLE"]))));
                     return order_now(shop, found.head.id);
                   });
  add_text_command(*parent, session, "cancel", "for good", {order, {"--why", ""}},
                   [](Shop& shop, const Actor& actor, const Given& given) -> Result<CtlReply> {
                     const auto found = TRY(order_named(shop, given["ORDER"]));
                     TRY(cancel_order(shop, actor, found.head.id, given["why"]));
                     return order_now(shop, found.head.id);
                   });
  add_text_command(*parent, session, "pay", "with a sale that completes it",
                   {order, {"--cash", "an amount, or exact (the default)"}, {"--card", "an amount, or exact"}}, pay);
}

}  // namespace

void add_dining_commands(CLI::App& app, CtlSession& session) {
  add_table_commands(app, session);
  add_order_commands(app, session);
}

}  // namespace till::app

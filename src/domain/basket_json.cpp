#include <boost/json.hpp>

#include "core/decimal.hpp"
#include "domain/till_input.hpp"

namespace till::domain {
namespace json = boost::json;
namespace {

json::object line_json(const BasketLine& line, const TicketLine& shown, const Currency& currency) {
  json::object out{{"id", line.line_id},
                   {"name", line.name},
                   {"qty", format_quantity(line.quantity)},
                   {"unit_price", format_unit_price(line.unit_price_micro, currency)},
                   {"total", format_money(shown.total, currency)}};
  if (!line.sku.empty()) out["sku"] = line.sku;
  if (!line.barcode.empty()) out["code"] = line.barcode;
  if (!shown.unit.empty()) out["unit"] = shown.unit;
  if (!line.department.empty()) out["department"] = line.department;
  if (line.discount.kind == Discount::Kind::percent)
    out["discount_percent"] = format_decimal_short(line.discount.percent_micro, 6);
  if (shown.discount.minor != 0) out["discount"] = format_money(shown.discount, currency);
  if (shown.saved.minor != 0) out["saved"] = format_money(shown.saved, currency);
  if (shown.is_deposit) out["deposit"] = true;
  if (shown.is_return) out["refund"] = true;
  if (shown.is_void) out["void"] = true, out["void_of"] = line.cites_line;
  return out;
}

json::object basket_json(const Basket& basket) {
  const auto& currency = basket.rules().currency;
  const auto& priced = basket.price();
  const auto ticket = basket.ticket();
  json::array lines;
  for (std::size_t i = 0; i < ticket.size(); ++i) lines.push_back(line_json(basket.lines()[i], ticket[i], currency));
  json::object out{{"lines", std::move(lines)},
                   {"net", format_money(priced.net, currency)},
                   {"tax", format_money(priced.tax, currency)},
                   {"total", format_money(priced.total, currency)}};
  if (priced.document_discount.minor != 0) out["document_discount"] = format_money(priced.document_discount, currency);
  if (const auto saved = basket.saved(); saved.minor != 0) out["saved"] = format_money(saved, currency);
  return out;
}

json::object command_json(const InputCommand& command) {
  json::object out;
  if (command.refund) out["refund"] = true;
  if (command.take_back) out["void"] = true;
  if (command.quantity) out["qty"] = format_quantity(*command.quantity);
  if (command.discount_percent_micro)
    out["discount_percent"] = format_decimal_short(*command.discount_percent_micro, 6);
  if (!command.code.empty()) out["code"] = command.code;
  if (!command.department.empty()) out["department"] = command.department, out["amount"] = command.amount;
  return out;
}

}  // namespace

std::string basket_to_json(const Basket& basket) {
  return json::serialize(basket_json(basket));
}

Result<std::string> keys_to_json(std::string_view text, Basket basket, const InputContext& context) {
  const auto command = TRY(parse_input(text));
  TRY(apply(command, basket, context));
  auto out = basket_json(basket);
  out["command"] = command_json(command);
  return json::serialize(out);
}

}  // namespace till::domain

#include "domain/basket_file.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/decimal.hpp"
#include "core/text.hpp"
#include "domain/json_reader.hpp"
#include "domain/rational.hpp"
#include "domain/sale_builder.hpp"
#include "domain/tax_engine.hpp"

namespace till::domain {
namespace json = boost::json;
namespace {

constexpr std::size_t kMaxCode = 48;
constexpr std::size_t kMaxTaxes = 200;

std::string key_of(const json::key_value_pair& member) {
  return {member.key().data(), member.key().size()};
}

Result<Currency> parse_currency(const json::value& value) {
  const auto object = TRY(JsonObject::of(value, "the currency"));
  TRY(object.only({"code", "unit"}));
  const auto code = TRY(object.text("code"));
  if (object.find("unit") == nullptr) return currency_of(code);
  const bool letters =
      code.size() == 3 && std::all_of(code.begin(), code.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  if (!letters) return object.bad("needs a code of three capital letters such as EUR");
  const auto unit = TRY(object.text("unit"));
  const auto point = unit.find('.');
  const auto digits = point == std::string::npos ? std::size_t{0} : unit.size() - point - 1;
  if (digits > 6) return object.bad("has a unit with more than six decimals");
  const auto scaled = TRY(parse_decimal(unit, static_cast<int>(digits), "the currency's unit"));
  if (scaled <= 0 || scaled > 100'000) return object.bad("needs a unit above zero, such as 0.01");
  return Currency{code, scaled, static_cast<int>(digits)};
}

Result<TaxRounding> parse_tax_rounding(const std::string& text) {
  if (text == "line") return TaxRounding::line;
  if (text == "document") return TaxRounding::document;
  return invalid(fmt::format("the tax_rounding '{}' is not known; use line or document", text.substr(0, 20)));
}

Result<CashRounding> read_cash_rounding(const json::value& value, const Currency& currency) {
  const auto object = TRY(JsonObject::of(value, "the cash_rounding"));
  TRY(object.only({"unit", "mode"}));
  CashRounding out;
  out.unit = TRY(object.money("unit", currency));
  if (out.unit.minor <= 0) return object.bad("needs a unit above zero, such as 0.05");
  const auto mode = TRY(object.text_or("mode", "nearest"));
  out.mode = TRY(rounding_mode_of(mode));
  return out;
}

Result<Tax> parse_tax(const std::string& code, const json::value& value) {
  const auto object = TRY(JsonObject::of(value, fmt::format("tax '{}'", clipped(code, kMaxCode))));
  TRY(object.only({"kind", "rate", "amount", "included", "adds_to_base", "on_plain_base", "name", "letter"}));
  if (code.empty() || code.size() > kMaxCode) return object.bad("needs a code of 1 to 48 bytes");
  Tax tax;
  tax.code = code;
  tax.name = TRY(object.text_or("name", code));
  tax.letter = TRY(object.text_or("letter", ""));
  tax.included = TRY(object.flag_or("included", false));
  tax.adds_to_base = TRY(object.flag_or("adds_to_base", false));
  tax.on_plain_base = TRY(object.flag_or("on_plain_base", false));
  const auto kind = TRY(object.text("kind"));
  if (kind == "fixed") {
    tax.kind = TaxKind::fixed;
    if (object.find("rate") != nullptr) return object.bad("is fixed and takes an \"amount\", not a \"rate\"");
    tax.amount_micro = TRY(object.decimal("amount", 6));
  } else if (kind == "percent" || kind == "division") {
    tax.kind = kind == "percent" ? TaxKind::percent : TaxKind::division;
    if (object.find("amount") != nullptr) return object.bad("takes a \"rate\", not an \"amount\"");
    tax.rate_micro = TRY(object.decimal("rate", 6));
  } else {
    return object.bad(fmt::format("has the unknown kind '{}'; use percent, fixed or division", clipped(kind, 20)));
  }
  TRY(check_tax(tax));
  return tax;
}

Result<Discount> parse_discount(const json::value& value, const std::string& where, const Currency& currency) {
  const auto object = TRY(JsonObject::of(value, fmt::format("the discount of {}", where)));
  TRY(object.only({"percent", "amount"}));
  const bool percent = object.find("percent") != nullptr, amount = object.find("amount") != nullptr;
  if (percent == amount) return object.bad("needs either a \"percent\" or an \"amount\"");
  if (percent) return Discount::percent(TRY(object.decimal("percent", 6)));
  return Discount::of(TRY(object.money("amount", currency)));
}

Result<TenderRequest> parse_tender(const json::value& value, std::size_t number, const Currency& currency) {
  const auto object = TRY(JsonObject::of(value, fmt::format("tender {}", number)));
  TRY(object.only({"kind", "amount", "reference", "brand", "last4"}));
  TenderRequest tender;
  const auto kind = TRY(object.text("kind"));
  if (kind == "card") {
    tender.kind = TenderKind::card;
  } else if (kind == "voucher") {
    tender.kind = TenderKind::voucher;
  } else if (kind != "cash") {
    return object.bad(fmt::format("has the unknown kind '{}'; use cash, card or voucher", clipped(kind, 20)));
  }
  const auto amount = TRY(object.text("amount"));
  if (amount != "exact") tender.amount = TRY(object.money("amount", currency));
  tender.reference = TRY(object.text_or("reference", ""));
  tender.brand = TRY(object.text_or("brand", ""));
  tender.last4 = TRY(object.text_or("last4", ""));
  return tender;
}

std::string_view unit_name(SellUnit unit) {
  switch (unit) {
    case SellUnit::piece:
      return "";
    case SellUnit::kilogram:
      return "kg";
    case SellUnit::litre:
      return "l";
    case SellUnit::metre:
      return "m";
  }
  return "";
}

class Reader {
 public:
  Reader(const CatalogueLookup& lookup, BasketDocument& out) : lookup_(lookup), out_(out) {}

  Status taxes(const JsonObject& top) {
    const auto* value = top.find("taxes");
    if (value == nullptr) return {};
    const auto object = TRY(JsonObject::of(*value, "the \"taxes\""));
    if (object.object().size() > kMaxTaxes)
      return object.bad(fmt::format("are more than {}; leave some out", kMaxTaxes));
    for (const auto& member : object.object())
      out_.request.taxes.push_back(TRY(parse_tax(key_of(member), member.value())));
    return {};
  }

  Status lines(const JsonObject& top) {
    const auto* array = TRY(top.array("lines"));
    if (array->empty()) return invalid("the basket has no lines; add one");
    if (array->size() > kMaxLines)
      return invalid(fmt::format("the basket has more than {} lines; split the sale", kMaxLines));
    for (std::size_t i = 0; i < array->size(); ++i) TRY(line((*array)[i], i + 1));
    return {};
  }

 private:
  Status line(const json::value& value, std::size_t number) {
    const auto numbered = TRY(JsonObject::of(value, fmt::format("line {}", number)));
    const auto id = TRY(numbered.text("id"));
    if (id.empty() || id.size() > kMaxCode) return numbered.bad("needs an id of 1 to 48 bytes");
    const auto object = TRY(JsonObject::of(value, fmt::format("line '{}'", id)));
    TRY(object.only({"id", "product", "name", "qty", "unit_price", "taxes", "discount"}));
    LineToPrice priced;
    SaleLine described;
    priced.id = described.line_id = id;
    const auto quantity = TRY(object.text("qty"));
    priced.quantity = TRY(parse_quantity(quantity, fmt::format("the quantity of {}", object.where())));
    if (priced.quantity.milli == 0) return object.bad("has a quantity of zero; leave the line out");
    TRY(from_catalogue(object, priced, described));
    described.name = TRY(object.text_or("name", described.name.empty() ? id : described.name));
    if (const auto* taxes = object.find("taxes")) TRY(line_taxes(object, *taxes, priced));
    if (const auto* discount = object.find("discount"))
      priced.discount = TRY(parse_discount(*discount, object.where(), out_.request.currency));
    TRY(line_price(object, priced, described));
    out_.request.lines.push_back(std::move(priced));
    out_.described.push_back(std::move(described));
    return {};
  }

  // Only what the line leaves out is looked up; a line that says everything may name a code that no catalogue has.
  Status from_catalogue(const JsonObject& object, LineToPrice& priced, SaleLine& described) {
    described.barcode = TRY(object.text_or("product", ""));
    if (described.barcode.size() > 128) return object.bad("has a product code that is too long");
    if (object.find("product") == nullptr) return {};
    const bool complete = object.find("unit_price") != nullptr && object.find("taxes") != nullptr;
    if (complete && !lookup_.item) return {};
    auto found = find_item(lookup_, described.barcode);
    if (!found) {
      if (complete && found.error().kind == ErrorKind::invalid) return {};
      return fail(found.error().context(object.where()));
    }
    const Product& product = found->product;
    if (product.unit == SellUnit::piece && priced.quantity.milli % 1000 != 0)
      return object.bad(fmt::format("sells '{}' by the piece; give a whole quantity", product.name));
    described.product = product.id;
    described.sku = product.sku;
    described.name = product.name;
    described.unit = unit_name(product.unit);
    described.list_price = product.price;
    described.unit_price = product.has_special ? product.special_price : product.price;
    priced.unit_price_micro = TRY(unit_price_micro(described.unit_price, out_.request.currency));
    if (object.find("taxes") == nullptr)
      for (const auto& tax : found->taxes) priced.taxes.push_back(TRY(shop_tax(tax, object)));
    return {};
  }

  Result<std::size_t> shop_tax(const Tax& tax, const JsonObject& object) {
    auto& taxes = out_.request.taxes;
    for (std::size_t i = 0; i < taxes.size(); ++i) {
      if (taxes[i].code != tax.code) continue;
      const auto same = [&](const Tax& other) {
        return other.kind == tax.kind && other.rate_micro == tax.rate_micro && other.amount_micro == tax.amount_micro &&
               other.included == tax.included && other.adds_to_base == tax.adds_to_base &&
               other.on_plain_base == tax.on_plain_base;
      };
      if (!same(taxes[i]))
        return object.bad(fmt::format(
            "takes tax '{}' from the shop, but the file has another tax of that name; rename it", tax.code));
      taxes[i].id = tax.id;
      return i;
    }
    taxes.push_back(tax);
    return taxes.size() - 1;
  }

  Status line_taxes(const JsonObject& object, const json::value& value, LineToPrice& priced) {
    if (!value.is_array()) return object.bad("has \"taxes\" that are not a list in square brackets");
    for (const auto& entry : value.get_array()) {
      const auto code = TRY(text_of(entry, fmt::format("a tax of {}", object.where())));
      const auto& taxes = out_.request.taxes;
      const auto at = std::find_if(taxes.begin(), taxes.end(), [&](const Tax& tax) { return tax.code == code; });
      if (at == taxes.end())
        return object.bad(
            fmt::format("names the unknown tax '{}'; add it to \"taxes\" or correct it", clipped(code, kMaxCode)));
      priced.taxes.push_back(static_cast<std::size_t>(at - taxes.begin()));
    }
    return {};
  }

  Status line_price(const JsonObject& object, LineToPrice& priced, SaleLine& described) {
    const auto& currency = out_.request.currency;
    if (object.find("unit_price") != nullptr) {
      priced.unit_price_micro = TRY(object.decimal("unit_price", 6));
      const Rational exact = ratio(priced.unit_price_micro, 1'000'000) * minor_per_main(currency);
      const auto rounded = round_half_away(exact);  // for the record; the line is priced with the exact one
      if (!rounded) return object.bad("has a unit_price that is too large; lower it");
      described.unit_price = described.list_price = {*rounded};
    } else if (object.find("product") == nullptr) {
      return object.bad("has no \"unit_price\"; add it, or a \"product\" to look up");
    }
    return {};
  }

  const CatalogueLookup& lookup_;
  BasketDocument& out_;
};

Status read_rules(const JsonObject& top, const std::optional<BasketDefaults>& defaults, BasketDocument& out) {
  if (const auto* currency = top.find("currency")) {
    out.request.currency = TRY(parse_currency(*currency));
  } else if (defaults) {
    out.request.currency = defaults->currency;
  } else {
    return top.bad("has no \"currency\"; add {\"code\": \"EUR\", \"unit\": \"0.01\"}");
  }
  if (defaults && out.request.currency != defaults->currency)
    return invalid(fmt::format("the basket is in {}, but this shop sells in {}; leave the currency out",
                               out.request.currency.code, defaults->currency.code));
  out.request.tax_rounding = defaults ? defaults->tax_rounding : TaxRounding::line;
  if (top.find("tax_rounding") != nullptr) {
    const auto rounding = TRY(top.text("tax_rounding"));
    out.request.tax_rounding = TRY(parse_tax_rounding(rounding));
  }
  if (const auto* rounding = top.find("cash_rounding")) {
    out.cash_rounding = TRY(read_cash_rounding(*rounding, out.request.currency));
  } else if (defaults && !top.object().contains("cash_rounding")) {
    out.cash_rounding = defaults->cash_rounding;
  }
  return {};
}

std::string money(Money amount, const BasketDocument& document) {
  return format_money(amount, document.request.currency);
}

json::object taxes_json(const std::vector<PricedTax>& taxes, const BasketDocument& document) {
  json::object out;
  for (const auto& tax : taxes) out[document.request.taxes[tax.tax].code] = money(tax.amount, document);
  return out;
}

}  // namespace

Result<BasketDocument> parse_basket_file(std::string_view text, const CatalogueLookup& lookup,
                                         const std::optional<BasketDefaults>& defaults) {
  const auto value = TRY(parse_json(text, kMaxBasketFileBytes, "basket file"));
  const auto top = TRY(JsonObject::of(value, "the basket file"));
  TRY(top.only({"currency", "tax_rounding", "cash_rounding", "taxes", "lines", "discount", "tenders", "note"}));
  BasketDocument out;
  TRY(read_rules(top, defaults, out));
  Reader reader(lookup, out);
  TRY(reader.taxes(top));
  TRY(reader.lines(top));
  if (const auto* discount = top.find("discount"))
    out.request.discount = TRY(parse_discount(*discount, "the document", out.request.currency));
  if (top.find("tenders") != nullptr) {
    const auto* tenders = TRY(top.array("tenders"));
    if (tenders->size() > kMaxTenders)
      return top.bad(fmt::format("has more than {} tenders; combine some", kMaxTenders));
    for (std::size_t i = 0; i < tenders->size(); ++i)
      out.tenders.push_back(TRY(parse_tender((*tenders)[i], i + 1, out.request.currency)));
  }
  const auto note = TRY(top.text_or("note", ""));
  out.note = mask_card_numbers(note);
  return out;
}

Result<BasketAnswer> answer(const BasketDocument& document) {
  BasketAnswer out;
  out.priced = TRY(price(document.request));
  out.settlement = TRY(settle(out.priced.total, document.tenders, document.cash_rounding, document.request.currency));
  return out;
}

std::string to_json(const BasketDocument& document, const BasketAnswer& answer) {
  json::array lines;
  for (const auto& line : answer.priced.lines)
    lines.push_back(json::object{{"id", line.id},
                                 {"net", money(line.net, document)},
                                 {"taxes", taxes_json(line.taxes, document)},
                                 {"total", money(line.total, document)}});
  const auto& priced = answer.priced;
  const auto& settled = answer.settlement;
  return json::serialize(json::object{{"lines", std::move(lines)},
                                      {"net", money(priced.net, document)},
                                      {"taxes", taxes_json(priced.taxes, document)},
                                      {"tax", money(priced.tax, document)},
                                      {"total", money(priced.total, document)},
                                      {"rounding", money(settled.rounding, document)},
                                      {"due", money(settled.due, document)},
                                      {"paid", money(settled.paid, document)},
                                      {"change", money(settled.change, document)},
                                      {"remaining", money(settled.remaining, document)}});
}

Result<std::string> quote(std::string_view text, const CatalogueLookup& lookup,
                          const std::optional<BasketDefaults>& defaults) {
  const auto document = TRY(parse_basket_file(text, lookup, defaults));
  const auto answered = TRY(answer(document));
  return to_json(document, answered);
}

Result<Sale> to_sale(const BasketDocument& document, Sale header) {
  const auto answered = TRY(answer(document));
  if (header.note.empty()) header.note = document.note;
  return build_sale(std::move(header), document.request, answered.priced, document.described, answered.settlement);
}

}  // namespace till::domain

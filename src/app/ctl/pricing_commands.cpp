// quote, barcode, keys: questions that need no data folder.
#include <boost/json.hpp>

#include "app/ctl/session.hpp"
#include "app/demo_shop.hpp"
#include "domain/barcode_meaning.hpp"
#include "domain/basket_file.hpp"
#include "domain/till_input.hpp"

namespace till::app {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxRulesBytes = 256 * 1024;

int this_year() {
  SystemClock clock;
  return std::stoi(to_rfc3339(clock.now()).substr(0, 4));
}

Result<CtlReply> quote(CtlSession& session, const std::string& file) {
  const auto text = TRY(session.read_file(file, domain::kMaxBasketFileBytes));
  const auto answer = TRY(domain::quote(text));
  CtlReply reply{json::parse(answer), {}, 0, {}};
  const auto& object = reply.json.as_object();
  for (const char* key : {"net", "tax", "total", "rounding", "due", "paid", "change", "remaining"})
    if (const auto* value = object.if_contains(key))
      reply.text += std::string(key) + " " + std::string(value->as_string()) + "\n";
  return reply;
}

Result<CtlReply> barcode(CtlSession& session, const std::string& code, const std::string& rules_file) {
  domain::BarcodeRulesFile rules;
  if (!rules_file.empty()) rules = TRY(domain::parse_rules_file(TRY(session.read_file(rules_file, kMaxRulesBytes))));
  domain::ClassifyOptions options;
  options.unit_price_micro = rules.unit_price_micro;
  options.reference_year = this_year();
  const auto meaning = domain::classify(code, rules.rules, options);
  CtlReply reply{json::parse(domain::to_json(meaning)), {}, meaning.ok() ? 0 : 1, meaning.error};
  for (const auto& [key, value] : reply.json.as_object())
    if (key != "error")
      reply.text +=
          std::string(key) + " " + (value.is_string() ? std::string(value.as_string()) : json::serialize(value)) + "\n";
  return reply;
}

// The demo's products as a catalogue without a database.
domain::CatalogueLookup lookup_in(const DemoShop& shop) {
  const auto taxes_of = [&shop](const domain::Product& product) {
    std::vector<domain::Tax> taxes;
    for (const auto& id : product.taxes)
      for (const auto& tax : shop.taxes)
        if (tax.id == id) taxes.push_back(tax);
    return taxes;
  };
  domain::CatalogueLookup lookup;
  lookup.item = [&shop, taxes_of](std::string_view code) -> Result<std::optional<domain::CatalogueItem>> {
    for (const auto& product : shop.products) {
      if (product.sku != code && std::ranges::find(product.barcodes, code) == product.barcodes.end()) continue;
      domain::CatalogueItem item;
      item.product = product;
      item.taxes = taxes_of(product);
      for (const auto& deposit : shop.products) {
        if (product.deposit.is_nil() || deposit.id != product.deposit) continue;
        item.deposit = deposit;
        item.deposit_taxes = taxes_of(deposit);
      }
      return std::optional(std::move(item));
    }
    return std::optional<domain::CatalogueItem>{};
  };
  lookup.department = [](std::string_view number) -> Result<std::optional<domain::Department>> {
    return std::optional(domain::Department{std::string(number), {}, {}});
  };
  return lookup;
}

Result<CtlReply> keys(const std::string& text) {
  const auto shop = TRY(load_demo_shop(find_assets() + "/demo"));
  domain::InputContext context;
  context.lookup = lookup_in(shop);
  context.reference_year = this_year();
  CtlReply reply{json::parse(TRY(domain::keys_to_json(text, domain::Basket(), context))), {}, 0, {}};
  const auto* basket = reply.json.as_object().if_contains("basket");
  const auto& holder = basket != nullptr ? basket->as_object() : reply.json.as_object();
  for (const auto& line : holder.at("lines").as_array()) {
    const auto& row = line.as_object();
    reply.text += std::string(row.at("qty").as_string()) + " x " + std::string(row.at("name").as_string()) + "  " +
                  std::string(row.at("total").as_string()) + "\n";
  }
  return reply;
}

}  // namespace

void add_pricing_commands(CLI::App& app, CtlSession& session) {
  auto text = std::make_shared<std::string>();
  auto rules = std::make_shared<std::string>();

  auto* quote_command = app.add_subcommand("quote", "price a basket file; touches no data folder");
  quote_command->add_option("FILE", *text, "basket file (JSON)")->required();
  session.alone(quote_command, [&session, text] { return quote(session, *text); });

  auto* barcode_command = app.add_subcommand("barcode", "say what a scan means, or why it is refused");
  barcode_command->add_option("CODE", *text, "as scanned")->required();
  barcode_command->add_option("--rules", *rules, "patterns of codes with an embedded price or weight (JSON)");
  session.alone(barcode_command, [&session, text, rules] { return barcode(session, *text, *rules); });

  auto* keys_command = app.add_subcommand("keys", "run a line of till input on an empty demo basket and show it");
  keys_command->add_option("TEXT", *text, "as typed or scanned: 3*4006381333931, RF3*100DP10")->required();
  session.alone(keys_command, [text] { return keys(*text); });
}

}  // namespace till::app

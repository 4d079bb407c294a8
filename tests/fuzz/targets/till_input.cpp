// One line of till input, typed or scanned, and what a scanned code may mean.
#include "domain/till_input.hpp"

#include "core/text.hpp"
#include "domain/barcode_meaning.hpp"
#include "fuzz/harness.hpp"

namespace till::fuzz {
namespace {

domain::CatalogueLookup one_product() {
  domain::CatalogueLookup lookup;
  lookup.item = [](std::string_view code) -> Result<std::optional<domain::CatalogueItem>> {
    if (code.size() > 14 || code.find('9') == code.npos) return std::optional<domain::CatalogueItem>{};
    domain::CatalogueItem item;
    item.product.sku = std::string(code);
    item.product.name = "thing";
    item.product.price = {150};
    return std::optional(item);
  };
  return lookup;
}

}  // namespace

FUZZ_TARGET(till_input, 512 * kKiB) {
  const auto text = as_text(input);
  const domain::BarcodeRules rules{{domain::EmbeddedKind::price, "23.....{NNNDD}"},
                                   {domain::EmbeddedKind::weight, "21.....{NNDDD}"}};
  domain::Basket basket;
  const domain::InputContext context{one_product(), rules, 2026, input.size() % 2 == 1};
  const auto before = domain::basket_to_json(basket);
  if (!good(domain::enter(text, basket, context)))
    must(domain::basket_to_json(basket) == before, "a refused command changes nothing");
  const auto meaning = domain::classify(text, rules, {1'500'000, 2026});
  must(meaning.ok() == meaning.error.empty(), "a refused code says why");
  must(!domain::to_json(meaning).empty(), "and can be shown");
}

}  // namespace till::fuzz

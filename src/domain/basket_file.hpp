// The basket file: a sale written as JSON, priced by `tillctl quote` and finalised by `tillctl sell`. Foreign bytes: at
// most 1 MiB, depth 16, no unknown or doubled keys, numbers only as strings; every refusal is a sentence that names the
// place. Nothing throws. Keys and number formats are the stable contract of docs; extend, never change.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/catalogue_item.hpp"
#include "domain/pricing.hpp"
#include "domain/settlement.hpp"

namespace till::domain {

constexpr std::size_t kMaxBasketFileBytes = 1024 * 1024;

struct BasketDocument {
  PriceRequest request;
  std::vector<SaleLine> described;  // per request line: product, sku, barcode, name, unit; amounts empty
  std::optional<CashRounding> cash_rounding;
  std::vector<TenderRequest> tenders;
  std::string note;
};

// What a file may leave out when it comes to a shop that has its own rules. Without these, `currency` is required.
struct BasketDefaults {
  Currency currency;
  TaxRounding tax_rounding = TaxRounding::line;
  std::optional<CashRounding> cash_rounding;
};

// A line with `product` may leave out unit_price, taxes and name; `lookup.item` fills them in. Without a lookup such a
// line is refused with a sentence. Taxes that a product brings are added under their own codes.
Result<BasketDocument> parse_basket_file(std::string_view json, const CatalogueLookup& lookup = {},
                                         const std::optional<BasketDefaults>& defaults = {});

struct BasketAnswer {
  PricedDocument priced;
  Settlement settlement;
};
Result<BasketAnswer> answer(const BasketDocument& document);
std::string to_json(const BasketDocument& document, const BasketAnswer& answer);
// parse, answer, to_json.
Result<std::string> quote(std::string_view json, const CatalogueLookup& lookup = {},
                          const std::optional<BasketDefaults>& defaults = {});

// The document as a stored sale; `header` as in sale_builder.hpp. Invalid while something remains to be paid.
Result<Sale> to_sale(const BasketDocument& document, Sale header);

}  // namespace till::domain

// What a scanned or typed code stands for, complete enough to put it on a ticket: the product with its taxes resolved,
// the deposit that is sold along with it, and a quantity price. Domain code never looks anything up itself; it is
// handed a CatalogueLookup by whoever has the catalogue (storage through app, a table in tests).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "domain/entities/catalogue.hpp"

namespace till::domain {

// "2 for 2.00": every full group of `pieces` costs `price`, what is left over costs the unit price.
struct QuantityPrice {
  std::int64_t pieces = 0;  // 0: none
  Money price;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(field(1, "pieces", pieces), field(2, "price", price));
  }
};

struct CatalogueItem {
  Product product;
  std::vector<Tax> taxes;  // in the order they apply
  std::optional<Product> deposit;
  std::vector<Tax> deposit_taxes;
  QuantityPrice quantity_price;
};

struct Department {
  std::string number;  // "10"
  std::string name;    // printed; "Department 10" when empty
  std::vector<Tax> taxes;
};

struct CatalogueLookup {
  // By barcode, PLU or SKU; empty when nothing has the code. An error is passed on to the cashier as it is.
  std::function<Result<std::optional<CatalogueItem>>(std::string_view code)> item;
  std::function<Result<std::optional<Department>>(std::string_view number)> department;
};

// `item` tried with every spelling of the code (barcode.hpp, lookup_candidates); invalid with a sentence when none is
// known.
Result<CatalogueItem> find_item(const CatalogueLookup& lookup, std::string_view code);

}  // namespace till::domain

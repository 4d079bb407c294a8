// The stock of this terminal's branch: counting, deliveries and waste, and what runs low. How counts and moves of
// several terminals come together is domain/stock.hpp. Right: stock_edit, for changing.
#pragma once

#include <string>
#include <vector>

#include "app/actor.hpp"
#include "domain/entities/documents.hpp"

namespace till::app {

struct StockLine {
  Id product;
  std::string sku, name;
  std::int64_t level_milli = 0;
  std::int64_t low_stock_milli = 0;  // 0: never low
};

// What was counted is the stock from now on, less what is sold meanwhile elsewhere. Returns the document, with what was
// expected.
Result<domain::StockCount> count_stock(Shop& shop, const Actor& actor, const Id& product, domain::Quantity counted,
                                       const std::string& note = {});
// A delivery (positive), waste or own use (negative); `reason` is one of "delivery", "waste", "return", "own use".
Result<domain::StockMove> move_stock(Shop& shop, const Actor& actor, const Id& product, domain::Quantity delta,
                                     const std::string& reason);
Result<std::vector<StockLine>> stock(Shop& shop, std::size_t max);            // by name
Result<std::vector<StockLine>> low_stock(Shop& shop, std::size_t max = 200);  // at or below their alert level, by id
Result<std::vector<domain::StockCount>> stock_counts(Shop& shop, const Id& product, std::size_t max = 50);

}  // namespace till::app

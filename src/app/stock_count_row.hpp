// A stock count as the bodies of this room write it within a transaction.
#pragma once

#include "app/shop_state.hpp"

namespace till::app {

// `wanted` says product, what was counted, note, user and id; the rest is filled in from what is there now.
Result<domain::StockCount> add_stock_count(ShopState& state, storage::Transaction& tx, domain::StockCount wanted);
// Of a product that keeps stock, in whole pieces where it is sold by the piece.
Status check_stock_quantity(const domain::Product& product, domain::Quantity quantity);

}  // namespace till::app

// This terminal's branch and the price list it sells by, as the bodies of this room read them within a transaction.
#pragma once

#include <string>

#include "app/shop_state.hpp"

namespace till::app {

Result<Id> store_here(storage::Connection& conn, const ShopState& state);
// Its store's, or the shop's (setting "price.list"); empty: the list of all shops that name none.
Result<std::string> price_list_here(storage::Connection& conn, const ShopState& state);
// A product as it is sold at this terminal now.
Result<domain::Product> priced_here(storage::Connection& conn, const ShopState& state, domain::Product product);

}  // namespace till::app

// Prices on lists: planned changes, happy hours, other prices in another branch. Product.price stays the base; what
// holds at the moment of adding to the ticket is domain/price_list.hpp. Right: catalogue_edit.
#pragma once

#include <string>
#include <vector>

#include "app/actor.hpp"
#include "domain/entities/trade.hpp"

namespace till::app {

Result<std::vector<domain::Price>> prices(Shop& shop);                        // of all products
Result<std::vector<domain::Price>> prices_of(Shop& shop, const Id& product);  // by beginning
// A nil id makes a new one. Invalid when it ends before it begins, is negative, or its product is gone.
Result<Id> save_price(Shop& shop, const Actor& actor, domain::Price price);
Status remove_price(Shop& shop, const Actor& actor, const Id& price);
// What the product costs at this terminal now.
Result<domain::Product> priced_here(Shop& shop, const domain::Product& product);

}  // namespace till::app

// What a product costs now: the one rule where Product.price and the prices on lists meet. Applied when something is
// put into the basket; what is in the basket keeps its price. Pure; any thread.
#pragma once

#include <span>
#include <string_view>

#include "core/clock.hpp"
#include "domain/entities/catalogue.hpp"
#include "domain/entities/trade.hpp"

namespace till::domain {

// The price that holds on `list` at `now`: active, begun, not ended. Of several the one that began last; of those that
// began together the one with the higher id, so that all terminals choose the same. Null when none holds.
const Price* price_on(std::span<const Price> prices, std::string_view list, UtcTime now);
// The product as it is sold now: a price that holds takes the place of the base price. A special stays as long as it is
// the lower of the two, since it is what the shelf says.
Product priced_on(Product product, std::span<const Price> prices, std::string_view list, UtcTime now);

}  // namespace till::domain

// What a sale does to the order that it cites, in the sale's own transaction.
#pragma once

#include "app/actor.hpp"
#include "app/shop_state.hpp"

namespace till::app {

// Called before the sale is stored. Completes the order and sets its table to cleaning. Invalid when it has been paid
// already, as far as is known here: two terminals that cannot hear of each other may still both take money, and then
// both sales count and the order is listed by `doctor`.
Status order_is_paid(ShopState& state, storage::Transaction& tx, const Actor& actor, const domain::Sale& sale);

}  // namespace till::app

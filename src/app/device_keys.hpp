// Whose signatures sync believes: this terminal's own and those of the terminals in the shop's data.
#pragma once

#include "app/shop_state.hpp"
#include "sync/ring_keys.hpp"

namespace till::app {

// True when there was a new one.
bool learn_devices(ShopState& state, sync::RingKeys& keys);

}  // namespace till::app

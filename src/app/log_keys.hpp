// The ring and the own signing key as they are now, for whoever reads the log beside the thread of sync. Other
// terminals' keys are not in it: what is in the log was verified when it came.
#pragma once

#include "app/shop_state.hpp"
#include "sync/ring_keys.hpp"

namespace till::app {

struct LogKeys {
  security::KeyRing ring;
  sync::RingKeys keys;

  explicit LogKeys(ShopState& state)
      : ring(state.keys->with_ring([](security::RingFile& file) { return file.ring.clone(); })),
        keys(ring, state.keys->identity().signing, state.random) {}
};

}  // namespace till::app

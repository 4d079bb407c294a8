// Terminals that were locked out, and where their logs end. A hub takes nothing from them any more, but what they write
// afterwards can still come on a carrier. So each terminal that learns of it says up to where it holds the feeds of the
// one that is locked out, in a settings row of its own ("key.end.<locked out>.<who says so>"); what any of them held by
// then counts for all, and nothing behind it. So nobody has to take back what it showed already. A row that the locked
// out terminal planted before in the name of another is overwritten by that one.
#pragma once

#include "app/shop_state.hpp"
#include "sync/ring_keys.hpp"

namespace till::app {

// Says where the feeds end, if this terminal has not, and tells `keys` what all said. Cheap when nobody is locked out.
Status heed_lock_outs(ShopState& state, sync::RingKeys& keys);
inline constexpr const char* kLockedOut =
    "This terminal was locked out: what it sells now reaches no other one; ask the shop's owner";
// What the hub says to this terminal itself; kept, for when it is not asked.
Status note_word_of_hub(ShopState& state, bool locked_out);
// This terminal itself: by the hub's last word, or by its data.
Result<bool> is_locked_out(ShopState& state);
// Then that is its warning, for the strip. True when it is new.
bool tell_if_locked_out(ShopState& state);

}  // namespace till::app

// The recovery passphrase: with it, and without this PC, the key ring and so every backup can be opened.
#pragma once

#include <string>

#include "app/actor.hpp"

namespace till::app {

struct ShopState;

// The first passphrase that is given becomes the shop's; later ones must be it (denied). Empty: nothing happens.
Status settle_passphrase(ShopState& state, const std::string& passphrase);

// Whatever it was before; checks no right.
Status set_new_passphrase(ShopState& state, const std::string& wanted);

// Wraps the ring anew; who knew the old passphrase opens no later copy of it. Needs the right to change keys and the
// present passphrase, if there is one (denied when it is wrong). Journalled.
Status change_passphrase(Shop& shop, const Actor& actor, const std::string& present, const std::string& wanted);

}  // namespace till::app

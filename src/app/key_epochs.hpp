// New keys for all terminals of a shop. An epoch key is made by one terminal and announced: its ring with the new
// epoch, sealed to each other terminal's public key, in settings rows ("key.offer.<epoch>.<terminal>"), so that hubs,
// relays and carriers bring it like any other change and none of them can read it. A terminal keeps what it was offered
// aside and says so ("key.held.<terminal>": epoch and a fingerprint of its key). It takes it into its ring, and seals
// under it, when all terminals that are not locked out hold the same, after kGrace_us at the latest, at once after a
// terminal was locked out or when somebody asks so ("key.at_once"), and when it meets a record that it cannot read
// without.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "app/actor.hpp"
#include "security/key_ring.hpp"
#include "storage/connection.hpp"

namespace till::app {

struct ShopState;

constexpr std::int64_t kGrace_us = 3LL * 24 * 3600 * 1'000'000;
constexpr const char* kRotationDaysKey = "keys.rotation_days";  // a setting; 30 when it is empty, 0: only when asked

enum class FirstUse : std::uint8_t { when_all_have_it, at_once };

// Announces a new epoch and returns its number; a till alone uses it from then on. Needs the right, journalled. The
// announcement itself still goes out under the old key.
Result<std::uint32_t> rotate_keys(Shop& shop, const Actor& actor, FirstUse first_use = FirstUse::when_all_have_it);

// What follows from locking a terminal out: a new epoch that it is not offered, used at once. Checks no right of its
// own.
Status renew_keys_at_once(ShopState& state, const Actor& actor);

// A new master key with a new epoch, announced for use at once, after the old master became known to others; returns
// the ring that has them, which is in use already on a till alone. Checks no right and settles no passphrase
// (key_replacement.hpp). Whoever takes a new master into use forgets the recovery passphrase, but for this
// terminal, where it was just set anew: who learned the old master may well have learned the passphrase.
Result<security::KeyRing> announce_new_master(ShopState& state, const Actor& actor);

// Keeps aside what was offered to this terminal and says that it holds it.
Status take_key_offers(ShopState& state);
// A record came under a key that is not in the ring: somebody uses what is kept aside. True when the ring has changed.
Result<bool> use_what_is_held(ShopState& state);
// Once a minute and when others said what they hold: rotates when it is due, offers to those who lack, begins to use
// what all have. `in_step`: this terminal has everything that the hub has; only such a one makes a new key, since one that
// was away, or has just joined, may not know yet that others did. True when the ring has changed.
Result<bool> tend_keys(ShopState& state, bool in_step);
// At the start of a till that belongs to no hub: a new key when it is due.
Status renew_keys_of_a_till_alone(ShopState& state);

// Settings that are written by this alone: no person's to change, and of no use in a list.
bool is_key_setting(std::string_view key);

}  // namespace till::app

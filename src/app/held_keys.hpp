// The keys that this terminal holds: those of its ring, in use, and those that were announced and are kept aside until
// the others have them, too (key_epochs.hpp). Any thread; the worker's where a transaction is given.
#pragma once

#include <optional>
#include <string>

#include "security/key_ring.hpp"
#include "storage/connection.hpp"

namespace till::app {

struct ShopState;

security::KeyRing ring_in_use(ShopState& state);
// The ring with everything that this terminal was given, in use or not.
Result<security::KeyRing> held_ring(ShopState& state, storage::Connection& conn);
Result<security::KeyRing> held_ring(ShopState& state);
// "7:1c0ffee5", as a terminal says it to the others: two that announced the same number hold the same only when they
// hold both keys.
std::string held_text(const security::KeyRing& ring);

// For a newcomer: the ring with what this terminal keeps aside. Nothing when all that it has is in use.
Result<std::optional<security::KeyRing>> announced_keys(ShopState& state);
// Kept aside, until the others use it: what is offered, and at a newcomer what it was given.
Status keep_announced_keys(storage::Transaction& tx, const security::KeyRing& ring);
Status forget_announced_keys(storage::Transaction& tx);  // they are in use
// True while keys are kept aside that are not in use yet: then look again soon.
bool waits_for_new_keys(ShopState& state);

}  // namespace till::app

// The shop's terminals, seen from this one.
#pragma once

#include "app/actor.hpp"
#include "app/shop.hpp"
#include "app/snapshot.hpp"
#include "app/sync_service.hpp"

namespace till::app {

// The state of a terminal that was away for longer than the others keep the log for it. When it comes back it starts
// from a snapshot, and what it had not sent counts.
constexpr const char* kLapsed = "away too long";

// The state of one that has joined, and that nobody has approved yet with the code that it shows.
constexpr const char* kWaitsToBeLetIn = "waits to be let in";

// `live` null: no service runs, and nothing is known of those that wait to be let in.
Result<std::vector<DeviceRow>> list_devices(Shop& shop, const SyncReport* live = nullptr);

// The hub takes nothing from it and gives it nothing any more; what it had sent until then stays. The other terminals
// are told, and go on under a new key that it is not given. Needs the right to manage devices and a hub that answers;
// journalled. Not this terminal itself.
Status revoke_device(Shop& shop, const Actor& actor, const Id& device);
// Changes of a terminal whose clock stood far ahead are held on all others until that time comes. It puts them right
// itself as soon as it learns the time; for one that does not come back a person says it: they count as made when they
// came here, on all terminals. Returns how many were held. Needs the right to manage devices; journalled.
Result<std::uint64_t> count_held_changes(Shop& shop, const Actor& actor, const Id& device);
// By name, number of the receipt series, or the beginning of its id.
Result<Id> device_named(Shop& shop, const std::string& name);

// "right", "1 h ahead", "3 min behind": what this machine's clock is, trusted time less the clock being `offset_ms`.
std::string clock_words(std::int64_t offset_ms);
bool clock_is_wrong(std::int64_t offset_ms);

}  // namespace till::app

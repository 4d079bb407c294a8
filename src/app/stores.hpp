// The branches of a shop, and in which one each terminal stands. A shop with one branch needs none. Right:
// settings_edit; moving a terminal also takes `devices`.
#pragma once

#include <string>
#include <vector>

#include "app/actor.hpp"
#include "domain/entities/documents.hpp"
#include "domain/entities/trade.hpp"

namespace till::app {

Result<std::vector<domain::Store>> stores(Shop& shop);
Result<domain::Store> store_named(Shop& shop, const std::string& name_or_id);
Result<Id> save_store(Shop& shop, const Actor& actor, domain::Store store);
// Refused while a terminal stands in it.
Status remove_store(Shop& shop, const Actor& actor, const Id& store);
// A nil store: none.
Status put_terminal_into_store(Shop& shop, const Actor& actor, const Id& device, const Id& store);

// By name or id; empty or "this": this terminal.
Result<domain::Device> terminal_named(Shop& shop, const std::string& name_or_id);
// Where this terminal stands; nil when nobody said.
Result<Id> store_here(Shop& shop);

}  // namespace till::app

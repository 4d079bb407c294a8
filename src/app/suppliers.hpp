// Whom the shop buys from. Right: catalogue_edit.
#pragma once

#include <string>
#include <vector>

#include "app/actor.hpp"
#include "domain/entities/trade.hpp"

namespace till::app {

Result<std::vector<domain::Supplier>> suppliers(Shop& shop);
Result<domain::Supplier> supplier_named(Shop& shop, const std::string& name_or_id);
// A nil id makes a new one; returns the id.
Result<Id> save_supplier(Shop& shop, const Actor& actor, domain::Supplier supplier);
// Its products keep the reference and name nobody from then on.
Status remove_supplier(Shop& shop, const Actor& actor, const Id& supplier);

}  // namespace till::app

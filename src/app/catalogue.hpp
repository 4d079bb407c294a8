// Changing what the shop sells and knows: prices, availability, customers, settings. Each is one transaction,
// journalled and replicated field by field.
#pragma once

#include <string>
#include <vector>

#include "app/actor.hpp"
#include "domain/entities/catalogue.hpp"
#include "domain/entities/people.hpp"

namespace till::app {

Result<domain::Product> product_by_code(Shop& shop, const std::string& sku_or_barcode);
Status change_price(Shop& shop, const Actor& actor, const Id& product, domain::Money price);
Status set_available(Shop& shop, const Actor& actor, const Id& product, bool available);
// A nil id makes a new one; returns the id.
Result<Id> save_customer(Shop& shop, const Actor& actor, domain::Customer customer);
// Erasure on request: every field becomes empty, here and, with the next exchange, on every terminal. Sales keep their
// numbers, and the name that was printed on them. What else remains for how long: docs/SECURITY.md.
Status forget_customer(Shop& shop, const Actor& actor, const Id& customer);
Status change_setting(Shop& shop, const Actor& actor, const std::string& key, const std::string& value);
Status rename_terminal(Shop& shop, const Actor& actor, const std::string& name);

}  // namespace till::app

// Who does something, and who allowed it. Every function of this room that changes anything takes an Actor and checks
// its right here, whatever button or script it came from; a refusal is written to the journal.
#pragma once

#include <string>
#include <vector>

#include "app/shop.hpp"
#include "core/id.hpp"
#include "domain/permissions.hpp"

namespace till::app {

struct Actor {
  Id user;
  std::string name;
  domain::Role role = domain::Role::cashier;
  Id approver;  // nil: nobody had to
  std::string approver_name;
  domain::Role approver_role = domain::Role::cashier;
};

// An active user by name, upper and lower case alike; an empty name is the first active owner or manager (scripts).
Result<Actor> actor_named(Shop& shop, const std::string& name);

// Denied, with the sentence of domain::require, when neither the actor nor the approver may.
Status require_right(Shop& shop, const Actor& actor, domain::Right right, const std::string& subject = {});

// Checks the PIN through the stored throttle; denied with how many tries are left or how long to wait.
Result<Actor> sign_in(Shop& shop, const std::string& user_name, const std::string& pin);
// The second person's name and PIN, for one action that `asker` may not do alone. Journalled with both names, since not
// every such action leaves a record of its own (a discount on the ticket).
Result<Actor> approved(Shop& shop, Actor asker, const std::string& approver_name, const std::string& pin,
                       domain::Right right);

std::vector<domain::User> active_users(Shop& shop);

}  // namespace till::app

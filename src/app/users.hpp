// The people who use the tills. Right: users_edit; nobody makes or changes somebody above their own role, and the shop
// always keeps an owner.
#pragma once

#include <string>

#include "app/actor.hpp"

namespace till::app {

// The name must be free among active users; the PIN follows the shop's rules.
Result<Id> add_user(Shop& shop, const Actor& actor, const std::string& name, domain::Role role, const std::string& pin);
Status rename_user(Shop& shop, const Actor& actor, const Id& user, const std::string& name);
Status change_role(Shop& shop, const Actor& actor, const Id& user, domain::Role role);
Status change_pin(Shop& shop, const Actor& actor, const Id& user, const std::string& pin);
Status remove_user(Shop& shop, const Actor& actor, const Id& user);
// Lets somebody who was locked out after wrong PINs try again; nobody unlocks themselves.
Status unlock_user(Shop& shop, const Actor& actor, const Id& user);

// Denied when the role is above the actor's own, or that of whoever approves.
Status may_make(const Actor& actor, domain::Role role);

// Six digits that follow the shop's rules.
std::string random_pin(Random& random);
Result<domain::User> user_by_name(Shop& shop, const std::string& name_or_id);

}  // namespace till::app

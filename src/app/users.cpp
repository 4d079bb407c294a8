#include "app/users.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/row_edit.hpp"
#include "security/pin.hpp"
#include "storage/lockouts.hpp"

namespace till::app {
namespace {

using domain::Role;
using domain::User;

constexpr std::size_t kMaxName = 40;

Status check_name(storage::Connection& conn, const User& user) {
  if (trimmed(user.name).empty() || code_points(user.name) > kMaxName)
    return invalid("give the user a name of 1 to 40 characters");
  for (const auto& other : TRY(kept_rows<User>(conn)))
    if (other.id != user.id && other.lifecycle == domain::Lifecycle::active &&
        lowered(other.name) == lowered(trimmed(user.name)))
      return invalid("there is a user " + other.name + " already; choose another name");
  return {};
}

Status require_another_owner(storage::Connection& conn, const User& user) {
  if (user.role != Role::owner) return {};
  for (const auto& other : TRY(kept_rows<User>(conn)))
    if (other.id != user.id && other.role == Role::owner && other.lifecycle == domain::Lifecycle::active) return {};
  return invalid(user.name + " is the only owner; make somebody else an owner first");
}

template <class Edit>
Status edit_user(Shop& shop, const Actor& actor, const Id& user, Edit&& edit) {
  return edit_row<User>(shop, actor, domain::Right::users_edit, user, "user",
                        [&](storage::Transaction& tx, User& row) -> Result<JournalText> {
                          TRY(may_make(actor, row.role));
                          return edit(tx, row);
                        });
}

}  // namespace

Status may_make(const Actor& actor, Role role) {
  const Role highest = std::max(actor.role, actor.approver.is_nil() ? actor.role : actor.approver_role);
  if (role <= highest) return {};
  return denied("nobody below the role " + std::string(domain::to_string(role)) + " may do this");
}

std::string random_pin(Random& random) {
  for (;;) {
    auto pin = fmt::format("{:06}", random.below(1'000'000));
    if (security::check_pin_rules(pin, security::PinRules::shop)) return pin;
  }
}

Result<Id> add_user(Shop& shop, const Actor& actor, const std::string& name, Role role, const std::string& pin) {
  TRY(require_right(shop, actor, domain::Right::users_edit, name));
  TRY(may_make(actor, role));
  TRY(security::check_pin_rules(pin, security::PinRules::shop));
  User user;
  user.name = name;
  user.role = role;
  user.pin_verifier = TRY(security::make_pin_verifier(pin, security::kPinCost, shop.state().random));
  const JournalText text{"user.add", name, std::string(domain::to_string(role))};
  return save_row(shop, actor, domain::Right::users_edit, std::move(user), text, check_name);
}

Status rename_user(Shop& shop, const Actor& actor, const Id& user, const std::string& name) {
  return edit_user(shop, actor, user, [&](storage::Transaction& tx, User& row) -> Result<JournalText> {
    const auto before = std::exchange(row.name, name);
    TRY(check_name(tx, row));
    return JournalText{"user.rename", before, name};
  });
}

Status change_role(Shop& shop, const Actor& actor, const Id& user, Role role) {
  TRY(may_make(actor, role));
  return edit_user(shop, actor, user, [&](storage::Transaction& tx, User& row) -> Result<JournalText> {
    if (role != Role::owner) TRY(require_another_owner(tx, row));
    const std::string before(domain::to_string(row.role));
    row.role = role;
    return JournalText{"user.role", row.name, before + " to " + std::string(domain::to_string(role))};
  });
}

Status change_pin(Shop& shop, const Actor& actor, const Id& user, const std::string& pin) {
  TRY(require_right(shop, actor, domain::Right::users_edit));
  TRY(security::check_pin_rules(pin, security::PinRules::shop));
  const auto verifier = TRY(security::make_pin_verifier(pin, security::kPinCost, shop.state().random));
  return edit_user(shop, actor, user, [&](storage::Transaction&, User& row) -> Result<JournalText> {
    row.pin_verifier = verifier;
    return JournalText{"user.pin", row.name, {}};
  });
}

Status remove_user(Shop& shop, const Actor& actor, const Id& user) {
  if (user == actor.user) return invalid("nobody removes themselves; ask another manager");
  return edit_user(shop, actor, user, [&](storage::Transaction& tx, User& row) -> Result<JournalText> {
    TRY(require_another_owner(tx, row));
    row.lifecycle = domain::Lifecycle::deleted;
    return JournalText{"user.remove", row.name, {}};
  });
}

Status unlock_user(Shop& shop, const Actor& actor, const Id& user) {
  if (user == actor.user) return invalid("nobody unlocks themselves; ask another manager or owner, or wait");
  return edit_user(shop, actor, user, [&](storage::Transaction& tx, User& row) -> Result<JournalText> {
    TRY(storage::set_lockout(tx, row.id, {}));
    return JournalText{"user.unlock", row.name, {}};
  });
}

Result<User> user_by_name(Shop& shop, const std::string& name_or_id) {
  return row_named<User>(shop, name_or_id, "user");
}

}  // namespace till::app

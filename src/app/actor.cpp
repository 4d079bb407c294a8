#include "app/actor.hpp"

#include <algorithm>

#include "app/journal.hpp"
#include "app/shop_state.hpp"
#include "security/pin.hpp"
#include "storage/lockouts.hpp"
#include "storage/settings.hpp"

namespace till::app {
namespace {

Actor actor_from(const domain::User& user) {
  return {user.id, user.name, user.role, {}, {}, {}};
}

Result<security::Throttle> load_throttle(ShopState& state, const Id& user) {
  return security::Throttle(
      TRY(state.db->read([&](storage::Connection& conn) { return storage::lockout(conn, user); })));
}

Status save_throttle(ShopState& state, const Id& user, const security::Throttle& throttle) {
  return state.db->write([&](storage::Transaction& tx) { return storage::set_lockout(tx, user, throttle.state()); });
}

Result<domain::User> user_named(ShopState& state, const std::string& name) {
  const auto found = TRY(state.db->read([&](storage::Connection& conn) { return storage::find_user(conn, name); }));
  if (!found) return invalid("there is no user '" + name + "'; see: tillctl export users --format json");
  return *found;
}

}  // namespace

std::vector<domain::User> active_users(Shop& shop) {
  auto users = shop.state().db->read([](storage::Connection& conn) { return storage::active_users(conn); });
  return users ? std::move(*users) : std::vector<domain::User>{};
}

Result<Actor> actor_named(Shop& shop, const std::string& name) {
  if (!name.empty()) return actor_from(TRY(user_named(shop.state(), name)));
  auto users = active_users(shop);
  std::ranges::stable_sort(users, std::ranges::greater(), &domain::User::role);
  if (users.empty() || users.front().role < domain::Role::manager) return invalid("say who does it: --user NAME");
  return actor_from(users.front());
}

Status require_right(Shop& shop, const Actor& actor, domain::Right right, const std::string& subject) {
  const auto own = domain::require(actor.role, right);
  if (own) return {};
  if (!actor.approver.is_nil() && domain::may_approve(actor.approver_role, right)) return {};
  journal_alone(shop.state(), actor, {"refused", subject, std::string(domain::key_of(right))});
  return own;
}

Result<Actor> sign_in(Shop& shop, const std::string& user_name, const std::string& pin) {
  auto& state = shop.state();
  const auto named = user_named(state, user_name);
  if (!named) {
    journal_alone(state, Actor{}, {"sign-in.refused", user_name, "nobody has this name"});
    return fail(named.error());
  }
  const auto& user = *named;
  auto throttle = TRY(load_throttle(state, user.id));
  if (const auto allowed = throttle.allow(state.clock.now()); !allowed) {
    journal_alone(state, actor_from(user), {"sign-in.refused", user.name, allowed.error().message});
    return fail(allowed.error());
  }
  const auto checked = security::check_pin(user.pin_verifier, pin);
  if (!checked) {
    throttle.failed(state.clock.now());
    TRY(save_throttle(state, user.id, throttle));
    journal_alone(state, actor_from(user), {"sign-in.refused", user.name, {}});
    return fail(checked.error());
  }
  if (throttle.state().failures > 0) {
    throttle.succeeded();
    TRY(save_throttle(state, user.id, throttle));
  }
  journal_alone(state, actor_from(user), {"sign-in", user.name, {}});
  return actor_from(user);
}

Result<Actor> approved(Shop& shop, Actor asker, const std::string& approver_name, const std::string& pin,
                       domain::Right right) {
  const auto approver = TRY(sign_in(shop, approver_name, pin));
  TRY(domain::may_approve(approver.role, right));
  asker.approver = approver.user;
  asker.approver_name = approver.name;
  asker.approver_role = approver.role;
  journal_alone(shop.state(), asker, {"approved", asker.name, std::string(domain::key_of(right))});
  return asker;
}

}  // namespace till::app

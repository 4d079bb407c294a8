#include "storage/lockouts.hpp"

#include "storage/meta.hpp"

namespace till::storage {
namespace {

const std::string kPrefix = "pin.throttle.";

}  // namespace

Result<security::ThrottleState> lockout(Connection& conn, const Id& user) {
  const auto bytes = TRY(meta(conn, kPrefix + to_string(user)));
  if (!bytes) return security::ThrottleState{};
  return decode<security::ThrottleState>(*bytes);
}

Status set_lockout(Connection& conn, const Id& user, const security::ThrottleState& state) {
  return set_meta(conn, kPrefix + to_string(user), encode(state));
}

Result<std::map<Id, security::ThrottleState>> lockouts(Connection& conn) {
  std::map<Id, security::ThrottleState> all;
  auto rows = TRY(conn.query("SELECT key, value FROM meta WHERE key >= ?1 AND key < ?2", kPrefix, kPrefix + "~"));
  while (TRY(rows.next())) {
    const auto user = id_from_string(rows.text(0).substr(kPrefix.size()));
    const auto state = decode<security::ThrottleState>(rows.blob(1));
    if (user && state) all[*user] = *state;
  }
  return all;
}

Status keep_lockouts(Connection& conn, const std::map<Id, security::ThrottleState>& before) {
  for (const auto& [user, state] : before) {
    if (state.failures > TRY(lockout(conn, user)).failures) TRY(set_lockout(conn, user, state));
  }
  return {};
}

}  // namespace till::storage

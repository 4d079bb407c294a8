// How often each user's PIN was missed, and how long the wait is: kept beside the shop's data, not in the log, since it
// is this terminal's alone (security/pin.hpp says what it means).
#pragma once

#include <map>

#include "security/pin.hpp"
#include "storage/connection.hpp"

namespace till::storage {

Result<security::ThrottleState> lockout(Connection& conn, const Id& user);
Status set_lockout(Connection& conn, const Id& user, const security::ThrottleState& state);
Result<std::map<Id, security::ThrottleState>> lockouts(Connection& conn);
// What was counted before a restore counts on: of each user the larger number of failures stays.
Status keep_lockouts(Connection& conn, const std::map<Id, security::ThrottleState>& before);

}  // namespace till::storage

// The administrator's commands over the hub's directory, as JSON in and out, so that they are the same whether till-hub
// runs them on a closed folder or the running hub runs them for another process.
//
//   {"do": "tenant add", "name": N}                        {"do": "tenant list"}
//   {"do": "device code", "tenant": T, "ttl_minutes": M}   {"do": "device list", "tenant": T}
//   {"do": "device revoke", "tenant": T, "device": D}      T: name or id; D: id or number within the tenant
//
// The answer is {"ok": true, "result": {...}} or {"ok": false, "kind": K, "error": sentence}. Inside a transaction;
// what the answer says is true once that is committed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/random.hpp"
#include "sync/hub_directory.hpp"

namespace till::net {

struct AdminOutcome {
  std::string answer;
  std::optional<Id> revoked;  // this device's live connection must go
};

AdminOutcome run_admin_command(std::string_view request, sync::HubDirectory& directory, Clock& clock, Random& random);
std::string admin_failure(const Error& error);
// The `result` of an answer as JSON text, or its error.
Result<std::string> admin_result(std::string_view answer);

}  // namespace till::net

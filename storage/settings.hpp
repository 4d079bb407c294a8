// Asking the shop's settings by key and users by name. To change a setting or a user, `store` the entity; its id is the
// caller's to derive.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/entities/people.hpp"
#include "storage/connection.hpp"

namespace till::storage {

Result<std::optional<std::string>> setting(Connection& conn, std::string_view key);
Result<std::vector<domain::Setting>> settings_with(Connection& conn, std::string_view key_prefix);  // by key
// An active one; case and accents may differ from the user's name, unless another has exactly this one.
Result<std::optional<domain::User>> find_user(Connection& conn, std::string_view name);
Result<std::vector<domain::User>> active_users(Connection& conn);                      // by name
Result<std::optional<domain::Tax>> find_tax(Connection& conn, std::string_view code);  // active ones

}  // namespace till::storage

#include "storage/settings.hpp"

#include "core/text.hpp"
#include "storage/search_text.hpp"
#include "storage/tables.hpp"

namespace till::storage {

Result<std::optional<std::string>> setting(Connection& conn, std::string_view key) {
  auto q = TRY(conn.query("SELECT value FROM setting WHERE key = ?1 ORDER BY id LIMIT 1", key));
  if (!TRY(q.next())) return std::optional<std::string>{};
  return std::optional(q.text(0));
}

Result<std::vector<domain::Setting>> settings_with(Connection& conn, std::string_view key_prefix) {
  return load_where<domain::Setting>(conn, "WHERE substr(key, 1, length(?1)) = ?1 ORDER BY key, id",
                                     [&](Query& q) { q.bind(1, key_prefix); });
}

Result<std::vector<domain::User>> active_users(Connection& conn) {
  return load_where<domain::User>(conn, "WHERE lifecycle = 0 ORDER BY name, id", {});
}

Result<std::optional<domain::User>> find_user(Connection& conn, std::string_view name) {
  const auto wanted = trimmed(name);
  const auto users = TRY(active_users(conn));
  std::optional<domain::User> alike;
  for (const auto& user : users) {
    if (user.name == wanted) return std::optional(user);
    if (!alike && folded(user.name) == folded(wanted)) alike = user;
  }
  return alike;
}

Result<std::optional<domain::Tax>> find_tax(Connection& conn, std::string_view code) {
  auto found = TRY(load_where<domain::Tax>(conn, "WHERE lifecycle = 0 AND code = ?1 ORDER BY id LIMIT 1",
                                           [&](Query& q) { q.bind(1, code); }));
  if (found.empty()) return std::optional<domain::Tax>{};
  return std::optional(std::move(found.front()));
}

}  // namespace till::storage

#include "storage/meta.hpp"

#include "core/decimal.hpp"

namespace till::storage {

Result<std::optional<Bytes>> meta(Connection& conn, std::string_view key) {
  auto q = TRY(conn.query("SELECT value FROM meta WHERE key = ?1", key));
  if (!TRY(q.next())) return std::optional<Bytes>{};
  return std::optional(q.blob(0));
}

Result<std::optional<std::string>> meta_text(Connection& conn, std::string_view key) {
  const auto bytes = TRY(meta(conn, key));
  if (!bytes) return std::optional<std::string>{};
  return std::optional(std::string(as_text(*bytes)));
}

Result<std::optional<std::int64_t>> meta_integer(Connection& conn, std::string_view key) {
  const auto text = TRY(meta_text(conn, key));
  if (!text) return std::optional<std::int64_t>{};
  return std::optional(TRY(parse_decimal(*text, 0, key)));
}

Status set_meta(Connection& conn, std::string_view key, ByteView value) {
  return conn.run("INSERT INTO meta(key, value) VALUES(?1, ?2) ON CONFLICT(key) DO UPDATE SET value = ?2", key, value);
}

Status set_meta_text(Connection& conn, std::string_view key, std::string_view value) {
  return set_meta(conn, key, view(value));
}

Status set_meta_integer(Connection& conn, std::string_view key, std::int64_t value) {
  return set_meta_text(conn, key, std::to_string(value));
}

Status remove_meta(Connection& conn, std::string_view key) {
  return conn.run("DELETE FROM meta WHERE key = ?1", key);
}

}  // namespace till::storage

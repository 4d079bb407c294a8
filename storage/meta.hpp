// Small facts about this folder that are not the shop's: identity, incarnation, cursors, hashes. Local to the terminal.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "storage/connection.hpp"

namespace till::storage {

Result<std::optional<Bytes>> meta(Connection& conn, std::string_view key);
Result<std::optional<std::string>> meta_text(Connection& conn, std::string_view key);
Result<std::optional<std::int64_t>> meta_integer(Connection& conn, std::string_view key);
Status set_meta(Connection& conn, std::string_view key, ByteView value);
Status set_meta_text(Connection& conn, std::string_view key, std::string_view value);
Status set_meta_integer(Connection& conn, std::string_view key, std::int64_t value);
Status remove_meta(Connection& conn, std::string_view key);

}  // namespace till::storage

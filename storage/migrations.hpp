// The schema moves forward by numbered steps and never back. Before a step on a folder with data, the whole database is
// copied to `before-upgrade-<old version>.db` beside it; all steps and the self-check run in one transaction, so a step
// that fails leaves everything as it was. A database of a newer program, or of another program, is refused.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "storage/connection.hpp"
#include "storage/env.hpp"

namespace till::storage {

constexpr std::int32_t kApplicationId = 0x54494C4C;  // "TILL", in the file's header

struct Migration {
  int version = 0;  // 1, 2, 3, ... without gap; the user_version afterwards
  std::string name;
  std::function<Status(Connection&)> apply;
};

// All of them, in order (schema_list.cpp). To change the schema, add one here; never edit one that was released.
std::vector<Migration> schema_list();

// Brings an open database to the last version of the list and returns that version.
Result<int> migrate(Env& env, Connection& conn, const std::string& path, const std::string& vfs,
                    const std::vector<Migration>& migrations);
// The version of a database, refused if this is not ours or newer than `known`.
Result<int> check_version(Connection& conn, int known);
// A consistent copy through SQLite's backup interface, synced; replaces what is at `target`.
Status copy_database(Env& env, Connection& source, const std::string& target, const std::string& vfs);

}  // namespace till::storage

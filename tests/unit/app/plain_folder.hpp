// A shop's folder as a program without the seal left it: pages without room for one, no database key, a key file of
// that version. The shop is closed.
#pragma once

#include <filesystem>

#include "app/key_files.hpp"
#include "shop_fixture.hpp"
#include "storage/folder_seal.hpp"

namespace till::app {

inline security::SecretBytes database_key_of(const std::string& folder) {
  SystemRandom random;
  const auto env = storage::make_real_env();
  const storage::FolderPaths paths{folder};
  const auto pc = value_of(load_pc_key(*env, paths, random));
  const auto ring = value_of(read_ring(*env, paths, pc.key, {}, random));
  return value_of(database_key(*env, paths, ring.ring, false, random));
}

// All rows of the sealed database, in a plain one of the same tables.
inline void copy_rows_plain(const std::string& folder, const std::string& scratch) {
  const auto env = storage::make_real_env();
  const auto seal = value_of(storage::FolderSeal::establish(folder, database_key_of(folder)));
  storage::OpenOptions options;
  options.folder = scratch;
  std::filesystem::create_directories(scratch);
  { value_of(storage::Database::open(*env, options)); }
  const auto conn = value_of(storage::Connection::open(scratch + "/till.db", storage::Access::read_write));
  EXPECT_DONE(conn->run("ATTACH ?1 AS sealed",
                        "file:" + folder + "/till.db?vfs=" + value_of(storage::vfs_for(folder + "/till.db", {}))));
  std::vector<std::string> tables;
  {
    auto q = value_of(
        conn->query("SELECT name FROM pragma_table_list WHERE schema = 'sealed' AND type IN ('table', 'shadow') AND "
                    "name NOT LIKE 'sqlite_%'"));
    while (value_of(q.next())) tables.push_back(q.text(0));
  }
  EXPECT_GT(tables.size(), 40U);
  EXPECT_DONE(conn->exec("BEGIN"));
  for (const auto& table : tables) {
    EXPECT_DONE(conn->exec("DELETE FROM main.\"" + table + "\""));
    EXPECT_DONE(conn->exec("INSERT INTO main.\"" + table + "\" SELECT * FROM sealed.\"" + table + "\""));
  }
  EXPECT_DONE(conn->exec("COMMIT"));
  EXPECT_DONE(conn->exec("PRAGMA wal_checkpoint(TRUNCATE)"));
}

inline void make_plain(const std::string& folder) {
  namespace fs = std::filesystem;
  const auto scratch = folder + "-plain";
  copy_rows_plain(folder, scratch);
  for (const auto* suffix : {"", "-wal", "-shm"}) fs::remove(folder + "/till.db" + suffix);
  fs::rename(scratch + "/till.db", folder + "/till.db");
  fs::remove_all(scratch);
  fs::remove(folder + "/keys/database");
  SystemRandom random;
  const auto env = storage::make_real_env();
  const storage::FolderPaths paths{folder};
  auto ring = value_of(read_ring(*env, paths, value_of(load_pc_key(*env, paths, random)).key, {}, random));
  ring.data_is_sealed = false;
  EXPECT_DONE(write_ring(*env, paths, ring, random));
}

}  // namespace till::app

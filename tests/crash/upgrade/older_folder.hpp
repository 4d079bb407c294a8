// A shop's folder as a program of an older schema left it: the same rows, as far as that schema had columns for them,
// sealed with the folder's own key. The shop is closed.
#pragma once

#include <filesystem>

#include "core/wire.hpp"
#include "domain/entities/audit.hpp"
#include "plain_folder.hpp"
#include "security/audit_chain.hpp"
#include "storage/seal_database.hpp"
#include "support/table_rows.hpp"

namespace till::crash {

// Copies the rows of the attached database `now` that fit into the tables that are there.
inline void copy_rows_that_fit(storage::Connection& conn) {
  std::vector<std::pair<std::string, std::string>> tables;
  {
    auto q = app::value_of(conn.query(
        "SELECT t.name, (SELECT group_concat('\"' || o.name || '\"') FROM pragma_table_info(t.name, 'main') o "
        "JOIN pragma_table_info(t.name, 'now') n ON n.name = o.name) FROM pragma_table_list t "
        "WHERE t.schema = 'main' AND t.type IN ('table', 'shadow') AND t.name NOT LIKE 'sqlite_%' "
        "AND EXISTS (SELECT 1 FROM pragma_table_list n WHERE n.schema = 'now' AND n.name = t.name)"));
    while (app::value_of(q.next())) tables.emplace_back(q.text(0), q.text(1));
  }
  EXPECT_GT(tables.size(), 25U);
  for (const auto& [table, columns] : tables) {
    EXPECT_DONE(conn.exec("DELETE FROM main.\"" + table + "\""));
    EXPECT_DONE(conn.exec("INSERT INTO main.\"" + table + "\"(" + columns + ") SELECT " + columns + " FROM now.\"" +
                          table + "\""));
  }
}

// Before schema 3 the journal's chain lay in columns of its own, keyed by the ring (security/audit_chain.hpp).
inline void chain_journal_as_before_schema_3(storage::Connection& conn, const security::SecretBytes& key) {
  std::vector<domain::AuditEntry> entries;
  {
    auto q =
        app::value_of(conn.query("SELECT id, device, sequence, at, user_name, approved_by, action, subject, detail "
                                 "FROM main.audit_entry ORDER BY sequence"));
    while (app::value_of(q.next())) {
      domain::AuditEntry e;
      e.id = q.id(0);
      e.device = q.id(1);
      e.sequence = q.integer(2);
      e.at = q.time(3);
      e.user_name = q.text(4);
      e.approved_by = q.text(5);
      e.action = q.text(6);
      e.subject = q.text(7);
      e.detail = q.text(8);
      entries.push_back(std::move(e));
    }
  }
  security::AuditHead head;
  for (const auto& e : entries) {
    WireWriter canonical;
    canonical(e.device, e.sequence, e.at.us, e.user_name, e.approved_by, e.action, e.subject, e.detail);
    const auto bytes = canonical.take();
    const auto previous = head;
    head = security::next_head(key, head, bytes);
    EXPECT_DONE(conn.run("UPDATE main.audit_entry SET canonical = ?2, previous = ?3, hash = ?4 WHERE id = ?1", e.id,
                         bytes, ByteView(previous.hash), ByteView(head.hash)));
  }
}

inline security::SecretBytes journal_key_of(const std::string& folder) {
  SystemRandom random;
  const auto env = storage::make_real_env();
  const storage::FolderPaths paths{folder};
  const auto pc = app::value_of(app::load_pc_key(*env, paths, random));
  return app::value_of(app::read_ring(*env, paths, pc.key, {}, random)).ring.derive_lasting("audit");
}

inline void make_older(const std::string& folder, int schema) {
  namespace fs = std::filesystem;
  const auto scratch = folder + "-older";
  const auto env = storage::make_real_env();
  const auto seal = app::value_of(storage::FolderSeal::establish(folder, app::database_key_of(folder)));
  storage::OpenOptions options;
  options.folder = scratch;
  std::erase_if(options.migrations, [&](const storage::Migration& step) { return step.version > schema; });
  fs::create_directories(scratch);
  { app::value_of(storage::Database::open(*env, options)); }
  {
    const auto conn = app::value_of(storage::Connection::open(scratch + "/till.db", storage::Access::read_write));
    const auto now = "file:" + folder + "/till.db?vfs=" + app::value_of(storage::vfs_for(folder + "/till.db", {}));
    EXPECT_DONE(conn->run("ATTACH ?1 AS now", now));
    EXPECT_DONE(conn->exec("BEGIN"));
    copy_rows_that_fit(*conn);
    chain_journal_as_before_schema_3(*conn, journal_key_of(folder));
    EXPECT_DONE(conn->exec("COMMIT; DETACH now; PRAGMA wal_checkpoint(TRUNCATE)"));
  }
  for (const auto* suffix : {"", "-wal", "-shm"}) fs::remove(folder + "/till.db" + suffix);
  fs::rename(scratch + "/till.db", folder + "/till.db");
  fs::remove_all(scratch);
  EXPECT_DONE(storage::seal_database(*env, folder + "/till.db"));
}

}  // namespace till::crash

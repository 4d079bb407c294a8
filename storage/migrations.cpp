#include "storage/migrations.hpp"
#include "storage/upgrade_copy.hpp"

#include <SQLiteCpp/Backup.h>
#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

namespace till::storage {

namespace {

Result<std::int64_t> pragma(Connection& conn, std::string_view sql) {
  return TRY(conn.integer(sql)).value_or(0);
}

Result<bool> is_empty(Connection& conn) {
  return TRY(conn.integer("SELECT count(*) FROM sqlite_schema")).value_or(0) == 0;
}

Status self_check(Connection& conn) {
  auto rows = TRY(conn.query("PRAGMA quick_check(1)"));
  if (TRY(rows.next()) && rows.text(0) != "ok") {
    return fail(ErrorKind::corrupt, "the database is damaged; restore the newest backup", rows.text(0));
  }
  return {};
}

Status apply_steps(Connection& conn, int from, const std::vector<Migration>& migrations) {
  for (const auto& step : migrations) {
    if (step.version <= from) continue;
    if (auto done = step.apply(conn); !done) return fail(done.error().context("step " + step.name));
    TRY(conn.exec("PRAGMA user_version=" + std::to_string(step.version)));
  }
  TRY(conn.exec("PRAGMA application_id=" + std::to_string(kApplicationId)));
  return self_check(conn);
}

Status run_steps(Connection& conn, int from, const std::vector<Migration>& migrations) {
  TRY(conn.exec("BEGIN IMMEDIATE"));
  Status done;
  try {
    done = apply_steps(conn, from, migrations);
  } catch (const std::exception& e) {
    done = fail(ErrorKind::permanent, "a step of the upgrade broke off", e.what());
  }
  if (done) done = conn.exec("COMMIT");
  if (!done) {
    if (sqlite3_get_autocommit(conn.handle()) == 0) (void)conn.exec("ROLLBACK");
    return fail(done.error().context("the upgrade did not succeed and everything is as it was"));
  }
  return {};
}

}  // namespace

Result<int> check_version(Connection& conn, int known) {
  const auto application = TRY(pragma(conn, "PRAGMA application_id"));
  const auto version = TRY(pragma(conn, "PRAGMA user_version"));
  if (application != kApplicationId) {
    if (application != 0 || version != 0 || !TRY(is_empty(conn))) return invalid("this is not a Tillstick database");
    return 0;
  }
  if (version > known) {
    return fail(ErrorKind::permanent, "this folder was last used by a newer Tillstick (schema " +
                                          std::to_string(version) + ", this program knows " + std::to_string(known) +
                                          "); use the newer program");
  }
  return static_cast<int>(version);
}

Status copy_database(Env& env, Connection& source, const std::string& target, const std::string& vfs) {
  const auto part = target + ".part";
  TRY(env.remove(part));
  try {
    const auto copy = TRY(Connection::open(part, Access::read_write, vfs));
    SQLite::Backup backup(copy->raw(), source.raw());
    backup.executeStep(-1);
    // The copy stands alone: no -wal beside it that could be left behind.
    TRY(copy->exec("PRAGMA journal_mode=DELETE"));
  } catch (const SQLite::Exception& e) {
    (void)env.remove(part);
    return fail(sqlite_error(e.getExtendedErrorCode(), std::string(e.what()) + " copying to " + target));
  }
  TRY(env.rename(part, target));
  TRY(env.sync_dir(parent_folder(target)));
  return {};
}

Result<int> migrate(Env& env, Connection& conn, const std::string& path, const std::string& vfs,
                    const std::vector<Migration>& migrations) {
  const int last = migrations.empty() ? 0 : migrations.back().version;
  const int from = TRY(check_version(conn, last));
  if (from == last) return last;
  if (from > 0) {
    const auto snapshot = join_path(parent_folder(path), "before-upgrade-" + std::to_string(from) + ".db");
    if (auto copied = copy_database(env, conn, snapshot, vfs); !copied) {
      return fail(copied.error().context("cannot keep a copy before the upgrade, so nothing was changed"));
    }
  }
  TRY(run_steps(conn, from, migrations));
  return last;
}

Status upgrade_copy(Connection& conn, const std::vector<Migration>& migrations) {
  const int last = migrations.empty() ? 0 : migrations.back().version;
  const int from = TRY(check_version(conn, last));
  return from == last ? Status{} : run_steps(conn, from, migrations);
}

}  // namespace till::storage

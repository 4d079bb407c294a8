#include "storage/journal.hpp"

#include "core/log.hpp"

namespace till::storage {

namespace {

Result<std::string> set_journal(Connection& conn, std::string_view mode) {
  auto q = TRY(conn.query("PRAGMA journal_mode=" + std::string(mode)));
  return TRY(q.next()) ? q.text(0) : std::string();
}

Status try_wal(const std::string& probe, const std::string& vfs) {
  auto writer = TRY(Connection::open(probe, Access::read_write, vfs));
  if (TRY(set_journal(*writer, "WAL")) != "wal") return fail(ErrorKind::permanent, "no WAL on this volume");
  TRY(writer->exec("CREATE TABLE probe(a); INSERT INTO probe VALUES(1)"));
  auto reader = TRY(Connection::open(probe, Access::read_only, vfs));
  if (TRY(reader->integer("SELECT a FROM probe")) != 1) return fail(ErrorKind::permanent, "no WAL on this volume");
  return {};
}

bool volume_can_do_wal(Env& env, const OpenOptions& options) {
  const auto probe = join_path(options.folder, ".wal-probe.db");
  const auto sweep = [&] {
    for (const char* end : {"", "-wal", "-shm", "-journal"}) (void)env.remove(probe + end);
  };
  sweep();
  const auto tried = try_wal(probe, options.vfs);
  sweep();
  if (!tried) log::info("no WAL on this volume: {} {}", tried.error().message, tried.error().cause);
  return tried.has_value();
}

int last_version(const OpenOptions& options) {
  return options.migrations.empty() ? 0 : options.migrations.back().version;
}

Result<OpenedWriter> open_as_it_is(const std::string& path, const OpenOptions& options) {
  OpenedWriter opened;
  opened.conn = TRY(Connection::open(path, Access::read_write, options.vfs));
  TRY(check_version(*opened.conn, last_version(options)));
  auto q = TRY(opened.conn->query("PRAGMA journal_mode"));
  opened.wal = TRY(q.next()) && q.text(0) == "wal";
  return opened;
}

// With exclusive locking SQLite keeps the WAL's index on the heap, so that even this volume lets it be read and ended.
Status turn_back_from_wal(const std::string& path, const OpenOptions& options) {
  auto conn = TRY(Connection::open(path, Access::read_write, options.vfs));
  TRY(conn->exec("PRAGMA locking_mode=EXCLUSIVE"));
  TRY(check_version(*conn, last_version(options)));
  if (TRY(set_journal(*conn, "TRUNCATE")) != "truncate") {
    return fail(ErrorKind::permanent, "the database cannot be used on this volume; copy the folder to another disk");
  }
  return {};
}

}  // namespace

Result<OpenedWriter> open_writing_connection(Env& env, const OpenOptions& options) {
  const auto path = join_path(options.folder, options.file);
  auto opened = open_as_it_is(path, options);
  const bool refused_by_volume =
      !opened && opened.error().kind == ErrorKind::permanent && !opened.error().cause.empty();
  if (refused_by_volume && options.journal == Journal::automatic && turn_back_from_wal(path, options)) {
    opened = open_as_it_is(path, options);
  }
  if (!opened) return opened;
  bool want_wal = options.journal != Journal::truncate;
  if (options.journal == Journal::automatic && !opened->wal) want_wal = volume_can_do_wal(env, options);
  const auto mode = TRY(set_journal(*opened->conn, want_wal ? "WAL" : "TRUNCATE"));
  if (want_wal && mode != "wal") {
    return fail(ErrorKind::permanent,
                "the database cannot keep a write-ahead log here; copy the folder to another disk",
                "journal_mode is " + mode);
  }
  opened->wal = want_wal;
  TRY(opened->conn->exec("PRAGMA journal_size_limit=16777216; PRAGMA cache_size=-16384"));
  return opened;
}

}  // namespace till::storage

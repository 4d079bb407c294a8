#include "storage/connection.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <cerrno>

#include "security/page_seal.hpp"
#include "storage/env.hpp"
#include "storage/folder_seal.hpp"

namespace till::storage {

namespace {

constexpr std::size_t kIdleTextsMax = 256;
constexpr std::size_t kIdleOfATextMax = 8;

// SQLite counts every byte it is given under one lock, for a statistic that nobody reads; before its first use only.
[[maybe_unused]] const int kNoMemoryStatistics = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);

Error fault_of(const SQLite::Exception& e, std::string_view doing) {
  return sqlite_error(e.getExtendedErrorCode(), std::string(e.what()) + " in " + std::string(doing));
}

Error fault_of(SQLite::Database& database, int code, std::string_view doing) {
  const int extended = sqlite3_extended_errcode(database.getHandle());
  return sqlite_error((extended & 0xff) == (code & 0xff) ? extended : code,
                      std::string(database.getErrorMsg()) + " in " + std::string(doing));
}

}  // namespace

Error sqlite_error(int code, std::string_view cause) {
  const auto named = std::string(cause) + " (sqlite " + std::to_string(code) + ")";
  switch (code & 0xff) {
    case SQLITE_FULL:
      return errno_error(ENOSPC, named);
    case SQLITE_READONLY:
      return errno_error(EROFS, named);
    case SQLITE_IOERR:
      if (code == SQLITE_IOERR_DATA)
        return {ErrorKind::corrupt, "the database is damaged, or belongs to other keys; restore the newest backup",
                named};
      // Of these, only growing the shared memory file says "no room"; the rest becomes SQLITE_FULL
      return errno_error(code == SQLITE_IOERR_SHMSIZE ? ENOSPC : EIO, named);
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return errno_error(EACCES, named);
    case SQLITE_CANTOPEN:
      return {ErrorKind::permanent, "the database cannot be opened; check that the folder is there and may be written",
              named};
    case SQLITE_CORRUPT:
      return {ErrorKind::corrupt, "the database is damaged; restore the newest backup", named};
    case SQLITE_NOTADB:
      return {ErrorKind::corrupt, "this is not a Tillstick database", named};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorKind::retry, "the database is in use; try again in a moment", named};
    case SQLITE_NOMEM:
      return {ErrorKind::retry, "there is not enough memory; close other programs", named};
    case SQLITE_INTERRUPT:
      return {ErrorKind::retry, "the database was interrupted; try again", named};
    case SQLITE_CONSTRAINT:
      return {ErrorKind::invalid, "this contradicts what is stored already", named};
    case SQLITE_TOOBIG:
      return {ErrorKind::invalid, "this is too large to be stored", named};
    default:
      return {ErrorKind::permanent, "the database refuses; the log has the details", named};
  }
}

// Prepared statements of one text that nobody uses now.
struct IdleStatements {
  std::string sql;
  std::vector<std::unique_ptr<SQLite::Statement>> statements;
};

Query::Query(Connection& owner, std::shared_ptr<IdleStatements> idle, std::unique_ptr<SQLite::Statement> statement)
    : owner_(&owner), idle_(std::move(idle)), statement_(std::move(statement)) {}

Query::Query(Query&&) noexcept = default;

Query::~Query() {
  if (statement_) owner_->give_back(*idle_, std::move(statement_));
}

Result<bool> Query::next() {
  const int code = statement_->tryExecuteStep();
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return fail(fault_of(*owner_->database_, code, idle_->sql));
}

std::int64_t Query::integer(int column) const {
  return statement_->getColumn(column).getInt64();
}

std::string Query::text(int column) const {
  const auto value = statement_->getColumn(column);
  const char* chars = value.getText();
  return {chars, static_cast<std::size_t>(value.getBytes())};
}

Bytes Query::blob(int column) const {
  const auto value = statement_->getColumn(column);
  const auto* bytes = static_cast<const std::uint8_t*>(value.getBlob());
  return bytes == nullptr ? Bytes{} : Bytes(bytes, bytes + value.getBytes());
}

Id Query::id(int column) const {
  Id id;
  const auto value = statement_->getColumn(column);
  const auto* bytes = static_cast<const std::uint8_t*>(value.getBlob());
  if (bytes != nullptr && value.getBytes() == 16) std::copy(bytes, bytes + 16, id.bytes.begin());
  return id;
}

bool Query::is_null(int column) const {
  return statement_->getColumn(column).isNull();
}

void Query::bind_integer(int at, std::int64_t v) {
  statement_->bind(at, v);
}

void Query::bind_text(int at, std::string_view v) {
  statement_->bind(at, std::string(v));
}

void Query::bind_blob(int at, ByteView v) {
  statement_->bind(at, v.empty() ? static_cast<const void*>("") : v.data(), static_cast<int>(v.size()));
}

Connection::Connection(std::unique_ptr<SQLite::Database> database) : database_(std::move(database)) {}
Connection::Connection(Connection&&) noexcept = default;
Connection::~Connection() = default;

Result<std::unique_ptr<Connection>> Connection::open(const std::string& path, Access access, const std::string& vfs) {
  const auto through = TRY(vfs_for(path, vfs));
  try {
    const int flags =
        access == Access::read_only ? SQLite::OPEN_READONLY : SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE;
    auto database = std::make_unique<SQLite::Database>(path, flags | SQLite::OPEN_NOMUTEX, 5000, through);
    sqlite3_extended_result_codes(database->getHandle(), 1);
    auto conn = std::unique_ptr<Connection>(new Connection(std::move(database)));
    TRY(
        conn->exec("PRAGMA mmap_size=0; PRAGMA wal_autocheckpoint=0; PRAGMA synchronous=FULL; PRAGMA cache_size=-4096;"
                   "PRAGMA temp_store=MEMORY; PRAGMA trusted_schema=OFF; PRAGMA foreign_keys=OFF"));
    if (access == Access::read_only) TRY(conn->exec("PRAGMA query_only=ON"));
    int reserved = security::kPageTrailer;  // for a new database; one with content keeps what it has
    if (through != vfs &&
        sqlite3_file_control(conn->handle(), "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved) != SQLITE_OK)
      return fail(ErrorKind::permanent, "the database cannot be sealed; report this", "reserve bytes");
    return conn;
  } catch (const SQLite::Exception& e) {
    return fail(fault_of(e, "open " + path));
  } catch (const std::exception& e) {
    return fail(ErrorKind::permanent, "the database cannot be opened; the log has the details", e.what());
  }
}

Status Connection::exec(const std::string& sql) {
  const int code = database_->tryExec(sql);
  if (code != SQLITE_OK) return fail(fault_of(*database_, code, sql));
  return {};
}

Result<Query> Connection::prepare(std::string_view sql) {
  auto known = idle_.find(sql);
  if (known == idle_.end()) {
    if (idle_.size() >= kIdleTextsMax) idle_.clear();  // what is in use keeps its own entry
    auto entry = std::make_shared<IdleStatements>(IdleStatements{std::string(sql), {}});
    const std::string_view text = entry->sql;
    known = idle_.emplace(text, std::move(entry)).first;
  }
  auto& idle = *known->second;
  if (!idle.statements.empty()) {
    auto statement = std::move(idle.statements.back());
    idle.statements.pop_back();
    return Query(*this, known->second, std::move(statement));
  }
  try {
    return Query(*this, known->second, std::make_unique<SQLite::Statement>(*database_, idle.sql));
  } catch (const SQLite::Exception& e) {
    return fail(fault_of(e, sql));
  } catch (const std::exception& e) {
    return fail(ErrorKind::permanent, "the database refuses; the log has the details", e.what());
  }
}

Error Connection::bind_error(const Query& q, const std::exception& e) {
  return {ErrorKind::permanent, "the database refuses; the log has the details",
          std::string(e.what()) + " in " + q.idle_->sql};
}

Status Connection::finish(Query& q) {
  while (TRY(q.next())) {
  }
  return {};
}

void Connection::give_back(IdleStatements& idle, std::unique_ptr<SQLite::Statement> statement) {
  statement->tryReset();  // says again what the last step said, which its caller has heard
  if (idle.statements.size() >= kIdleOfATextMax) return;
  try {
    statement->clearBindings();
    idle.statements.push_back(std::move(statement));
  } catch (const std::exception&) {
    // Only the cache misses it.
  }
}

std::int64_t Connection::changes() const {
  return sqlite3_changes64(handle());
}
std::int64_t Connection::last_rowid() const {
  return sqlite3_last_insert_rowid(handle());
}
sqlite3* Connection::handle() const {
  return database_->getHandle();
}

}  // namespace till::storage

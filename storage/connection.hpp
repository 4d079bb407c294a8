// One SQLite connection and its statements, with errors as values. A Connection belongs to one thread at a time; a
// Query lives no longer than it. Amounts, ids and times are bound and read as what they are.
//
//   TRY(conn.run("UPDATE product SET price = ?2 WHERE id = ?1", id, price));
//   auto rows = TRY(conn.query("SELECT id, name FROM product WHERE category = ?1", category));
//   while (TRY(rows.next())) use(rows.id(0), rows.text(1));
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "core/bytes.hpp"
#include "core/clock.hpp"
#include "core/id.hpp"
#include "core/result.hpp"
#include "domain/money.hpp"

struct sqlite3;
namespace SQLite {
class Database;
class Statement;
}  // namespace SQLite

namespace till::storage {

class Connection;
struct IdleStatements;

// A prepared and bound statement; goes back to its connection's cache when it dies. Columns count from 0. Column
// readers are for the row that next() found; NULL reads as 0 or empty.
class Query {
 public:
  Query(Query&&) noexcept;
  Query& operator=(Query&&) = delete;
  ~Query();

  Result<bool> next();  // false after the last row
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] bool boolean(int column) const { return integer(column) != 0; }
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] Bytes blob(int column) const;
  [[nodiscard]] Id id(int column) const;  // nil for what is not 16 bytes long
  [[nodiscard]] domain::Money money(int column) const { return {integer(column)}; }
  [[nodiscard]] domain::Quantity quantity(int column) const { return {integer(column)}; }
  [[nodiscard]] UtcTime time(int column) const { return {integer(column)}; }
  template <class Enum>
  [[nodiscard]] Enum as(int column) const {
    return static_cast<Enum>(integer(column));
  }
  [[nodiscard]] bool is_null(int column) const;

  // What Connection::query does with its arguments; `at` counts from 1. Unbound is NULL. Throws only when out of memory
  // or `at` is not in the statement.
  void bind_integer(int at, std::int64_t v);
  void bind_text(int at, std::string_view v);
  void bind_blob(int at, ByteView v);
  void bind(int at, std::string_view v) { bind_text(at, v); }
  void bind(int at, const std::string& v) { bind_text(at, v); }
  void bind(int at, const char* v) { bind_text(at, v); }
  void bind(int at, ByteView v) { bind_blob(at, v); }
  void bind(int at, const Bytes& v) { bind_blob(at, v); }
  void bind(int at, const Id& v) { bind_blob(at, v.view()); }
  void bind(int at, domain::Money v) { bind_integer(at, v.minor); }
  void bind(int at, domain::Quantity v) { bind_integer(at, v.milli); }
  void bind(int at, UtcTime v) { bind_integer(at, v.us); }
  void bind(int, std::nullopt_t) {}
  template <class T>
  requires std::is_integral_v<T> || std::is_enum_v<T>
  void bind(int at, T v) { bind_integer(at, static_cast<std::int64_t>(v)); }
  template <class T>
  void bind(int at, const std::optional<T>& v) {
    if (v) bind(at, *v);
  }

 private:
  friend class Connection;
  Query(Connection& owner, std::shared_ptr<IdleStatements> idle, std::unique_ptr<SQLite::Statement> statement);

  Connection* owner_;
  std::shared_ptr<IdleStatements> idle_;  // where it goes back to
  std::unique_ptr<SQLite::Statement> statement_;
};

enum class Access : unsigned char { read_only, read_write };

class Connection {
 public:
  // `vfs` empty: SQLite's own. Sets what every connection of ours has: no mmap, no automatic checkpoint,
  // synchronous=FULL.
  static Result<std::unique_ptr<Connection>> open(const std::string& path, Access access, const std::string& vfs = {});
  virtual ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Result<Query> prepare(std::string_view sql);  // nothing bound yet
  template <class... Args>
  Result<Query> query(std::string_view sql, const Args&... args) {
    auto prepared = prepare(sql);
    if (!prepared) return prepared;
    return bind_all(std::move(*prepared), args...);
  }
  // Runs a statement to its end; rows are passed over.
  template <class... Args>
  Status run(std::string_view sql, const Args&... args) {
    auto q = query(sql, args...);
    if (!q) return fail(std::move(q).error());
    return finish(*q);
  }
  // The first column of the first row; nullopt when there is no row.
  template <class... Args>
  Result<std::optional<std::int64_t>> integer(std::string_view sql, const Args&... args) {
    auto q = query(sql, args...);
    if (!q) return fail(std::move(q).error());
    auto row = q->next();
    if (!row) return fail(std::move(row).error());
    if (!*row || q->is_null(0)) return std::optional<std::int64_t>{};
    return std::optional<std::int64_t>{q->integer(0)};
  }
  // Several statements without parameters, not cached: schema and pragmas.
  Status exec(const std::string& sql);

  [[nodiscard]] std::int64_t changes() const;  // rows of the last insert, update or delete
  [[nodiscard]] std::int64_t last_rowid() const;
  [[nodiscard]] sqlite3* handle() const;  // for hooks, sessions and backup
  [[nodiscard]] SQLite::Database& raw() { return *database_; }

 protected:
  Connection(Connection&&) noexcept;  // only while no Query of it lives

 private:
  friend class Query;
  explicit Connection(std::unique_ptr<SQLite::Database> database);
  template <class... Args>
  static Result<Query> bind_all(Query q, const Args&... args) {
    try {
      int at = 0;
      (q.bind(++at, args), ...);
      return q;
    } catch (const std::exception& e) {
      return fail(bind_error(q, e));
    }
  }
  static Error bind_error(const Query& q, const std::exception& e);
  static Status finish(Query& q);
  void give_back(IdleStatements& idle, std::unique_ptr<SQLite::Statement> statement);

  std::unique_ptr<SQLite::Database> database_;
  std::unordered_map<std::string_view, std::shared_ptr<IdleStatements>> idle_;  // the key is the entry's own text
};

// What a write job gets: the writing connection inside BEGIN IMMEDIATE. Everything that takes a Connection takes it,
// too; what writes takes a Connection and is refused by SQLite on a reader's.
class Transaction final : public Connection {
 public:
  explicit Transaction(Connection&& writer) noexcept : Connection(std::move(writer)) {}
};

// The sentence and the kind for an SQLite result code (extended codes are fine).
Error sqlite_error(int code, std::string_view cause);

}  // namespace till::storage

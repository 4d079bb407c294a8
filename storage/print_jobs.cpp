#include "storage/print_jobs.hpp"

namespace till::storage {

namespace {

constexpr const char* kSelect =
    "SELECT number, printer, kind, title, document, content, created, state, attempts, reason, changed FROM print_job ";

PrintJob read_job(const Query& q) {
  return {q.integer(0),
          q.text(1),
          q.text(2),
          q.text(3),
          q.id(4),
          q.blob(5),
          q.time(6),
          q.as<PrintState>(7),
          static_cast<std::int32_t>(q.integer(8)),
          q.text(9),
          q.time(10)};
}

Result<std::optional<PrintJob>> first_of(Result<Query> asked) {
  auto q = TRY(std::move(asked));
  if (!TRY(q.next())) return std::optional<PrintJob>{};
  return std::optional(read_job(q));
}

Status must_have_changed(Connection& conn, std::int64_t number) {
  if (conn.changes() == 0) return invalid("print job " + std::to_string(number) + " is not waiting");
  return {};
}

}  // namespace

Result<std::int64_t> add_print_job(Connection& conn, const PrintJob& job) {
  TRY(conn.run(
      "INSERT INTO print_job(printer, kind, title, document, content, created, state, attempts, reason, changed) "
      "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?6)",
      job.printer, job.kind, job.title, job.document, job.content, job.created, job.state, job.attempts, job.reason));
  return conn.last_rowid();
}

Result<std::optional<PrintJob>> next_print_job(Connection& conn, std::string_view printer) {
  return first_of(
      conn.query(std::string(kSelect) + "WHERE state = 0 AND printer = ?1 ORDER BY number LIMIT 1", printer));
}

Result<std::optional<PrintJob>> print_job(Connection& conn, std::int64_t number) {
  return first_of(conn.query(std::string(kSelect) + "WHERE number = ?1", number));
}

Status mark_printed(Connection& conn, std::int64_t number, UtcTime at) {
  TRY(
      conn.run("UPDATE print_job SET state = ?2, attempts = attempts + 1, reason = '', changed = ?3 "
               "WHERE number = ?1 AND state = 0",
               number, PrintState::printed, at));
  return must_have_changed(conn, number);
}

Status mark_print_failed(Connection& conn, std::int64_t number, std::string_view reason, UtcTime at) {
  TRY(conn.run(
      "UPDATE print_job SET attempts = attempts + 1, reason = ?2, changed = ?3 WHERE number = ?1 AND state = 0", number,
      reason, at));
  return must_have_changed(conn, number);
}

Status cancel_print_job(Connection& conn, std::int64_t number, UtcTime at) {
  TRY(conn.run("UPDATE print_job SET state = ?2, changed = ?3 WHERE number = ?1 AND state = 0", number,
               PrintState::cancelled, at));
  return must_have_changed(conn, number);
}

Result<std::vector<PrintJob>> waiting_print_jobs(Connection& conn, std::size_t max) {
  auto q = TRY(conn.query(std::string(kSelect) + "WHERE state = 0 ORDER BY number LIMIT ?1", max));
  std::vector<PrintJob> jobs;
  while (TRY(q.next())) jobs.push_back(read_job(q));
  return jobs;
}

Result<std::int64_t> count_waiting_print_jobs(Connection& conn) {
  return TRY(conn.integer("SELECT count(*) FROM print_job WHERE state = 0")).value_or(0);
}

Status forget_print_jobs(Connection& conn, UtcTime limit) {
  return conn.run("DELETE FROM print_job WHERE state <> 0 AND changed < ?1", limit);
}

}  // namespace till::storage

// The printer's queue on the disk. A job is added in the transaction of what it prints and waits until it is printed or
// taken off by a person; a printer that is off only makes it wait.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/connection.hpp"

namespace till::storage {

enum class PrintState : std::uint8_t { waiting = 0, printed = 1, cancelled = 2 };

struct PrintJob {
  std::int64_t number = 0;  // given by add_print_job, rising
  std::string printer;      // a name from the settings
  std::string kind;         // "receipt", "copy", "z", "drawer"
  std::string title;        // for the list: "K7QF-000042"
  Id document;              // what it prints, or nil
  Bytes content;            // what the printer's driver needs
  UtcTime created;
  PrintState state = PrintState::waiting;
  std::int32_t attempts = 0;
  std::string reason;  // why it did not print the last time
  UtcTime changed;
};

Result<std::int64_t> add_print_job(Connection& conn, const PrintJob& job);
Result<std::optional<PrintJob>> next_print_job(Connection& conn, std::string_view printer);  // the oldest that waits
Result<std::optional<PrintJob>> print_job(Connection& conn, std::int64_t number);
Status mark_printed(Connection& conn, std::int64_t number, UtcTime at);
// It goes on waiting, with the reason shown in the list.
Status mark_print_failed(Connection& conn, std::int64_t number, std::string_view reason, UtcTime at);
Status cancel_print_job(Connection& conn, std::int64_t number, UtcTime at);
Result<std::vector<PrintJob>> waiting_print_jobs(Connection& conn, std::size_t max);
Result<std::int64_t> count_waiting_print_jobs(Connection& conn);
// Printed and cancelled ones of before `limit` are forgotten.
Status forget_print_jobs(Connection& conn, UtcTime limit);

}  // namespace till::storage

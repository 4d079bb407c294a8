// The stored queue of one shop's print jobs, as the print worker needs it. storage implements it over the table that a
// sale's transaction writes to; jobs of one printer are handed out in the order they were queued. Implementations may
// be called from several workers at once and must not block on anything slower than the local database.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/bytes.hpp"
#include "core/clock.hpp"
#include "core/result.hpp"

namespace till::net {

struct PrintJob {
  std::int64_t id = 0;  // the row's number: jobs never leave the machine
  std::string title;    // "Receipt K7QF-000042", for lists
  Bytes bytes;          // ready for the printer
  std::uint32_t attempts = 0;
  UtcTime queued_at;
};

class PrintQueue {
 public:
  virtual ~PrintQueue() = default;
  // The oldest waiting job of this printer, whatever its retry time; empty when none waits. It stays queued.
  virtual Result<std::optional<PrintJob>> next(std::string_view printer) = 0;
  virtual Status mark_done(std::int64_t job) = 0;
  // Counts an attempt and keeps the job; reason and time are for lists.
  virtual Status mark_failed(std::int64_t job, std::string_view reason, UtcTime retry_at) = 0;
  virtual Result<std::size_t> waiting(std::string_view printer) = 0;
};

}  // namespace till::net

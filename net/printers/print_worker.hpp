// The thread that drains one printer's queue. Nothing waits for it: a sale is done before it is woken, a printer that
// is off only makes jobs wait. It retries with a growing pause (1 s to 60 s), at once when woken, and keeps a job until
// the printer took all of it; so a job is printed once for each success, and only a break in mid-job prints a part
// twice. The listener runs on the worker's thread and must return soon. All members may be called from any thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "core/clock.hpp"
#include "net/printers/print_queue.hpp"
#include "net/printers/printer.hpp"

namespace till::net {

enum class PrinterHealth : std::uint8_t { ready, printing, offline };

struct PrinterState {
  std::string printer;
  PrinterHealth health = PrinterHealth::ready;
  UtcTime since;  // offline: since the first failure in a row
  std::size_t waiting = 0;
  std::string reason;  // offline: a sentence for the cashier
};

struct PrintWorkerOptions {
  std::chrono::milliseconds first_pause{1'000};
  std::chrono::milliseconds longest_pause{60'000};
  // A drawer pulse that could not be sent within this is dropped: a drawer must not spring open minutes later.
  std::chrono::milliseconds pulse_life{5'000};
};

class PrintWorker {
 public:
  using Listener = std::function<void(const PrinterState&)>;

  // `queue` and `clock` must outlive the worker; it begins to drain at once.
  PrintWorker(std::string printer_name, std::unique_ptr<Printer> printer, PrintQueue& queue, Clock& clock,
              Listener listener, PrintWorkerOptions options = {});
  ~PrintWorker();  // stops, see below
  PrintWorker(const PrintWorker&) = delete;
  PrintWorker& operator=(const PrintWorker&) = delete;

  // There may be something to print, or the printer may be back: looks now, whatever the pause.
  void wake();
  // Sent ahead of all waiting jobs, tried again and again within `pulse_life`, never stored.
  void pulse(Bytes job);
  [[nodiscard]] PrinterState state() const;
  // Breaks off a job being sent (it stays queued) and joins. Idempotent.
  void stop();

 private:
  struct Pulse {
    Bytes job;
    std::chrono::microseconds asked{0};
  };
  void run(std::stop_token stop);
  bool drain(const std::stop_token& stop);
  bool print(const PrintJob& job, const std::stop_token& stop);
  void keep_for_later(const PrintJob& job, const Error& why);
  void send_pulse(const Pulse& pulse, const std::stop_token& stop);
  // With nothing to print: whether a printer that was offline can be reached again.
  Status probe(const std::stop_token& stop);
  void report(PrinterHealth health, const std::string& reason);
  std::optional<Pulse> take_pulse();

  const std::string name_;
  const std::unique_ptr<Printer> printer_;
  PrintQueue& queue_;
  Clock& clock_;
  const Listener listener_;
  const PrintWorkerOptions options_;

  // Only the worker's thread touches these two.
  std::chrono::milliseconds pause_;
  std::optional<std::int64_t> printed_;  // on paper, but the queue could not note it: must not go out again

  mutable std::mutex mutex_;
  std::condition_variable_any bell_;
  bool woken_ = false;
  std::optional<Pulse> pulse_;
  PrinterState state_;
  bool reported_ = false;
  std::jthread thread_;  // last: starts when all else is there
};

}  // namespace till::net

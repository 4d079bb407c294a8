// The receipt printer of this terminal: its queue on the disk, the worker that drains it, the drawer. A printer belongs
// to the terminal, not to the shop. A printer that is off makes jobs wait and nothing else.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/actor.hpp"
#include "app/demo_shop.hpp"
#include "app/shop_settings.hpp"
#include "domain/receipt.hpp"
#include "net/printers/print_worker.hpp"
#include "storage/connection.hpp"

namespace till::app {

// Its own setting; a terminal that was never given one has the receipt printer that the shop assigned to it
// (app/printers.hpp).
Result<PrinterSetting> printer_setting(storage::Connection& conn);
Status save_printer(storage::Transaction& tx, const DemoPrinter& printer);
// "tcp://...", "dev://...", "file://..."; empty: no printer. Invalid with a sentence.
Status set_printer(Shop& shop, const Actor& actor, const std::string& address, int columns);

struct WaitingPrint {
  std::int64_t job = 0;
  std::string title, reason;
  UtcTime since;
};
Result<std::vector<WaitingPrint>> waiting_prints(Shop& shop);
Status drop_print(Shop& shop, const Actor& actor, std::int64_t job);
// A receipt again, marked as a copy and counted in the shift's report.
Result<domain::PaperDocument> copy_of_receipt(Shop& shop, const Actor& actor, const std::string& receipt, bool print);

// Owns the worker of an open till. Outlives nothing: destroy it before the shop.
class PrintService {
 public:
  using Listener = std::function<void(const net::PrinterState&)>;
  static Result<std::unique_ptr<PrintService>> start(Shop& shop, Listener listener);
  // For a printer whose setting makes no sense: the till goes on without it.
  static Result<std::unique_ptr<PrintService>> start_without_printer();
  ~PrintService();

  void wake();
  void open_drawer();
  [[nodiscard]] bool has_printer() const;
  [[nodiscard]] net::PrinterState printer_state() const;
  // Waits until nothing is left to print or the printer failed, for programs that end right after.
  void drain(std::chrono::milliseconds limit);

 private:
  struct Impl;
  explicit PrintService(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace till::app

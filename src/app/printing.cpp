#include "app/printing.hpp"

#include <condition_variable>
#include <mutex>

#include "app/assigned_printer.hpp"
#include "app/journal.hpp"
#include "app/selling.hpp"
#include "app/shop_state.hpp"
#include "core/text.hpp"
#include "net/printers/escpos.hpp"
#include "net/printers/receipt_render.hpp"
#include "storage/meta.hpp"
#include "storage/print_jobs.hpp"
#include "storage/sales.hpp"
#include "storage/sync_queries.hpp"
#include "storage/tables.hpp"

namespace till::app {
namespace {

constexpr const char* kQueue = "receipt";
constexpr std::size_t kMaxListed = 200;

domain::PaperDocument paper_of_text(const Bytes& text) {
  domain::PaperDocument document;
  for (const auto& line : split(as_text(text), '\n')) document.text(line);
  return document;
}

// What a job's row stands for, made from stored amounts when its turn comes.
Result<domain::PaperDocument> paper_of(const storage::PrintJob& job, storage::Connection& conn,
                                       const ShopSettings& settings) {
  if (job.kind != "receipt" && job.kind != "copy") return paper_of_text(job.content);
  const auto sale = TRY(storage::load<domain::Sale>(conn, job.document));
  if (!sale) return corrupt("the receipt to print is not in the database");
  const int copy_number = job.kind == "copy" ? static_cast<int>(as_text(job.content).size()) : 0;
  return domain::make_receipt(*sale, settings.receipt, copy_number);
}

class StoredQueue final : public net::PrintQueue {
 public:
  StoredQueue(ShopState& state, int columns) : state_(state) { paper_.columns = columns; }

  Result<std::optional<net::PrintJob>> next(std::string_view printer) override {
    domain::PaperDocument document;
    const auto job = TRY(state_.db->read([&](storage::Connection& conn) -> Result<std::optional<storage::PrintJob>> {
      auto found = TRY(storage::next_print_job(conn, printer));
      if (found) document = TRY(paper_of(*found, conn, *state_.settings()));
      return found;
    }));
    if (!job) return std::optional<net::PrintJob>{};
    auto paper = paper_;
    paper.logo = state_.receipt_logo.dots(state_, net::logo_room_dots(paper));
    return std::optional(net::PrintJob{job->number, job->title, TRY(net::render_escpos(document, paper)),
                                       static_cast<std::uint32_t>(job->attempts), job->created});
  }
  Status mark_done(std::int64_t job) override {
    return state_.db->write(
        [&](storage::Transaction& tx) { return storage::mark_printed(tx, job, state_.clock.now()); },
        storage::Priority::background);
  }
  Status mark_failed(std::int64_t job, std::string_view reason, UtcTime) override {
    return state_.db->write(
        [&](storage::Transaction& tx) { return storage::mark_print_failed(tx, job, reason, state_.clock.now()); },
        storage::Priority::background);
  }
  Result<std::size_t> waiting(std::string_view) override {
    return static_cast<std::size_t>(
        TRY(state_.db->read([](storage::Connection& conn) { return storage::count_waiting_print_jobs(conn); })));
  }

 private:
  ShopState& state_;
  net::ReceiptPaper paper_;
};

}  // namespace

Result<PrinterSetting> printer_setting(storage::Connection& conn) {
  PrinterSetting setting;
  if (!TRY(storage::meta_text(conn, "printer.address"))) {
    const auto device = TRY(storage::log_identity(conn)).device;
    const auto assigned =
        TRY(assigned_printer(conn, {domain::PrintsFor::device, device, {}}, domain::PrinterRole::receipt));
    if (assigned) return PrinterSetting{assigned->name, assigned->address, assigned->columns};
  }
  setting.name = TRY(storage::meta_text(conn, "printer.name")).value_or(setting.name);
  setting.address = TRY(storage::meta_text(conn, "printer.address")).value_or("");
  setting.columns = static_cast<int>(TRY(storage::meta_integer(conn, "printer.columns")).value_or(setting.columns));
  return setting;
}

Status save_printer(storage::Transaction& tx, const DemoPrinter& printer) {
  TRY(storage::set_meta_text(tx, "printer.name", printer.name));
  TRY(storage::set_meta_text(tx, "printer.address", printer.address));
  return storage::set_meta_integer(tx, "printer.columns", printer.columns);
}

Status set_printer(Shop& shop, const Actor& actor, const std::string& address, int columns) {
  TRY(require_right(shop, actor, domain::Right::settings_edit));
  if (!address.empty()) TRY(net::parse_printer_address(address, shop.folder()));
  if (columns < 24 || columns > 64)
    return invalid("the printer's width must be 24 to 64 characters; usual are 32, 42 and 48");
  auto& state = shop.state();
  return change(state, [&](storage::Transaction& tx) -> Status {
    TRY(save_printer(tx, DemoPrinter{"Receipt printer", address, "receipt", columns}));
    return write_journal(state, tx, actor, {"printer.change", address, {}});
  });
}

Result<std::vector<WaitingPrint>> waiting_prints(Shop& shop) {
  const auto jobs = TRY(
      shop.state().db->read([](storage::Connection& conn) { return storage::waiting_print_jobs(conn, kMaxListed); }));
  std::vector<WaitingPrint> waiting;
  for (const auto& job : jobs) waiting.push_back({job.number, job.title, job.reason, job.created});
  return waiting;
}

Status drop_print(Shop& shop, const Actor& actor, std::int64_t job) {
  TRY(require_right(shop, actor, domain::Right::reprint));
  auto& state = shop.state();
  return change(state, [&](storage::Transaction& tx) -> Status {
    const auto found = TRY(storage::print_job(tx, job));
    if (!found) return invalid("this print job is not waiting any more");
    TRY(storage::cancel_print_job(tx, job, state.clock.now()));
    return write_journal(state, tx, actor, {"print.drop", found->title, {}});
  });
}

Result<domain::PaperDocument> copy_of_receipt(Shop& shop, const Actor& actor, const std::string& receipt, bool print) {
  TRY(require_right(shop, actor, domain::Right::reprint, receipt));
  auto& state = shop.state();
  const auto sale = TRY(sale_by_receipt(shop, receipt));
  const auto number = TRY(change(state, [&](storage::Transaction& tx) -> Result<std::int64_t> {
    const auto copies = "copies.of." + to_string(sale.id);
    const auto count = TRY(storage::meta_integer(tx, copies)).value_or(0) + 1;
    TRY(storage::set_meta_integer(tx, copies, count));
    const auto of_shift = "copies." + to_string(sale.shift);
    TRY(storage::set_meta_integer(tx, of_shift, TRY(storage::meta_integer(tx, of_shift)).value_or(0) + 1));
    TRY(write_journal(state, tx, actor, {"receipt.copy", receipt, "copy " + std::to_string(count)}));
    if (print) {
      storage::PrintJob job;
      job.printer = kQueue;
      job.kind = "copy";
      job.title = receipt + " (copy)";
      job.document = sale.id;
      job.content = Bytes(static_cast<std::size_t>(count), '#');
      job.created = state.clock.now();
      TRY(storage::add_print_job(tx, job));
    }
    return count;
  }));
  return domain::make_receipt(sale, state.settings()->receipt, static_cast<int>(number));
}

struct PrintService::Impl {
  std::unique_ptr<StoredQueue> queue;
  std::unique_ptr<net::PrintWorker> worker;
  std::mutex mutex;
  std::condition_variable changed;
  net::PrinterState last;
};

PrintService::PrintService(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PrintService::~PrintService() = default;

Result<std::unique_ptr<PrintService>> PrintService::start(Shop& shop, Listener listener) {
  auto& state = shop.state();
  const auto setting = TRY(state.db->read([](storage::Connection& conn) { return printer_setting(conn); }));
  auto impl = std::make_unique<Impl>();
  if (!setting.address.empty()) {
    const auto address = TRY(net::parse_printer_address(setting.address, shop.folder()));
    impl->queue = std::make_unique<StoredQueue>(state, setting.columns);
    auto told = [raw = impl.get(), listener = std::move(listener)](const net::PrinterState& now) {
      {
        std::lock_guard lock(raw->mutex);
        raw->last = now;
      }
      raw->changed.notify_all();
      if (listener) listener(now);
    };
    impl->worker = std::make_unique<net::PrintWorker>(kQueue, net::make_printer(address, {}, shop.folder()),
                                                      *impl->queue, state.clock, std::move(told));
  }
  return std::unique_ptr<PrintService>(new PrintService(std::move(impl)));
}

Result<std::unique_ptr<PrintService>> PrintService::start_without_printer() {
  return std::unique_ptr<PrintService>(new PrintService(std::make_unique<Impl>()));
}

void PrintService::wake() {
  if (impl_->worker) impl_->worker->wake();
}

void PrintService::open_drawer() {
  if (impl_->worker) impl_->worker->pulse(net::drawer_pulse_job());
}

bool PrintService::has_printer() const {
  return impl_->worker != nullptr;
}

net::PrinterState PrintService::printer_state() const {
  return impl_->worker ? impl_->worker->state() : net::PrinterState{};
}

void PrintService::drain(std::chrono::milliseconds limit) {
  if (!impl_->worker) return;
  impl_->worker->wake();
  std::unique_lock lock(impl_->mutex);
  impl_->changed.wait_for(lock, limit, [&] {
    const auto waiting = impl_->queue->waiting(kQueue);
    return !waiting || *waiting == 0 || impl_->worker->state().health == net::PrinterHealth::offline;
  });
}

}  // namespace till::app

#include "app/worker/till_worker.hpp"

#include <future>

#include "app/ctl/ctl.hpp"
#include "app/file_opening.hpp"
#include "app/shop_state.hpp"
#include "core/log.hpp"
#include "storage/baskets.hpp"
#include "storage/meta.hpp"

namespace till::app {

namespace {
constexpr std::chrono::minutes kSnapshotLimit{30};
}

TillWorker::TillWorker(std::unique_ptr<Shop> shop) : shop_(std::move(shop)) {
  basket_ = domain::Basket(shop_->state().settings()->rules);
}

Result<std::unique_ptr<TillWorker>> TillWorker::start(std::unique_ptr<Shop> shop) {
  auto worker = std::unique_ptr<TillWorker>(new TillWorker(std::move(shop)));
  TRY(worker->open_services());
  worker->reload_all();
  worker->prune_old_journal();
  worker->thread_ = std::jthread([raw = worker.get()] { raw->run(); });
  return worker;
}

Status TillWorker::open_services() {
  auto& state = shop_->state();
  if (const auto saved =
          TRY(state.db->read([](storage::Connection& conn) { return storage::load_open_basket(conn); }))) {
    if (auto basket = domain::decode_basket(*saved)) {
      basket_ = std::move(*basket);
    } else {
      log::warning("the open ticket could not be read back: {}", basket.error().message);
    }
  }
  for (const auto key : kLookKeys) {
    const auto name = "look." + std::string(key);
    if (auto value = TRY(state.db->read([&](storage::Connection& conn) { return storage::meta_text(conn, name); })))
      look_[std::string(key)] = *value;
  }
  next_.backup.target = TRY(state.db->read([](storage::Connection& conn) {
                          return storage::meta_text(conn, "backup.target");
                        })).value_or(state.folder->paths().backups());
  TRY(open_printer());
  state.printer_changed = [this] {
    post_job([this] {
      if (const auto opened = open_printer(); !opened) log::warning("printer: {}", opened.error().message);
      reload_printer();
    });
  };
  sync_ = TRY(SyncService::start(*shop_, [this](bool remote) {
    if (remote) remote_pending_ = true;
    if (!sync_pending_.exchange(true)) post_job([this] { remote_changed(); });
  }));
  state.sync_run = [this](std::chrono::milliseconds limit) { return sync_->run_once(limit); };
  state.sync_resume = [this] { sync_->pause(false); };
  state.sync_snapshots = [this](const SnapshotOrder& order, SnapshotsDone& into) -> Status {
    into = TRY(sync_->snapshots(order, kSnapshotLimit));
    return {};
  };
  state.sync_report = [this](SyncReport& into) { into = sync_->report(); };
  auto control = ControlServer::start(state.folder->paths().control_socket(), [this](std::string_view request) {
    if (const auto file = file_to_open(request)) return answer_to_open(open_file(*file));
    auto answer = answer_wire_request(request, *shop_);
    sync_->membership_changed();  // it may have been: enrol
    sync_->settings_changed();    // or: sync set
    post_job([this] {
      remote_pending_ = true;
      remote_changed();
    });
    return answer;
  });
  // FAT and exFAT, as most sticks have, know no sockets: the till sells all the same, only tillctl must wait until it
  // ends.
  if (control) {
    control_ = std::move(*control);
  } else {
    log::warning("no control socket here, tillctl cannot reach this till: {}", control.error().cause);
  }
  start_backup_service();
  return {};
}

// The old worker ends first: two of them would print the queue twice.
Status TillWorker::open_printer() {
  printer_ = TRY(PrintService::start_without_printer());
  auto printer =
      PrintService::start(*shop_, [this](const net::PrinterState&) { post_job([this] { reload_printer(); }); });
  if (printer) {
    printer_ = std::move(*printer);
    printer_->wake();
  } else {
    log::warning("printer: {}", printer.error().message);
  }
  return {};
}

void TillWorker::close_services() {
  if (sync_) sync_->give_up_snapshots();  // tillctl may wait for one, for long
  control_.reset();
  shop_->state().printer_changed = nullptr;
  shop_->state().sync_run = nullptr;
  shop_->state().sync_resume = nullptr;
  shop_->state().sync_report = nullptr;
  shop_->state().sync_snapshots = nullptr;
  backups_.reset();
  cancel_backup();
  if (backup_thread_.joinable()) backup_thread_.join();
  if (data_task_) data_task_->cancel();
  if (data_thread_.joinable()) data_thread_.join();
  for (auto* task : {&journal_task_, &pruning_task_})
    if (*task) (*task)->cancel();
  for (auto* thread : {&journal_reading_, &journal_thread_, &journal_pruning_})
    if (thread->joinable()) thread->join();
  sync_.reset();
  printer_.reset();
}

void TillWorker::reload_all() {
  reload_catalogue();
  reload_shift();
  reload_closed_shifts();
  reload_sync();
  reload_parked();
  reload_printer();
}

TillWorker::~TillWorker() {
  jobs_.close();
  if (thread_.joinable()) thread_.join();
  if (shop_) close_services();
}

std::shared_ptr<const Snapshot> TillWorker::snapshot() const {
  std::lock_guard lock(snapshot_mutex_);
  return snapshot_;
}

bool TillWorker::post(Command command) {
  // A restore keeps the worker itself busy.
  if (std::holds_alternative<BackupCancel>(command)) cancel_backup();
  return post_job([this, held = std::make_shared<Command>(std::move(command))] { execute(*held); });
}

void TillWorker::on_change(std::function<void()> wake) {
  std::lock_guard lock(snapshot_mutex_);
  wake_ = std::move(wake);
}

void TillWorker::settle() {
  std::promise<void> done;
  if (jobs_.push([&done] { done.set_value(); })) done.get_future().wait();
}

void TillWorker::run() {
  while (auto job = jobs_.pop()) (*job)();
}

void TillWorker::execute(Command& command) {
  if (!shop_) return say(Notice::Level::error, "The shop is closed; restart the till"), void();
  touched_at_us_ = shop_->state().clock.monotonic().count();
  // Good news goes with the next action; a warning stays until it was read, also in the middle of a burst of scans.
  if (next_.notice && next_.notice->level <= Notice::Level::info) next_.notice.reset();
  const bool for_everybody = std::holds_alternative<SignIn>(command) ||
                             std::holds_alternative<DismissNotice>(command) ||
                             std::holds_alternative<ImportOpen>(command);
  if (!actor_ && !for_everybody) {
    say(Notice::Level::warning, "Sign in first");
  } else if (const auto done = std::visit([this](auto& c) { return on(c); }, command); !done) {
    say(done.error().kind == ErrorKind::invalid || done.error().kind == ErrorKind::denied ? Notice::Level::warning
                                                                                          : Notice::Level::error,
        done.error().message);
    if (!done.error().cause.empty()) log::warning("{} ({})", done.error().message, done.error().cause);
  }
  publish();
}

}  // namespace till::app

// The Till of a real shop: one worker thread that owns the open basket, executes commands in order and publishes
// snapshots. The bodies are split by what is done: ticket, paying, people and shift, lists, backup.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <vector>

#include "app/actor.hpp"
#include "app/backup_service.hpp"
#include "app/backups.hpp"
#include "app/control_socket.hpp"
#include "app/data/import.hpp"
#include "app/printing.hpp"
#include "app/sync_service.hpp"
#include "app/till.hpp"
#include "core/bytes.hpp"
#include "core/queue.hpp"
#include "core/task.hpp"
#include "domain/basket.hpp"
#include "domain/entry.hpp"
#include "storage/audit.hpp"

namespace till::app {

// Rows for the panel and where the next page begins.
struct JournalPage {
  std::vector<JournalRow> rows;
  std::optional<storage::AuditPlace> end;
  bool has_more = false;
  std::vector<std::pair<Id, std::string>> terminals;
};
struct JournalOutcome {
  bool is_good = true;
  std::string sentence;
  std::vector<std::pair<std::string, std::string>> findings;
};

constexpr std::size_t kMaxCommandsWaiting = 4096;
// Settings of the screen, kept by the terminal and not by the shop.
constexpr std::array<std::string_view, 3> kLookKeys = {"theme", "language", "text_size"};

class TillWorker final : public Till {
 public:
  static Result<std::unique_ptr<TillWorker>> start(std::unique_ptr<Shop> shop);
  ~TillWorker() override;

  std::shared_ptr<const Snapshot> snapshot() const override;
  bool post(Command command) override;
  void on_change(std::function<void()> wake) override;
  void settle() override;

 private:
  using Job = std::function<void()>;
  // What the pad's digits mean once a mode key was pressed.
  enum class PadMode : std::uint8_t { item, quantity, price, percent };
  // The open ticket on its way to the disk; shared with the database's writer. Empty bytes: there is none any more.
  struct Unsaved {
    std::mutex mutex;
    std::optional<Bytes> ticket;
    std::optional<Bytes> take() {
      std::lock_guard lock(mutex);
      return std::exchange(ticket, std::nullopt);
    }
  };
  struct PendingApproval {
    domain::Right right;
    std::function<Status(const Actor&)> go_on;
  };

  explicit TillWorker(std::unique_ptr<Shop> shop);
  Status open_services();
  Status open_printer();
  void close_services();
  void reload_all();
  void run();
  void execute(Command& command);

  // ticket.cpp
  Status on(const Scan& command);
  Status on(const Pad& command);
  Status on(const TypeLine& command);
  Status on(const TapProduct& command);
  Status on(const SelectLine& command);
  Status on(const ChangeQuantity& command);
  Status on(const RemoveLine& command);
  Status on(const VoidLast& command);
  Status on(const CancelTicket& command);
  Status on(const DiscountTicket& command);
  Status on(const SetCustomer& command);
  Status on(const Park& command);
  Status on(const Recall& command);
  Status press_mode(PadMode mode);
  Status press_in_mode(PadKey key);
  Status apply_mode();
  Status apply_entry(const domain::EntryEffect& effect);
  Status add_code(const std::string& code, domain::Quantity quantity);
  Status set_quantity(const std::string& line_id, domain::Quantity quantity);
  Status set_last_quantity(std::optional<domain::Quantity> quantity);
  Status begin_ticket();
  Status require_unpaid() const;
  void drop_pending();
  void ticket_changed();
  void clear_ticket();
  std::string target_line() const;

  // paying.cpp
  Status on(const PayCash& command);
  Status on(const PayExact& command);
  Status on(const PayCard& command);
  Status on(const PayVoucher& command);
  Status on(const RemoveTender& command);
  Status on(const Reprint& command);
  Status on(const NoSale& command);
  Status on(const RefundFind& command);
  Status on(const RefundConfirm& command);
  Status on(const RefundLeave& command);
  Status pay(domain::TenderRequest tender);
  Status finish_sale();
  void show_finished(const domain::Sale& sale);
  Status fill_refund(const std::string& receipt);

  // people.cpp
  Status on(const SignIn& command);
  Status on(const SignOut& command);
  Status on(const Approve& command);
  Status on(const Answer& command);
  Status on(const DismissNotice& command);
  Status on(const OpenShift& command);
  Status on(const CloseShift& command);
  Status on(const MoveCash& command);
  Status on(const PrintX& command);
  // Runs `go_on` as the signed-in user, or asks for a second person first.
  Status with_right(domain::Right right, const std::string& what, std::function<Status(const Actor&)> go_on);
  std::function<Status(const Actor&)> told(domain::Right right, const std::string& what,
                                           std::function<Status(const Actor&)> go_on);
  void ask(Question question, std::function<Status(bool yes)> decided);

  // lists.cpp
  Status on(const Search& command);
  Status on(const SearchCustomers& command);
  Status on(const SearchReceipts& command);
  Status on(const ChangePrice& command);
  Status on(const SetAvailable& command);
  Status on(const SaveCustomer& command);
  Status on(const RetryPrint& command);
  Status on(const DropPrintJob& command);
  Status on(const ChangeSetting& command);
  Status set_look(const std::string& key, const std::string& value);

  // sync_commands.cpp
  Status on(const SyncNow& command);
  Status on(const SyncPause& command);
  Status on(const RetryParked& command);
  Status on(const Enrol& command);
  Status on(const SettleConflict& command);
  Status on(const UndoSettlement& command);
  Status on(const SetSync& command);
  Status on(const RevokeDevice& command);
  Status on(const ApproveTerminal& command);
  void reload_sync();
  void reload_sync_words();
  void reload_conflicts();
  void conflicts_changed();

  // backup_commands.cpp
  Status on(const BackupStart& command);
  Status on(const BackupVerify& command);
  Status on(const BackupProbe& command);
  Status on(const BackupRestore& command);
  Status on(const BackupCancel& command);
  Status on(const BackupRefresh& command);
  Status on(const BackupAddTarget& command);
  Status on(const BackupRemoveTarget& command);
  Status on(const BackupSetTarget& command);
  void start_backup_service();
  void run_planned_backup(const std::string& name);
  void run_planned_turn(const std::string& name);
  void run_planned_drill(const std::string& name);
  // Beside a place's schedule: of itself and often, so it leaves what the last backup said; only trouble is told, which
  // `look` answers with, or nothing.
  void run_unasked(const std::string& title, const std::string& place, std::function<Result<std::string>(Task&)> look);
  void warn_of_damage(const std::string& sentence);  // any thread
  Result<std::string> verified(const BackupVerify& command, Task& task);
  // Afterwards the panel lists the same place again, or after a success `then_show`.
  void run_backup_task(const std::string& title, std::function<Result<std::string>(Task&)> work,
                       const std::string& then_show = {});
  void set_backup_task(std::shared_ptr<Task> task);
  void cancel_backup();  // any thread
  void publish_progress(const Task& task);
  void show_look(BackupLook look);

  // data_commands.cpp
  Status on(const ImportOpen& command);
  Status on(const ImportColumn& command);
  Status on(const ImportDecimals& command);
  Status on(const ImportRun& command);
  Status on(const ExportRun& command);
  Status on(const DataCancel& command);
  // Runs `work` on its own thread, then what it returns on the worker's.
  void run_data_task(const std::string& title, std::function<Job(Task&)> work);
  Job data_failed(const Error& error);
  Status require_no_data_task() const;
  void look_at_file();
  Status open_file(const std::string& path);  // for the control socket
  // journal_commands.cpp
  Status on(const SearchJournal& command);
  Status on(const MoreJournal& command);
  Status on(const ShowJournalEntry& command);
  Status on(const VerifyJournal& command);
  Status on(const ExportJournal& command);
  void read_journal(bool more);
  void prune_old_journal();  // by the shop's setting, on a thread of its own
  void take_journal_page(std::uint64_t search, bool more, Result<JournalPage> page);
  // On a thread of its own; the sentence comes back as the panel's outcome.
  void run_journal_task(std::function<Result<JournalOutcome>(Task&)> work);

  // publishing.cpp
  void publish();
  void fill_ticket(Snapshot& next) const;
  void fill_settings(Snapshot& next) const;
  void reload_catalogue();
  void reload_shift();
  void reload_closed_shifts();
  void reload_printer();
  void reload_parked();
  void remote_changed();
  void say(Notice::Level level, std::string text);
  Result<Tile> tile_of(storage::Connection& conn, const domain::Product& product) const;

  bool post_job(Job job) { return jobs_.try_push(std::move(job)); }
  const Actor& actor() const { return *actor_; }
  std::string money(Money amount) const;

  std::unique_ptr<Shop> shop_;
  std::unique_ptr<PrintService> printer_;
  std::unique_ptr<SyncService> sync_;
  std::unique_ptr<ControlServer> control_;
  std::unique_ptr<BackupService> backups_;
  BoundedQueue<Job> jobs_{kMaxCommandsWaiting};

  mutable std::mutex snapshot_mutex_;
  std::shared_ptr<const Snapshot> snapshot_;
  std::function<void()> wake_;

  // The worker's own from here on.
  Snapshot next_;  // the parts that live on from snapshot to snapshot
  std::optional<Actor> actor_;
  domain::Basket basket_;
  domain::Entry entry_;
  PadMode pad_mode_ = PadMode::item;
  std::string mode_text_;
  Status entry_problem_;
  std::string selected_line_;
  const std::shared_ptr<Unsaved> unsaved_ = std::make_shared<Unsaved>();
  std::vector<domain::TenderRequest> tenders_;
  std::string finished_receipt_;
  Id finished_sale_;
  std::optional<PendingApproval> approval_;
  std::function<Status(bool)> decided_;
  std::uint64_t notices_ = 0;
  std::map<std::string, std::string> look_;
  std::map<Id, std::string> category_icons_;
  std::map<Id, std::uint32_t> category_colours_;
  std::string conflicts_version_;
  std::atomic<bool> remote_pending_ = false, sync_pending_ = false;
  std::mutex backup_task_mutex_;
  std::shared_ptr<Task> backup_task_;
  std::atomic<bool> backup_busy_ = false, backup_progress_pending_ = false;
  std::atomic<std::int64_t> touched_at_us_ = 0;  // the last command of the window, by the monotonic clock
  std::uint64_t newest_look_ = 0;  // its number
  std::jthread backup_thread_;
  ImportWish import_wish_;  // without the file's content
  std::string import_path_;
  std::shared_ptr<Task> data_task_;
  std::atomic<bool> data_progress_pending_ = false;
  std::jthread data_thread_;
  SearchJournal journal_search_;
  std::uint64_t journal_searches_ = 0;
  std::optional<storage::AuditPlace> journal_end_;
  std::shared_ptr<Task> journal_task_;
  std::shared_ptr<Task> pruning_task_;
  std::atomic<bool> is_pruning_ = false;
  std::jthread journal_reading_, journal_thread_, journal_pruning_;
  std::jthread thread_;
};

}  // namespace till::app

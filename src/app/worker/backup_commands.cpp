// Backups from the panel: the work runs on a thread of its own, its progress comes back as jobs of the worker.
#include <fmt/format.h>

#include "app/journal.hpp"
#include "app/restores.hpp"
#include "app/shop_state.hpp"
#include "app/worker/till_worker.hpp"
#include "storage/meta.hpp"

namespace till::app {
namespace {

std::string size_text(std::uint64_t bytes) {
  if (bytes < 10'000) return fmt::format("{} B", bytes);
  if (bytes < 10'000'000) return fmt::format("{} KB", bytes / 1000);
  return fmt::format("{} MB", bytes / 1'000'000);
}

// Tenths without a float: 12345 of 1000 is "12.3 : 1".
std::string ratio_text(std::uint64_t plain, std::uint64_t stored) {
  if (stored == 0) return {};
  const auto tenths = plain * 10 / stored;
  return fmt::format("{}.{} : 1", tenths / 10, tenths % 10);
}

BackupRow row_of(const GenerationRow& generation) {
  BackupRow row;
  row.generation = generation.generation;
  row.at = to_local(generation.at);
  row.size = size_text(generation.plain_bytes);
  row.stored = size_text(generation.stored_bytes);
  row.ratio = ratio_text(generation.plain_bytes, generation.new_bytes);
  row.state = !generation.problem.empty() ? generation.problem : generation.verified ? "verified" : "not verified";
  return row;
}

}  // namespace

Status TillWorker::list_generations(const std::string& target) {
  next_.backup.target = target;
  next_.backup.rows.clear();
  const auto& paths = shop_->state().folder->paths();
  // The folder beside the data is there from the start; without a backup in it there is nothing to say.
  if (target == paths.backups() && TRY(shop_->state().env->list(target)).empty()) return {};
  for (const auto& generation : TRY(app::list_generations(*shop_, target, {})))
    next_.backup.rows.push_back(row_of(generation));
  if (!next_.backup.rows.empty()) next_.backup.last = next_.backup.rows.front().at;
  return {};
}

Status TillWorker::on(const BackupRefresh& command) {
  return list_generations(command.target);
}

void TillWorker::run_backup_task(const std::string& title, std::function<Result<std::string>(Task&)> work) {
  backup_task_ = std::make_shared<Task>();
  next_.backup.progress = Progress{title, {}, 0, 0, true};
  next_.backup.outcome.clear();
  next_.backup.failed = false;
  backup_task_->on_change = [this, task = std::weak_ptr(backup_task_)] {
    const auto now = task.lock();
    if (!now) return;
    post_job([this, step = now->step(), done = now->done(), total = now->total()] {
      next_.backup.progress.step = step;
      next_.backup.progress.done = done;
      next_.backup.progress.total = total;
      publish();
    });
  };
  backup_thread_ = std::jthread([this, task = backup_task_, work = std::move(work)] {
    auto outcome = work(*task);
    post_job([this, outcome = std::move(outcome)] {
      next_.backup.progress.running = false;
      next_.backup.failed = !outcome;
      next_.backup.outcome = outcome ? *outcome : outcome.error().message;
      if (outcome && !next_.backup.target.empty()) (void)list_generations(next_.backup.target);
      publish();
    });
  });
}

Status TillWorker::on(const BackupStart& command) {
  if (next_.backup.progress.running) return invalid("a backup is running already");
  return with_right(domain::Right::backup, "make a backup", [this, target = command.target](const Actor& by) -> Status {
    next_.backup.target = target;
    run_backup_task("Backup", [this, by, target](Task& task) -> Result<std::string> {
      const auto made = TRY(create_backup(*shop_, by, target, {}, task));
      TRY(shop_->state().db->write(
          [&](storage::Transaction& tx) { return storage::set_meta_text(tx, "backup.target", target); }));
      return fmt::format("Backup {} is stored, read back and verified: {} ({})", made.manifest.generation,
                         size_text(made.manifest.stored_size),
                         ratio_text(made.manifest.plain_size, made.manifest.stored_size));
    });
    return {};
  });
}

Status TillWorker::on(const BackupVerify& command) {
  if (next_.backup.progress.running) return invalid("a backup is running already");
  return with_right(domain::Right::backup, "verify a backup", [this, command](const Actor& by) -> Status {
    run_backup_task("Verification", [this, command, by](Task& task) -> Result<std::string> {
      journal_soon(shop_->state(), by, {"backup.verify", command.generation, command.target});
      const auto verified = TRY(verify_generation(*shop_, command.target, command.generation, {}, task));
      return fmt::format("Backup {} is whole: {} chunks, {}", command.generation, verified.chunks,
                         size_text(verified.plain_bytes));
    });
    return {};
  });
}

// Closes the shop, restores, opens it again: the window goes on showing the last picture with the progress.
Status TillWorker::on(const BackupRestore& command) {
  if (next_.backup.progress.running) return invalid("a backup is running already");
  if (!basket_.empty()) return invalid("finish or park the open ticket first");
  return with_right(
      domain::Right::restore, "restore the shop from a backup", [this, command](const Actor& by) -> Status {
        RestoreWish wish;
        wish.folder = shop_->folder();
        wish.target = command.target;
        wish.generation = command.generation;
        wish.asked_by = by.name;
        close_services();
        shop_.reset();
        Task task;
        const auto restored = restore_shop(wish, task);
        ShopOptions options;
        options.folder = wish.folder;
        shop_ = TRY(Shop::open(options));
        TRY(open_services());
        clear_ticket();
        reload_all();
        if (!restored) return fail(restored.error());
        next_.finished.reset();
        next_.backup.outcome =
            fmt::format("Restored {}: {} sales, last receipt {}. What was here before is in {}", restored->generation,
                        restored->sales, restored->last_receipt, restored->replaced_folder);
        say(Notice::Level::good, "The shop is restored from " + restored->generation);
        return {};
      });
}

Status TillWorker::on(const BackupCancel&) {
  if (backup_task_) backup_task_->cancel();
  return {};
}

}  // namespace till::app

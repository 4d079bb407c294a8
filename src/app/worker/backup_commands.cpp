// Backups from the panel and by the schedule: the work runs on a thread of its own, its progress comes back as jobs of
// the worker. Only a restore runs on the worker itself, since there is no shop meanwhile.
#include <fmt/format.h>

#include "app/age.hpp"
#include "app/journal.hpp"
#include "app/restores.hpp"
#include "app/shop_state.hpp"
#include "app/stick_probe.hpp"
#include "app/worker/till_worker.hpp"
#include "core/log.hpp"
#include "core/work_ahead.hpp"
#include "storage/meta.hpp"

namespace till::app {
namespace {

constexpr const char* kRunning = "a backup is running already";

std::string success(const backup::BackupResult& made) {
  return fmt::format("Backup {} is stored, read back and verified: {} ({})", made.manifest.generation,
                     bytes_text(made.manifest.new_bytes),
                     ratio_text(made.manifest.plain_size, made.manifest.new_bytes));
}

}  // namespace

void TillWorker::start_backup_service() {
  BackupService::Surroundings surroundings;
  surroundings.due = [this](std::string target) {
    post_job([this, name = std::move(target)] { run_planned_backup(name); });
  };
  surroundings.turn_due = [this](std::string target) {
    post_job([this, name = std::move(target)] { run_planned_turn(name); });
  };
  surroundings.drill_due = [this](std::string target) {
    post_job([this, name = std::move(target)] { run_planned_drill(name); });
  };
  touched_at_us_ = shop_->state().clock.monotonic().count();
  surroundings.idle_for = [this, &clock = shop_->state().clock] {
    return clock.monotonic() - std::chrono::microseconds(touched_at_us_.load());
  };
  surroundings.looked = [this](BackupLook look, bool paused) {
    post_job([this, paused, held = std::make_shared<BackupLook>(std::move(look))] {
      show_look(std::move(*held));
      next_.backup.paused = paused;
      publish();
    });
  };
  surroundings.is_busy = [this] { return backup_busy_.load(); };
  backups_ = BackupService::start(*shop_, std::move(surroundings));
}

// A slow look that began before a backup ended must not hide it again.
void TillWorker::show_look(BackupLook look) {
  if (look.number < newest_look_) return;
  newest_look_ = look.number;
  if (look.target.empty()) {  // of the newest alone; says nothing of the places
    next_.backup.last = look.last;
    next_.backup.newest_us = look.newest_us;
    next_.backup.warn_us = look.warn_us;
    next_.backup.damage = look.damage;
    next_.backup.drill = look.drill;
    next_.backup.known = true;
    return;
  }
  const auto wanted = std::exchange(next_.backup.target, look.target);
  put_into(next_.backup, std::move(look));
  next_.backup.looking = false;
  if (wanted.empty() || wanted == next_.backup.target) return;
  // Another place was asked for meanwhile.
  next_.backup.target = wanted;
  next_.backup.rows.clear();
  next_.backup.looking = true;
  backups_->look(wanted);
}

Status TillWorker::on(const BackupRefresh& command) {
  next_.backup.target = command.target;
  next_.backup.looking = true;
  backups_->look(command.target);
  return {};
}

void TillWorker::set_backup_task(std::shared_ptr<Task> task) {
  std::lock_guard lock(backup_task_mutex_);
  backup_task_ = std::move(task);
}

void TillWorker::cancel_backup() {
  std::lock_guard lock(backup_task_mutex_);
  if (backup_task_) backup_task_->cancel();
}

void TillWorker::run_backup_task(const std::string& title, std::function<Result<std::string>(Task&)> work,
                                 const std::string& then_show) {
  auto fresh = std::make_shared<Task>();
  next_.backup.progress = Progress{title, {}, 0, 0, true};
  next_.backup.outcome.clear();
  next_.backup.failed = false;
  backup_busy_ = true;
  fresh->on_change = [this, task = std::weak_ptr(fresh)] {
    const auto now = task.lock();
    if (!now || backup_progress_pending_.exchange(true)) return;
    post_job([this, now] {
      backup_progress_pending_ = false;
      if (!next_.backup.progress.running) return;
      next_.backup.progress.step = now->step();
      next_.backup.progress.done = now->done();
      next_.backup.progress.total = now->total();
      publish();
    });
  };
  set_backup_task(fresh);
  backup_thread_ =
      std::jthread([this, task = std::move(fresh), before = next_.backup.target, then_show, work = std::move(work)] {
        auto outcome = work(*task);
        const auto& target = outcome && !then_show.empty() ? then_show : before;
        auto look = std::make_shared<BackupLook>(look_at_backups(*shop_, target));
        backup_busy_ = false;
        post_job([this, look, then_show, outcome = std::move(outcome)] {
          if (outcome && !then_show.empty()) next_.backup.target = then_show;
          next_.backup.progress.running = false;
          next_.backup.failed = !outcome;
          next_.backup.outcome = outcome ? *outcome : outcome.error().message;
          show_look(std::move(*look));
          publish();
        });
      });
}

void TillWorker::run_planned_backup(const std::string& name) {
  if (!shop_ || next_.backup.progress.running) return;
  if (next_.backup.target.empty() || next_.backup.targets.empty()) next_.backup.target = name;
  run_backup_task("Backup", [this, name](Task& task) -> Result<std::string> {
    const auto outcome = TRY(run_target(*shop_, schedule_actor(), name, task, Turn::once_a_day));
    if (!outcome.proof_problem.empty()) warn_of_damage(outcome.proof_problem);
    return outcome.proof_problem.empty() ? success(outcome.made) : outcome.proof_problem;
  });
  publish();
}

// From the backup's thread.
void TillWorker::warn_of_damage(const std::string& sentence) {
  post_job([this, sentence] {
    say(Notice::Level::warning, sentence);
    publish();
  });
}

void TillWorker::run_unasked(const std::string& title, const std::string& place,
                             std::function<Result<std::string>(Task&)> look) {
  if (!shop_ || next_.backup.progress.running) return;
  struct Said {
    std::string title, outcome;
    bool failed = false;
  } said{next_.backup.progress.title, next_.backup.outcome, next_.backup.failed};
  if (next_.backup.target.empty() || next_.backup.targets.empty()) next_.backup.target = place;
  run_backup_task(
      title, [this, title, place, said = std::move(said), look = std::move(look)](Task& task) -> Result<std::string> {
        const auto problem = look(task);
        if (!problem) log::warning("{} of {}: {}", title, place, problem.error().message);
        if (problem && !problem->empty()) {
          warn_of_damage(*problem);
          return problem;
        }
        post_job([this, was = said.title] { next_.backup.progress.title = was; });  // the strip reads the failed one's
        return said.failed ? Result<std::string>(invalid(said.outcome)) : said.outcome;
      });
  publish();
}

void TillWorker::run_planned_turn(const std::string& name) {
  run_unasked("Verification", name,
              [this, name](Task& task) { return run_turn(*shop_, schedule_actor(), name, task); });
}

void TillWorker::run_planned_drill(const std::string& name) {
  run_unasked("Restore drill", name, [this, name](Task& task) {
    lower_own_priority();  // of the task's own thread
    return run_drill(*shop_, schedule_actor(), name, task);
  });
}

Status TillWorker::on(const BackupStart& command) {
  if (next_.backup.progress.running) return invalid(kRunning);
  return with_right(domain::Right::backup, "make a backup", [this, command](const Actor& by) -> Status {
    next_.backup.target = command.target;
    run_backup_task("Backup", [this, by, command](Task& task) -> Result<std::string> {
      const auto made = TRY(create_backup(*shop_, by, command.target, {}, task, {command.full, command.media}));
      TRY(shop_->state().db->write(
          [&](storage::Transaction& tx) { return storage::set_meta_text(tx, "backup.target", command.target); }));
      return success(made);
    });
    return {};
  });
}

Result<std::string> TillWorker::verified(const BackupVerify& command, Task& task) {
  if (command.drill) {
    TRY(drill_generation(*shop_, command.target, command.generation, {}, task));
    return fmt::format("Backup {} was restored on trial, and all of it is there", command.generation);
  }
  const auto looked = TRY(verify_generation(*shop_, command.target, command.generation, {}, task));
  return fmt::format("Backup {} is whole: {} chunks, {}", command.generation, looked.chunks,
                     bytes_text(looked.plain_bytes));
}

Status TillWorker::on(const BackupVerify& command) {
  if (next_.backup.progress.running) return invalid(kRunning);
  return with_right(domain::Right::backup, "verify a backup", [this, command](const Actor& by) -> Status {
    run_backup_task("Verification", [this, command, by](Task& task) -> Result<std::string> {
      auto said = verified(command, task);
      journal_alone(shop_->state(), by,
                    {"backup.verify", command.generation,
                     command.target + ": " + (said ? std::string("whole") : said.error().message)});
      return said;
    });
    return {};
  });
}

Status TillWorker::on(const BackupProbe& command) {
  if (next_.backup.progress.running) return invalid(kRunning);
  return with_right(domain::Right::backup, "check a place for backups", [this, command](const Actor& by) -> Status {
    run_backup_task("Capacity check", [this, command, by](Task& task) -> Result<std::string> {
      const auto probed = TRY(probe_place(*shop_, by, command.target, command.bytes, task));
      const auto words = bytes_text(probed) + " were written and came back as they were";
      return fmt::format("{} '{}' is there: {}", command.bytes == 0 ? "All the free room of" : "A part of",
                         command.target, words);
    });
    return {};
  });
}

// There is no shop while it runs: the last picture stays, with the progress of this.
void TillWorker::publish_progress(const Task& task) {
  auto next = std::make_shared<Snapshot>(*snapshot());
  next->version = ++next_.version;
  next->backup.progress = {"Restore", task.step(), task.done(), task.total(), true};
  next_.backup.progress = next->backup.progress;
  std::function<void()> wake;
  {
    std::lock_guard lock(snapshot_mutex_);
    snapshot_ = std::move(next);
    wake = wake_;
  }
  if (wake) wake();
}

// Closes the shop, restores, opens it again.
Status TillWorker::on(const BackupRestore& command) {
  if (next_.backup.progress.running) return invalid(kRunning);
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
        auto task = std::make_shared<Task>();
        task->on_change = [this, raw = task.get()] { publish_progress(*raw); };
        set_backup_task(task);
        const auto restored = restore_shop(wish, *task);
        next_.backup.progress = {};
        ShopOptions options;
        options.folder = wish.folder;
        shop_ = TRY(Shop::open(options));
        TRY(open_services());
        clear_ticket();
        reload_all();
        next_.backup.failed = !restored;
        if (!restored) {
          next_.backup.outcome = restored.error().message;
          return fail(restored.error());
        }
        next_.finished.reset();
        next_.backup.outcome =
            fmt::format("Restored {}: {} sales, last receipt {}. What was here before is in '{}'", restored->generation,
                        restored->sales, restored->last_receipt, restored->replaced_folder);
        say(Notice::Level::good, "The shop is restored from " + restored->generation);
        return {};
      });
}

Status TillWorker::on(const BackupCancel&) {
  cancel_backup();
  return {};
}

// Sticks and the hub are looked at, so these run beside the worker, too.
Status TillWorker::on(const BackupAddTarget& command) {
  if (next_.backup.progress.running) return invalid(kRunning);
  return with_right(domain::Right::backup, "set up a place for backups", [this, command](const Actor& by) -> Status {
    NewTarget wish{command.name, TRY(target_kind_from(command.kind)), command.path, false};
    run_backup_task(
        "Setting up",
        [this, by, wish](Task&) -> Result<std::string> {
          const auto added = TRY(add_backup_target(*shop_, by, wish));
          TRY(shop_->state().db->write(
              [&](storage::Transaction& tx) { return storage::set_meta_text(tx, "backup.target", added.name); }));
          return fmt::format("'{}' is set up for backups", added.name);
        },
        command.name);
    return {};
  });
}

Status TillWorker::on(const BackupRemoveTarget& command) {
  return with_right(domain::Right::backup, "remove a place for backups", [this, command](const Actor& by) -> Status {
    TRY(remove_backup_target(*shop_, by, command.name));
    if (next_.backup.target == command.name) next_.backup.target = shop_->state().folder->paths().backups();
    next_.backup.looking = true;
    backups_->look(next_.backup.target);
    return {};
  });
}

Status TillWorker::on(const BackupSetTarget& command) {
  return with_right(domain::Right::backup, "change a place for backups", [this, command](const Actor& by) -> Status {
    TRY(set_backup_target(*shop_, by, command.name, command.key, command.value));
    backups_->look(next_.backup.target);
    return {};
  });
}

}  // namespace till::app

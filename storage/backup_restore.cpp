#include "storage/backup_restore.hpp"

#include <fmt/format.h>

#include <array>

#include "backup/sabotage.hpp"
#include "core/log.hpp"
#include "storage/backup_source.hpp"
#include "storage/checked_file.hpp"
#include "storage/image_file.hpp"
#include "storage/meta.hpp"
#include "storage/migrations.hpp"
#include "storage/upgrade_copy.hpp"

namespace till::storage {
namespace {

using backup::Sabotage;
using backup::sabotaged;

constexpr const char* kPending = "restore.pending";
const std::string kReplaced = "replaced-";
// The database first: as long as it is in its place, all of it is.
constexpr std::array<const char*, 4> kFiles = {"", "-wal", "-shm", "-journal"};

class Restore {
 public:
  Restore(Env& env, const backup::Manifest& manifest, const std::string& folder)
      : env_(env), manifest_(manifest), paths_{folder}, image_(paths_.database() + ".restore.part") {}
  ~Restore() {
    for (const auto* suffix : kFiles) (void)env_.remove(image_ + suffix);
  }

  // The image as a checked, marked and amended database in a file of its own.
  Status prepare(backup::ObjectStore& store, const backup::BackupKeys& keys, const Amend& amend, Task& task);
  Status move_in();
  // The database in its place is the prepared one.
  Status check_in_place();

  const FolderPaths& paths() const { return paths_; }
  const backup::ContentMarker& marker() const { return marker_; }

 private:
  Env& env_;
  const backup::Manifest& manifest_;
  FolderPaths paths_;
  std::string image_;
  backup::ContentMarker marker_;
};

Status Restore::prepare(backup::ObjectStore& store, const backup::BackupKeys& keys, const Amend& amend, Task& task) {
  TRY(write_image(env_, store, keys, manifest_, image_, task));
  auto conn = TRY(Connection::open(image_, Access::read_write));
  if (!sabotaged(Sabotage::incarnation_goes_on)) TRY(set_meta_text(*conn, kRestoredFromKey, manifest_.generation));
  if (!amend) {
    marker_ = manifest_.marker;
    return {};
  }
  TRY(upgrade_copy(*conn, schema_list()));
  Transaction tx(std::move(*conn));
  TRY(tx.exec("BEGIN IMMEDIATE"));
  TRY(amend(tx));
  TRY(tx.exec("COMMIT"));
  marker_ = TRY(content_marker(tx, manifest_.device));
  return {};
}

Status Restore::move_in() {
  TRY(env_.rename(image_, paths_.database()));
  TRY(env_.sync_dir(paths_.root));
  return {};
}

Status Restore::check_in_place() {
  auto conn = TRY(Connection::open(paths_.database(), Access::read_only));
  if (sabotaged(Sabotage::marker_unchecked) || sabotaged(Sabotage::incarnation_goes_on)) return {};
  const auto from = TRY(meta_text(*conn, kRestoredFromKey));
  if (from != manifest_.generation || TRY(content_marker(*conn, manifest_.device)) != marker_) {
    return corrupt("the restored data is not what was in the backup");
  }
  return {};
}

Result<std::string> new_replaced_folder(Env& env, const FolderPaths& paths, UtcTime now) {
  const auto stem = kReplaced + backup::compact_stamp(now);
  auto name = stem;
  for (int i = 2; env.exists(join_path(paths.root, name)); ++i) name = fmt::format("{}-{}", stem, i);
  TRY(env.make_dirs(join_path(paths.root, name)));
  TRY(env.sync_dir(paths.root));
  return name;
}

Status sync_both(Env& env, const FolderPaths& paths, const std::string& replaced) {
  TRY(env.sync_dir(replaced));
  TRY(env.sync_dir(paths.root));
  return {};
}

Status move_aside(Env& env, const FolderPaths& paths, const std::string& replaced) {
  for (const auto* suffix : kFiles) {
    const auto file = paths.database() + suffix;
    if (!env.exists(file) || (sabotaged(Sabotage::wal_left) && file.ends_with("-wal"))) continue;
    TRY(env.rename(file, join_path(replaced, file_name(file))));
    TRY(sync_both(env, paths, replaced));
  }
  return {};
}

Status put_back(Env& env, const FolderPaths& paths, const std::string& replaced) {
  const auto old = join_path(replaced, file_name(paths.database()));
  if (env.exists(old) && env.exists(paths.database())) {
    TRY(env.rename(paths.database(), join_path(replaced, "refused.db")));
    TRY(sync_both(env, paths, replaced));
  }
  for (auto suffix = kFiles.rbegin(); suffix != kFiles.rend(); ++suffix) {
    if (env.exists(old + *suffix)) TRY(env.rename(old + *suffix, paths.database() + *suffix));
  }
  return sync_both(env, paths, replaced);
}

// The next opening need not check again what write_image has just checked whole.
void mark_checked(Env& env, const FolderPaths& paths, const Amend& amend) {
  if (amend) return;  // what it wrote was not there to be checked
  if (const auto marked = env.write_atomic(paths.clean_marker(), view(kFileCheckedMarker)); !marked)
    log::info("the next start checks the restored data again: {}", marked.error().message);
}

Status end_pending(Env& env, const FolderPaths& paths) {
  TRY(env.remove(join_path(paths.root, kPending)));
  TRY(env.sync_dir(paths.root));
  return {};
}

}  // namespace

Result<RestoreResult> restore_to_new_folder(Env& env, backup::ObjectStore& store, const backup::BackupKeys& keys,
                                            const backup::Manifest& manifest, const std::string& folder, Task& task,
                                            const Amend& amend) {
  const FolderPaths paths{folder};
  for (const auto* suffix : kFiles) {
    if (env.exists(paths.database() + suffix)) {
      return invalid(folder + " has a shop in it already; choose an empty folder, or restore over the shop");
    }
  }
  TRY(env.make_dirs(folder));
  Restore restore(env, manifest, folder);
  TRY(restore.prepare(store, keys, amend, task));
  TRY(restore.move_in());
  TRY(restore.check_in_place());
  mark_checked(env, paths, amend);
  return RestoreResult{restore.marker(), {}};
}

Result<RestoreResult> restore_over(Env& env, backup::ObjectStore& store, const backup::BackupKeys& keys,
                                   const backup::Manifest& manifest, const std::string& folder, Clock& clock,
                                   Task& task, const Amend& amend) {
  Restore restore(env, manifest, folder);
  TRY(restore.prepare(store, keys, amend, task));
  TRY(task.go_on());
  const auto& paths = restore.paths();
  const auto name = TRY(new_replaced_folder(env, paths, clock.now()));
  const auto replaced = join_path(folder, name);
  TRY(env.write_atomic(join_path(folder, kPending), view(name)));

  const auto swapped = [&]() -> Status {
    TRY(move_aside(env, paths, replaced));
    TRY(restore.move_in());
    TRY(restore.check_in_place());
    return env.remove(paths.clean_marker());
  }();
  if (!swapped) {
    const auto back = put_back(env, paths, replaced);
    if (!back) {
      log::error("putting the old data back: {} ({})", back.error().message, back.error().cause);
      return fail(back.error().context(
          "the restore failed and the old data could not be put back yet; start the program again, it will try anew"));
    }
    if (const auto ended = end_pending(env, paths); !ended) log::warning("{}", ended.error().message);
    return fail(swapped.error().context("the restore failed and everything is as it was"));
  }
  mark_checked(env, paths, amend);
  // The restore is done; a marker that stays is taken away at the next start.
  if (const auto ended = end_pending(env, paths); !ended) log::warning("{}", ended.error().message);
  return RestoreResult{restore.marker(), replaced};
}

Result<RestoreRecovery> recover_interrupted_restore(Env& env, const std::string& folder) {
  const FolderPaths paths{folder};
  const auto pending = join_path(folder, kPending);
  if (!env.exists(pending)) return RestoreRecovery::nothing_to_do;
  const auto lock = TRY(env.lock_file(paths.lock()));
  const auto name = TRY(env.read_file(pending, 256));
  if (!as_text(name).starts_with(kReplaced) || as_text(name).find('/') != std::string_view::npos) {
    return corrupt("the file restore.pending is damaged; look for the shop's data in the newest folder replaced-...");
  }
  const auto replaced = join_path(folder, as_text(name));
  const bool old_is_aside = env.exists(join_path(replaced, file_name(paths.database())));
  const bool in_place = env.exists(paths.database());
  const bool completed = old_is_aside && in_place;
  if (!completed && !in_place) TRY(put_back(env, paths, replaced));
  TRY(end_pending(env, paths));
  return completed ? RestoreRecovery::completed : RestoreRecovery::put_back;
}

}  // namespace till::storage

#include "storage/backup_restore.hpp"

#include <fmt/format.h>

#include <array>

#include "core/log.hpp"
#include "storage/backup_source.hpp"
#include "storage/folder_seal.hpp"
#include "storage/meta.hpp"
#include "storage/migrations.hpp"

namespace till::storage {
namespace {

constexpr const char* kPending = "restore.pending";
const std::string kReplaced = "replaced-";
constexpr std::uint64_t kRoom_bytes = 8 << 20;
// The database first: as long as it is in its place, all of it is.
constexpr std::array<const char*, 4> kFiles = {"", "-wal", "-shm", "-journal"};

class FileSink final : public backup::ImageSink {
 public:
  FileSink(Env& env, std::string path) : env_(env), path_(std::move(path)) {}
  ~FileSink() override {
    if (finished_) return;
    file_.reset();
    (void)env_.remove(path_);
  }
  Status begin(const backup::ImageInfo& info) override {
    const auto free = TRY(env_.free_space_bytes(parent_folder(path_)));
    if (free < info.size + kRoom_bytes) {
      return fail(ErrorKind::permanent, fmt::format("the restore needs {} MB of room and there are {} MB; remove "
                                                    "something first",
                                                    (info.size + kRoom_bytes) >> 20, free >> 20));
    }
    file_ = TRY(open_image_writer(env_, path_));
    return {};
  }
  Status write(ByteView bytes) override { return file_->append(bytes); }
  Status finish() override {
    TRY(file_->sync());
    TRY(file_->close());
    finished_ = true;
    return {};
  }

 private:
  Env& env_;
  std::string path_;
  std::unique_ptr<WritableFile> file_;
  bool finished_ = false;
};

class Restore {
 public:
  Restore(Env& env, const backup::Manifest& manifest, const std::string& folder)
      : env_(env), manifest_(manifest), paths_{folder}, image_(paths_.database() + ".restore.part") {}
  ~Restore() {
    for (const auto* suffix : kFiles) (void)env_.remove(image_ + suffix);
  }

  // The image as a checked, marked database in a file of its own.
  Status prepare(backup::ObjectStore& store, const backup::BackupKeys& keys, Task& task);
  Status move_in();
  // The database in its place is the one of the backup.
  Status check_in_place();

  const FolderPaths& paths() const { return paths_; }

 private:
  Status check_image();

  Env& env_;
  const backup::Manifest& manifest_;
  FolderPaths paths_;
  std::string image_;
};

Status Restore::prepare(backup::ObjectStore& store, const backup::BackupKeys& keys, Task& task) {
  for (const auto* suffix : kFiles) TRY(env_.remove(image_ + suffix));
  FileSink sink(env_, image_);
  TRY(backup::restore_backup(store, keys, manifest_, sink, task));
  TRY(task.go_on());
  task.begin("Checking the restored data", 0);
  if (is_in_sealed_folder(image_) && TRY(is_plain_database(image_, {}))) TRY(seal_database(env_, image_));
  return check_image();
}

Status Restore::check_image() {
  auto conn = TRY(Connection::open(image_, Access::read_write));
  auto checked = TRY(conn->query("PRAGMA integrity_check(1)"));
  if (TRY(checked.next()) && checked.text(0) != "ok") {
    return fail(ErrorKind::corrupt,
                fmt::format("the database in backup {} is damaged; use another backup", manifest_.generation),
                checked.text(0));
  }
  if (TRY(check_version(*conn, schema_list().back().version)) == 0) {
    return corrupt(fmt::format("backup {} holds no shop; use another backup", manifest_.generation));
  }
  if (TRY(content_marker(*conn, manifest_.device)) != manifest_.marker) {
    return corrupt(fmt::format("backup {} does not hold what its list of contents says; use another backup",
                               manifest_.generation));
  }
  return set_meta_text(*conn, kRestoredFromKey, manifest_.generation);
}

Status Restore::move_in() {
  TRY(env_.rename(image_, paths_.database()));
  TRY(env_.sync_dir(paths_.root));
  return {};
}

Status Restore::check_in_place() {
  auto conn = TRY(Connection::open(paths_.database(), Access::read_only));
  const auto from = TRY(meta_text(*conn, kRestoredFromKey));
  if (from != manifest_.generation || TRY(content_marker(*conn, manifest_.device)) != manifest_.marker) {
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
    if (!env.exists(file)) continue;
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

Status end_pending(Env& env, const FolderPaths& paths) {
  TRY(env.remove(join_path(paths.root, kPending)));
  TRY(env.sync_dir(paths.root));
  return {};
}

}  // namespace

Result<RestoreResult> restore_to_new_folder(Env& env, backup::ObjectStore& store, const backup::BackupKeys& keys,
                                            const backup::Manifest& manifest, const std::string& folder, Task& task) {
  const FolderPaths paths{folder};
  for (const auto* suffix : kFiles) {
    if (env.exists(paths.database() + suffix)) {
      return invalid(folder + " has a shop in it already; choose an empty folder, or restore over the shop");
    }
  }
  TRY(env.make_dirs(folder));
  Restore restore(env, manifest, folder);
  TRY(restore.prepare(store, keys, task));
  TRY(restore.move_in());
  TRY(restore.check_in_place());
  return RestoreResult{manifest.marker, {}};
}

Result<RestoreResult> restore_over(Env& env, backup::ObjectStore& store, const backup::BackupKeys& keys,
                                   const backup::Manifest& manifest, const std::string& folder, Clock& clock,
                                   Task& task) {
  Restore restore(env, manifest, folder);
  TRY(restore.prepare(store, keys, task));
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
  // The restore is done; a marker that stays is taken away at the next start.
  if (const auto ended = end_pending(env, paths); !ended) log::warning("{}", ended.error().message);
  return RestoreResult{manifest.marker, replaced};
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

#include "storage/image_file.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include "backup/sabotage.hpp"
#include "core/log.hpp"
#include "storage/backup_source.hpp"
#include "storage/folder_seal.hpp"
#include "storage/migrations.hpp"
#include "storage/seal_database.hpp"
#include "storage/upgrade_copy.hpp"

namespace till::storage {
namespace {

using backup::Sabotage;
using backup::sabotaged;

constexpr std::uint64_t kRoom_bytes = 8 << 20;
constexpr const char* kDrill = "restore-drill.part";
constexpr const char* kOpened = "opened-backup.part";

class FileSink final : public backup::ImageSink {
 public:
  FileSink(Env& env, std::string path) : env_(env), path_(std::move(path)) {}
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
    return file_->close();
  }

 private:
  Env& env_;
  std::string path_;
  std::unique_ptr<WritableFile> file_;
};

// A long statement of this connection ends when the task is stopped, as if it had failed.
class StopsWithTask {
 public:
  StopsWithTask(Connection& conn, const Task& task) : conn_(conn) {
    constexpr int kSteps = 10'000;  // of SQLite's machine between looks
    sqlite3_progress_handler(
        conn.handle(), kSteps, [](void* of) { return static_cast<const Task*>(of)->cancelled() ? 1 : 0; },
        const_cast<Task*>(&task));
  }
  ~StopsWithTask() { sqlite3_progress_handler(conn_.handle(), 0, nullptr, nullptr); }
  StopsWithTask(const StopsWithTask&) = delete;
  StopsWithTask& operator=(const StopsWithTask&) = delete;

 private:
  Connection& conn_;
};

Status check_image(const std::string& path, const backup::Manifest& manifest, const Task& task) {
  auto conn = TRY(Connection::open(path, Access::read_write));
  const StopsWithTask stops(*conn, task);
  auto checked = TRY(conn->query("PRAGMA integrity_check(1)"));
  const auto found = checked.next();
  TRY(task.go_on());
  if (TRY(found) && checked.text(0) != "ok") {
    return fail(ErrorKind::corrupt,
                fmt::format("the database in backup {} is damaged; use another backup", manifest.generation),
                checked.text(0));
  }
  if (TRY(check_version(*conn, schema_list().back().version)) == 0) {
    return corrupt(fmt::format("backup {} holds no shop; use another backup", manifest.generation));
  }
  if (TRY(content_marker(*conn, manifest.device)) != manifest.marker && !sabotaged(Sabotage::marker_unchecked)) {
    return corrupt(
        fmt::format("backup {} does not hold what its list of contents says; use another backup", manifest.generation));
  }
  return {};
}

}  // namespace

Status remove_database_files(Env& env, const std::string& path) {
  for (const auto* suffix : {"", "-wal", "-shm", "-journal"}) TRY(env.remove(path + suffix));
  return {};
}

Status write_image(Env& env, backup::ObjectStore& store, const backup::BackupKeys& keys,
                   const backup::Manifest& manifest, const std::string& path, Task& task) {
  TRY(remove_database_files(env, path));
  const auto written = [&]() -> Status {
    FileSink sink(env, path);
    TRY(backup::restore_backup(store, keys, manifest, sink, task));
    TRY(task.go_on());
    task.begin("Checking the restored data", 0);
    if (is_in_sealed_folder(path) && TRY(is_plain_database(path, {}))) TRY(seal_database(env, path));
    return check_image(path, manifest, task);
  }();
  if (!written) (void)remove_database_files(env, path);
  return written;
}

Status remove_drill(Env& env, const std::string& folder) {
  return remove_database_files(env, join_path(folder, kDrill));
}

Status restore_drill(Env& env, backup::ObjectStore& store, const backup::BackupKeys& keys,
                     const backup::Manifest& manifest, const std::string& folder, Task& task) {
  if (sabotaged(Sabotage::drill_always_passes)) return {};
  const auto path = join_path(folder, kDrill);
  const auto outcome = write_image(env, store, keys, manifest, path, task);
  if (const auto removed = remove_drill(env, folder); !removed) {
    log::warning("a restore drill left {}: {}", path, removed.error().message);
  }
  return outcome;
}

Result<std::unique_ptr<OpenedImage>> OpenedImage::open(Env& env, backup::ObjectStore& store,
                                                       const backup::BackupKeys& keys, const backup::Manifest& manifest,
                                                       const std::string& folder, Task& task) {
  std::unique_ptr<OpenedImage> opened(new OpenedImage(env, join_path(folder, kOpened)));
  TRY(write_image(env, store, keys, manifest, opened->path_, task));
  opened->connection_ = TRY(Connection::open(opened->path_, Access::read_write));
  TRY(upgrade_copy(*opened->connection_, schema_list()));
  return opened;
}

OpenedImage::~OpenedImage() {
  connection_.reset();
  if (const auto removed = remove_database_files(env_, path_); !removed) {
    log::warning("{}: {}", path_, removed.error().message);
  }
}

}  // namespace till::storage

#include "storage/backup_source.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <utility>

#include "backup/sabotage.hpp"
#include "core/log.hpp"
#include "storage/audit.hpp"
#include "storage/folder_seal.hpp"
#include "storage/image_file.hpp"
#include "storage/large_files.hpp"

namespace till::storage {
namespace {

// A sale waits for such a step: a stick that reads 10 MB a second does it within a frame of 16 ms.
constexpr std::uint64_t kStep_bytes = 128 << 10;
constexpr std::uint64_t kWriteOut_bytes = 4 << 20;
constexpr std::uint64_t kRoom_bytes = 8 << 20;

// sqlite3_backup on the writer's own connection: what that changes between two steps SQLite writes into the copy, too.
// Each step is a job of the writer's; the rest is called while none of them runs.
class PageCopy {
 public:
  PageCopy(Database& database, Connection& to) : database_(database), to_(to) {}
  ~PageCopy() {
    if (const auto ended = finish(); !ended) log::warning("{}: {}", ended.error().message, ended.error().cause);
  }
  PageCopy(const PageCopy&) = delete;
  PageCopy& operator=(const PageCopy&) = delete;

  // True when all is copied.
  Result<bool> step(int pages) {
    int code = SQLITE_OK;
    TRY(database_.between_jobs([&](Connection& from) -> Status {
      if (backup_ == nullptr) backup_ = sqlite3_backup_init(to_.handle(), "main", from.handle(), "main");
      code = backup_ == nullptr ? sqlite3_errcode(to_.handle()) : sqlite3_backup_step(backup_, pages);
      return {};
    }));
    if (code == SQLITE_DONE) return true;
    if (code == SQLITE_OK || code == SQLITE_BUSY || code == SQLITE_LOCKED) return false;
    return fail(sqlite_error(code, "copy pages"));
  }
  [[nodiscard]] std::uint64_t total() const { return static_cast<std::uint64_t>(sqlite3_backup_pagecount(backup_)); }
  [[nodiscard]] std::uint64_t done() const {
    return total() - static_cast<std::uint64_t>(sqlite3_backup_remaining(backup_));
  }
  Status finish() {
    if (backup_ == nullptr) return {};
    int code = SQLITE_OK;
    TRY(database_.between_jobs([&](Connection&) -> Status {
      code = sqlite3_backup_finish(std::exchange(backup_, nullptr));
      return {};
    }));
    if (code != SQLITE_OK) return fail(sqlite_error(code, "end the copy"));
    return {};
  }

 private:
  Database& database_;
  Connection& to_;
  sqlite3_backup* backup_ = nullptr;
};

Result<std::uint64_t> page_count(Connection& conn) {
  return static_cast<std::uint64_t>(TRY(conn.integer("PRAGMA page_count")).value_or(0));
}

// The ends of this terminal's own feeds and of the others' as far as they are here.
Result<Bytes> log_heads(Connection& conn) {
  ByteWriter out;
  for (const auto* sql :
       {"SELECT o.device, o.incarnation, f.lane, f.head, f.head_hash FROM sync_own_feed f "
        "JOIN sync_origin o ON o.number = f.origin ORDER BY o.device, o.incarnation, f.lane",
        "SELECT o.device, o.incarnation, h.lane, h.sequence, h.hash FROM sync_head h "
        "JOIN sync_origin o ON o.number = h.origin ORDER BY o.device, o.incarnation, h.lane, h.branch"}) {
    auto q = TRY(conn.query(sql));
    while (TRY(q.next())) {
      out.sized(q.blob(0));
      for (int column = 1; column <= 3; ++column) out.u64(static_cast<std::uint64_t>(q.integer(column)));
      out.sized(q.blob(4));
    }
  }
  return out.take();
}

std::string kept_name(const Id& store, std::string_view generation) {
  return to_hex(store.view()) + "-" + std::string(generation) + ".image";
}

class KeptFile final : public backup::KeptImage {
 public:
  explicit KeptFile(std::unique_ptr<ReadableFile> file) : file_(std::move(file)) {}
  Result<Bytes> read(std::uint64_t offset, std::size_t size) override { return file_->read(offset, size); }

 private:
  std::unique_ptr<ReadableFile> file_;
};

// An image of an older program is looked at before it is brought up.
Result<AuditHead> audit_head_of(Connection& conn, std::uint32_t schema, const Id& device) {
  constexpr std::uint32_t kFirstWithHeads = 3;
  if (schema >= kFirstWithHeads) return audit_head(conn, device);
  auto q = TRY(conn.query(
      "SELECT sequence, hash FROM audit_entry WHERE device = ?1 AND hash IS NOT NULL ORDER BY sequence DESC LIMIT 1",
      device));
  if (!TRY(q.next())) return AuditHead{};
  return AuditHead{q.integer(0), q.blob(1), {}};
}

}  // namespace

Result<backup::ContentMarker> content_marker(Connection& conn, const Id& device) {
  backup::ContentMarker marker;
  marker.schema_version = static_cast<std::uint32_t>(TRY(conn.integer("PRAGMA user_version")).value_or(0));
  marker.sales = static_cast<std::uint64_t>(TRY(conn.integer("SELECT count(*) FROM sale")).value_or(0));
  auto newest = TRY(conn.query("SELECT receipt FROM sale ORDER BY at DESC, id DESC LIMIT 1"));
  if (TRY(newest.next())) marker.last_receipt = newest.text(0);
  marker.log_heads = TRY(log_heads(conn));
  const auto audit = TRY(audit_head_of(conn, marker.schema_version, device));
  if (backup::sabotaged(backup::Sabotage::marker_of_derived)) {
    marker.sales += static_cast<std::uint64_t>(TRY(conn.integer("SELECT count(*) FROM meta")).value_or(0));
  }
  marker.audit.sequence = static_cast<std::uint64_t>(audit.sequence);
  std::copy_n(audit.hash.begin(), std::min(audit.hash.size(), marker.audit.hash.size()), marker.audit.hash.begin());
  return marker;
}

BackupSource::~BackupSource() {
  remove_copy();
}

void BackupSource::remove_copy() {
  file_.reset();
  if (const auto removed = remove_database_files(env_, copy_path_); !removed) {
    log::warning("{}: {}", copy_path_, removed.error().message);
  }
}

std::string BackupSource::kept_folder() const {
  return join_path(parent_folder(database_.path()), "kept-images");
}

std::unique_ptr<backup::KeptImage> BackupSource::kept_image(const Id& store, std::string_view generation) {
  const auto path = join_path(kept_folder(), kept_name(store, generation));
  if (!env_.exists(path)) return nullptr;
  auto file = open_image_reader(env_, path);
  return file ? std::make_unique<KeptFile>(std::move(*file)) : nullptr;
}

void BackupSource::keep_image(const Id& store, std::string_view generation) {
  if (const auto kept = try_keep(store, generation); !kept) {
    log::info("the image of backup {} is not kept: {}", generation, kept.error().message);
  }
}

Status BackupSource::try_keep(const Id& store, std::string_view generation) {
  const auto folder = kept_folder();
  TRY(env_.make_dirs(folder));
  const auto prefix = to_hex(store.view()) + "-";
  std::vector<std::string> others;
  for (const auto& name : TRY(env_.list(folder))) {
    if (name.starts_with(prefix)) {
      TRY(remove_kept(join_path(folder, name)));
    } else {
      others.push_back(name);
    }
  }
  // The newest name last: behind the store's id is the time.
  std::ranges::sort(others, {}, [&](const std::string& name) { return name.substr(prefix.size()); });
  for (std::size_t i = 0; i + kKeptImagesMax - 1 < others.size(); ++i) TRY(remove_kept(join_path(folder, others[i])));
  if (!check_room()) return {};
  file_.reset();
  return env_.rename(copy_path_, join_path(folder, kept_name(store, generation)));
}

Status BackupSource::remove_kept(const std::string& path) {
  empty_in_pieces(path);
  return env_.remove(path);
}

Result<backup::ImageInfo> BackupSource::begin() {
  remove_copy();
  TRY(check_room());
  TRY(copy());
  return describe_copy();
}

Status BackupSource::check_room() {
  const auto size = TRY(env_.size(database_.path()));
  const auto need = size + size / 5 + kRoom_bytes;
  const auto free = TRY(env_.free_space_bytes(parent_folder(database_.path())));
  if (free >= need) return {};
  return fail(ErrorKind::permanent, "a backup needs " + std::to_string(need >> 20) +
                                        " MB of room beside the data, and there are " + std::to_string(free >> 20) +
                                        " MB; remove something first");
}

Status BackupSource::copy() {
  auto target = TRY(Connection::open(copy_path_, Access::read_write));
  // What this file is worth it gets from being read back whole in the store.
  TRY(target->exec("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-2048"));
  TRY(copy_pages(*target));
  return target->exec("PRAGMA journal_mode=DELETE");
}

Status BackupSource::copy_pages(Connection& target) {
  const auto pages = TRY(database_.read(page_count));
  const auto page_size = TRY(database_.read([](Connection& conn) { return conn.integer("PRAGMA page_size"); }));
  const auto page_bytes = static_cast<std::uint64_t>(page_size.value_or(4096));
  const int step = static_cast<int>(std::max<std::uint64_t>(1, kStep_bytes / page_bytes));
  std::uint64_t out = 0;
  task_.begin("Copying the data", pages);
  PageCopy copy(database_, target);
  for (bool done = false; !done;) {
    TRY(task_.go_on());
    done = TRY(copy.step(step));
    task_.advance_to(copy.done());
    const auto there = copy.done() * page_bytes;
    if (there < out + kWriteOut_bytes) continue;
    write_out(copy_path_, out, there - out);
    out = there;
  }
  return copy.finish();
}

Result<backup::ImageInfo> BackupSource::describe_copy() {
  backup::ImageInfo info;
  {
    auto copy = TRY(Connection::open(copy_path_, Access::read_only));
    info.page_size = static_cast<std::uint32_t>(TRY(copy->integer("PRAGMA page_size")).value_or(0));
    info.marker = TRY(content_marker(*copy, device_));
  }
  file_ = TRY(open_image_reader(env_, copy_path_));
  info.size = TRY(file_->size());
  return info;
}

Result<Bytes> BackupSource::read(std::uint64_t offset, std::size_t size) {
  return file_->read(offset, size);
}

}  // namespace till::storage

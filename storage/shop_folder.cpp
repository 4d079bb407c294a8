#include "storage/shop_folder.hpp"

#include <sqlite3.h>

#include <chrono>

#include "core/log.hpp"
#include "storage/checked_file.hpp"

namespace till::storage {

namespace {

constexpr std::uint64_t kMarkerBytesMax = 4096;
constexpr std::int64_t kReceiptsLookedAt = 200;
constexpr int kStepsBetweenLooks = 20000;

struct Deadline {
  Clock& clock;
  std::chrono::microseconds at;
};

int has_passed(void* deadline) {
  auto& d = *static_cast<Deadline*>(deadline);
  return d.clock.monotonic() >= d.at ? 1 : 0;
}

// What quick_check says, or nothing of it when the time ran out.
Status check_file(Connection& conn, Clock& clock, std::int64_t limit_ms, StartupReport& report) {
  Deadline deadline{clock, clock.monotonic() + std::chrono::milliseconds(limit_ms)};
  sqlite3_progress_handler(conn.handle(), kStepsBetweenLooks, has_passed, &deadline);
  const auto checked = [&]() -> Status {
    auto q = TRY(conn.query("PRAGMA quick_check(20)"));
    while (TRY(q.next())) {
      if (q.text(0) != "ok") report.damage.push_back(q.text(0));
    }
    return {};
  }();
  sqlite3_progress_handler(conn.handle(), 0, nullptr, nullptr);
  report.checked_completely = checked.has_value();
  if (checked || checked.error().kind == ErrorKind::retry) return {};
  if (checked.error().kind != ErrorKind::corrupt) return checked;
  report.damage.push_back(checked.error().cause);
  return {};
}

// An unfinished file, or what SQLite had beside one that was a database.
bool is_unfinished(std::string_view name) {
  for (const auto* suffix : {".part", ".part-journal", ".part-wal", ".part-shm"})
    if (name.ends_with(suffix)) return true;
  return false;
}

Status sweep_unfinished(Env& env, const std::string& folder) {
  const auto names = TRY(env.list(folder));
  for (const auto& name : names) {
    if (is_unfinished(name)) TRY(env.remove(join_path(folder, name)));
  }
  return {};
}

}  // namespace

std::string StartupReport::warning() const {
  if (!damage.empty()) return "the database is damaged; restore the newest backup";
  if (!doubled_receipts.empty()) return "receipt " + doubled_receipts.front() + " exists twice; tell the manager";
  if (!receipt_gaps.empty()) {
    const auto& gap = receipt_gaps.front();
    return "receipt " + std::to_string(gap.first_missing) + " of series " + gap.series +
           " is missing; tell the manager";
  }
  if (!reserve_present) return "the disk is nearly full; remove old files or use a larger one";
  return {};
}

constexpr std::uint64_t kTightBytes = 4ull << 20;

ShopFolder::ShopFolder(Env& env, FolderPaths paths, std::unique_ptr<FileLock> lock, bool is_new)
    : env_(env), paths_(std::move(paths)), lock_(std::move(lock)), is_new_(is_new) {}

Result<std::unique_ptr<ShopFolder>> ShopFolder::open(Env& env, const std::string& root) {
  FolderPaths paths{root};
  TRY(env.make_dirs(root));
  auto lock = TRY(env.lock_file(paths.lock()));
  // A full disk must not keep the shop closed: the reserve is what it opens with.
  if (env.exists(paths.reserve()) && TRY(env.free_space_bytes(root)) < kTightBytes) TRY(env.remove(paths.reserve()));
  for (const auto& folder : {paths.keys(), paths.backups(), paths.receipts(), paths.logs()}) TRY(env.make_dirs(folder));
  for (const auto& folder : {root, paths.keys(), paths.receipts()}) TRY(sweep_unfinished(env, folder));
  const bool is_new = !env.exists(paths.database());
  return std::unique_ptr<ShopFolder>(new ShopFolder(env, std::move(paths), std::move(lock), is_new));
}

Result<StartupReport> ShopFolder::check(Database& database, Clock& clock, std::int64_t limit_ms) {
  StartupReport report;
  report.new_folder = is_new_;
  report.uses_wal = database.uses_wal();
  bool file_was_checked = false;
  if (env_.exists(paths_.clean_marker())) {
    const auto marker = TRY(env_.read_file(paths_.clean_marker(), kMarkerBytesMax));
    file_was_checked = as_text(marker) == kFileCheckedMarker;
    report.was_closed_cleanly = !file_was_checked;
    if (report.was_closed_cleanly) report.clean_marker = std::string(as_text(marker));
    TRY(env_.remove(paths_.clean_marker()));
    TRY(env_.sync_dir(paths_.root));
  }
  const bool thorough = !report.was_closed_cleanly && !is_new_;
  report.checked_completely = !thorough || file_was_checked;
  const auto look = [&](Connection& conn) -> Status {
    if (!report.checked_completely) TRY(check_file(conn, clock, limit_ms, report));
    report.receipt_gaps = TRY(receipt_gaps(conn, kReceiptsLookedAt));
    if (thorough && report.damage.empty()) report.doubled_receipts = TRY(doubled_receipts(conn));
    return {};
  };
  TRY(database.read(look));
  if (auto made = make_reserve(); !made) log::warning("{}: {}", made.error().message, made.error().cause);
  report.reserve_present = env_.exists(paths_.reserve());
  report.free_bytes = TRY(env_.free_space_bytes(paths_.root));
  return report;
}

Status ShopFolder::mark_clean(std::string_view marker) {
  return env_.write_atomic(paths_.clean_marker(), view(marker.substr(0, kMarkerBytesMax)));
}

Status ShopFolder::release_reserve() {
  TRY(env_.remove(paths_.reserve()));
  TRY(env_.sync_dir(paths_.root));
  return {};
}

Result<bool> ShopFolder::make_reserve() {
  if (env_.exists(paths_.reserve()) && TRY(env_.size(paths_.reserve())) >= kReserveBytes) return true;
  if (TRY(env_.free_space_bytes(paths_.root)) < 2 * kReserveBytes) return false;
  if (auto made = env_.preallocate(paths_.reserve(), kReserveBytes); !made) {
    (void)env_.remove(paths_.reserve());  // half a reserve helps nobody
    return fail(made.error());
  }
  return true;
}

}  // namespace till::storage

#include "sim/till_disk.hpp"

#include <sqlite3.h>

#include <stdexcept>

#include "storage/memory_env.hpp"
#include "storage/migrations.hpp"
#include "storage/replica.hpp"
#include "storage/writer.hpp"
#include "sync/sabotage.hpp"

namespace till::sim {

using storage::Access;
using storage::Connection;

namespace {

constexpr const char* kFile = "till.db";

// Small pages: a terminal's file is copied for every seed, and a page is torn over two sectors.
Status make_template(crash::CrashDisk& disk) {
  auto conn = TRY(Connection::open(kFile, Access::read_write, disk.name()));
  TRY(conn->exec("PRAGMA page_size=1024; PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL"));
  storage::MemoryEnv env;
  TRY(storage::migrate(env, *conn, kFile, disk.name(), storage::schema_list()));
  return storage::Writer::checkpoint(*conn, true);
}

// Made once: the schema takes longer than a whole seed.
const crash::Image& new_folder() {
  static const crash::Image image = [] {
    crash::CrashDisk disk;
    must(make_template(disk));
    return disk.image();
  }();
  return image;
}

int remember_pages(void* pages, sqlite3*, const char*, int count) {
  *static_cast<int*>(pages) = count;
  return SQLITE_OK;
}

}  // namespace

void must(const Status& status) {
  if (!status) throw std::runtime_error(status.error().message + " / " + status.error().cause);
}

TillDisk::TillDisk(const Id& device, sync::Incarnation incarnation) {
  files_.keep_journal(false);
  files_.load(new_folder());
  must(open());
  must(begin());
  SeededRandom random(incarnation);
  must(storage::Replica::establish(*tx_, device, random));
  must(store_->set_incarnation(incarnation));
  must(commit());
  close();
}

void TillDisk::fresh_store() {
  store_.reset();
  store_.emplace(*tx_);
}

Status TillDisk::open() {
  auto conn = TRY(Connection::open(kFile, Access::read_write, files_.name()));
  TRY(conn->exec("PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA cache_size=-1024"));
  if (sync::sabotaged(sync::Sabotage::skip_fsync)) TRY(conn->exec("PRAGMA synchronous=OFF"));
  tx_ = std::make_unique<storage::Transaction>(std::move(*conn));
  sqlite3_wal_hook(tx_->handle(), remember_pages, &wal_pages_);
  fresh_store();
  return {};
}

void TillDisk::close() {
  store_.reset();
  tx_.reset();
}

void TillDisk::cut_power(crash::Loss loss, std::uint64_t seed) {
  files_.stop_at(files_.operations() + 1);
  close();
  files_.crash(loss, seed);
  files_.trouble(crash::Trouble::none);
}

Status TillDisk::begin() {
  TRY(tx_->run("BEGIN IMMEDIATE"));
  fresh_store();
  return {};
}

Status TillDisk::commit() {
  if (Status done = tx_->run("COMMIT"); !done) {
    roll_back();
    return done;
  }
  ++commits_;
  checkpoint_when_due();
  return {};
}

void TillDisk::roll_back() {
  if (sqlite3_get_autocommit(tx_->handle()) == 0) (void)tx_->run("ROLLBACK");
  fresh_store();
}

// A checkpoint that fails is tried again after a later commit, as in the writer.
void TillDisk::checkpoint_when_due() {
  if (wal_pages_ <= wal_pages_max_) return;
  wal_pages_ = 0;
  (void)storage::Writer::checkpoint(*tx_, false);
}

void TillDisk::replace(const crash::Image& image) {
  close();
  files_.load(image);
  files_.trouble(crash::Trouble::none);
}

}  // namespace till::sim

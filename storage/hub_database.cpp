#include "storage/hub_database.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <array>

#include "core/log.hpp"
#include "sync/sabotage.hpp"

namespace till::storage {

using sync::Sabotage;
using sync::sabotaged;

namespace {

constexpr std::int64_t kApplicationId = 0x54534855;  // "TSHU"
constexpr int kGroupsPerCheckpoint = 200;

// One entry per version, never changed once released; the file's user_version counts how many it has.
constexpr std::array kMigrations = {R"sql(
CREATE TABLE hub_meta(name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE tenant(
  key INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  created_at INTEGER NOT NULL, epoch INTEGER NOT NULL, last_device INTEGER NOT NULL DEFAULT 0,
  last_number INTEGER NOT NULL DEFAULT 0, floor_critical INTEGER NOT NULL DEFAULT 0,
  floor_high INTEGER NOT NULL DEFAULT 0, floor_normal INTEGER NOT NULL DEFAULT 0, floor_low INTEGER NOT NULL DEFAULT 0,
  floor_snapshot BLOB) STRICT;

-- Earlier epochs of a tenant, in which the numbers up to `until` were the same.
CREATE TABLE epoch_ancestor(
  key INTEGER PRIMARY KEY, tenant INTEGER NOT NULL REFERENCES tenant(key), epoch INTEGER NOT NULL,
  until INTEGER NOT NULL) STRICT;

-- How far each terminal said that it is.
CREATE TABLE confirmation(
  device BLOB PRIMARY KEY, heard_at INTEGER NOT NULL, epoch INTEGER NOT NULL, critical INTEGER NOT NULL,
  high INTEGER NOT NULL, normal INTEGER NOT NULL, low INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE device(
  id BLOB PRIMARY KEY, tenant BLOB NOT NULL REFERENCES tenant(id), number INTEGER NOT NULL, name TEXT NOT NULL,
  signing_key BLOB NOT NULL, sealing_key BLOB NOT NULL, enrolled_at INTEGER NOT NULL, first INTEGER NOT NULL,
  revoked_at INTEGER, UNIQUE(tenant, number)) STRICT, WITHOUT ROWID;

CREATE TABLE enrolment_code(
  hash BLOB PRIMARY KEY, tenant BLOB NOT NULL REFERENCES tenant(id), created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL, used_by BLOB, used_at INTEGER) STRICT, WITHOUT ROWID;

CREATE TABLE key_grant(
  tenant BLOB NOT NULL, device BLOB NOT NULL, sender BLOB NOT NULL, sealed BLOB NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY(tenant, device)) STRICT, WITHOUT ROWID;

CREATE TABLE feed(
  key INTEGER PRIMARY KEY, tenant INTEGER NOT NULL REFERENCES tenant(key), device BLOB NOT NULL,
  incarnation INTEGER NOT NULL, lane INTEGER NOT NULL, UNIQUE(tenant, device, incarnation, lane)) STRICT;

CREATE TABLE feed_head(
  feed INTEGER NOT NULL REFERENCES feed(key), branch INTEGER NOT NULL, sequence INTEGER NOT NULL, hash BLOB NOT NULL,
  PRIMARY KEY(feed, branch)) STRICT, WITHOUT ROWID;

CREATE TABLE segment(
  tenant INTEGER NOT NULL, lane INTEGER NOT NULL, number INTEGER NOT NULL, feed INTEGER NOT NULL REFERENCES feed(key),
  first_sequence INTEGER NOT NULL, last_sequence INTEGER NOT NULL, branch INTEGER NOT NULL, fork INTEGER NOT NULL,
  last_stamp_ms INTEGER NOT NULL, stored_at INTEGER NOT NULL, last_hash BLOB NOT NULL, bytes BLOB) STRICT;
CREATE UNIQUE INDEX segment_by_number ON segment(tenant, lane, number);
CREATE UNIQUE INDEX segment_with_bytes ON segment(tenant, lane, number) WHERE bytes IS NOT NULL;
CREATE INDEX segment_by_feed ON segment(feed, last_sequence);
)sql"};

}  // namespace

Result<std::unique_ptr<HubDatabase>> HubDatabase::open(const std::string& path, const FileIdentity& identity,
                                                       const std::string& vfs) {
  auto connection = Connection::open(path, Access::read_write, vfs);
  if (!connection) return fail(connection.error().context("cannot open the hub's database"));
  std::unique_ptr<HubDatabase> database(new HubDatabase(std::move(*connection)));
  TRY(database->connection_->exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"));
  TRY(database->bring_schema_up());
  if (identity) TRY(database->settle_epochs(TRY(identity())));
  if (sabotaged(Sabotage::hub_reuses_number))
    TRY(database->write("UPDATE tenant SET last_number = max(last_number, 1) - 1"));
  return database;
}

HubDatabase::~HubDatabase() = default;

Status HubDatabase::bring_schema_up() {
  const auto application = TRY(connection_->integer("PRAGMA application_id")).value_or(0);
  const auto version = TRY(connection_->integer("PRAGMA user_version")).value_or(0);
  if (application != 0 && application != kApplicationId)
    return invalid("this folder's database is not a hub's; give the hub a folder of its own");
  if (version > static_cast<std::int64_t>(kMigrations.size()))
    return fail(ErrorKind::permanent, "this hub's folder was written by a newer version; start that version instead");
  for (auto next = static_cast<std::size_t>(version); next < kMigrations.size(); ++next) {
    TRY(begin());
    TRY(connection_->exec(kMigrations[next]));
    TRY(connection_->exec(fmt::format("PRAGMA application_id={}; PRAGMA user_version={};", kApplicationId, next + 1)));
    TRY(commit());
  }
  return {};
}

Status HubDatabase::settle_epochs(const Bytes& identity) {
  {
    auto row = TRY(connection_->query("SELECT value FROM hub_meta WHERE name = 'file'"));
    if (TRY(row.next()) && row.blob(0) == identity) return {};
  }
  if (sabotaged(Sabotage::hub_keeps_epoch)) return remember_identity(identity);
  TRY(begin());
  TRY(put_identity(identity));
  TRY(write("INSERT INTO epoch_ancestor(tenant, epoch, until) SELECT key, epoch, last_number FROM tenant"));
  TRY(write(std::string("UPDATE tenant SET epoch = ") + kNewEpochSql));
  return commit();
}

Status HubDatabase::put_identity(const Bytes& identity) {
  return write("INSERT OR REPLACE INTO hub_meta(name, value) VALUES('file', ?1)", identity);
}

Status HubDatabase::remember_identity(const Bytes& identity) {
  TRY(begin());
  TRY(put_identity(identity));
  return commit();
}

Status HubDatabase::begin() {
  broken_ = false;
  return connection_->exec("BEGIN IMMEDIATE");
}

Status HubDatabase::commit() {
  if (broken_ || sqlite3_get_autocommit(connection_->handle()) != 0) {
    roll_back();
    return fail(ErrorKind::retry, "the hub could not store what it was sent; it will take it again later");
  }
  auto status = connection_->exec("COMMIT");
  if (!status) {
    roll_back();
    return status;
  }
  if (++groups_since_checkpoint_ >= kGroupsPerCheckpoint) {
    groups_since_checkpoint_ = 0;
    const auto checkpoint = connection_->exec("PRAGMA wal_checkpoint(PASSIVE)");
    if (!checkpoint) log::warning("the hub's checkpoint has to wait: {}", checkpoint.error().cause);
  }
  return {};
}

void HubDatabase::roll_back() {
  broken_ = false;
  ++undone_;
  if (sqlite3_get_autocommit(connection_->handle()) == 0) (void)connection_->exec("ROLLBACK");
}

}  // namespace till::storage

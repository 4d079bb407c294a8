// A shop's database on the real disk with a place for its backups.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>

#include "../backup/backup_fixture.hpp"
#include "storage/backup_restore.hpp"
#include "storage/backup_source.hpp"
#include "storage/folder_store.hpp"
#include "storage/meta.hpp"
#include "storage/sales.hpp"
#include "storage_fixture.hpp"

namespace till::storage {

class BackupOfShop : public StorageTest {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(shop_);
    EXPECT_DONE(ring_.set_passphrase(backup::kPhrase, security::kTinyCost, pc_, random_));
    store_ = value_of(FolderStore::create(*env_, folder_.file("stick"), clock_, random_));
    open_shop();
    sell(3);
    store_now(product("Grandma's apple cake", "CAKE"));
  }
  void open_shop(Journal journal = Journal::automatic) {
    OpenOptions o;
    o.folder = shop_;
    o.journal = journal;
    o.wal_pages_idle = 1'000'000;  // so that the -wal stays full
    database_ = value_of(Database::open(*env_, o));
  }
  void sell(int count) {
    for (int i = 0; i < count; ++i) {
      clock_.advance(std::chrono::seconds(1));
      store_now(sale(++sold_, clock_.now()));
    }
  }
  // Enough that the copy takes several steps.
  void fill(int megabytes) {
    EXPECT_DONE(write([&](Transaction& tx) -> Status {
      for (int i = 0; i < megabytes; ++i) TRY(set_meta(tx, "ballast " + std::to_string(i), random_.bytes(1 << 20)));
      return {};
    }));
  }
  Result<backup::BackupResult> save() {
    Task task;
    return save(task);
  }
  Result<backup::BackupResult> save(Task& task, const backup::BackupPlan& plan = {}) {
    clock_.advance(std::chrono::seconds(1));
    BackupSource source(*env_, *database_, device_, task);
    return backup::create_backup(source, *store_, ring_, {device_, "Till 1", "Ann", "0.1"}, clock_, random_, task,
                                 plan);
  }
  backup::BackupKeys keys() { return backup::BackupKeys::from(ring_.ring); }
  // A copy of the folder as it is at this moment, as after kill -9: with a -wal that holds sales.
  std::string killed_copy(const std::string& name) {
    const auto copy = folder_.file(name);
    std::filesystem::create_directories(copy);
    for (const auto& entry : std::filesystem::directory_iterator(shop_)) {
      const auto file = entry.path().filename().string();
      if (file.starts_with("till.db") && !file.ends_with(".part"))
        std::filesystem::copy(entry.path(), copy + "/" + file);
    }
    return copy;
  }
  struct Content {
    std::int64_t sales = 0;
    std::optional<std::string> restored_from;
    std::string check;
  };
  Content content(const std::string& folder) {
    const auto opened = value_of(Connection::open(folder + "/till.db", Access::read_write));
    return value_of([&](Connection& conn) -> Result<Content> {
      Content c;
      c.sales = TRY(conn.integer("SELECT count(*) FROM sale")).value_or(-1);
      c.restored_from = TRY(meta_text(conn, kRestoredFromKey));
      auto q = TRY(conn.query("PRAGMA integrity_check"));
      if (TRY(q.next())) c.check = q.text(0);
      return c;
    }(*opened));
  }
  Result<RestoreResult> restore_into(const std::string& folder, const backup::Manifest& manifest) {
    Task task;
    return restore_over(*env_, *store_, keys(), manifest, folder, clock_, task);
  }

  ManualClock clock_;
  std::string shop_ = folder_.file("shop");
  security::SecretBytes pc_ = security::new_pc_key(random_);
  security::RingFile ring_ = value_of(
      security::RingFile::create(security::KeyRing::generate(new_id(clock_, random_), clock_, random_), pc_, random_));
  std::unique_ptr<FolderStore> store_;
  std::int64_t sold_ = 0;
};

}  // namespace till::storage

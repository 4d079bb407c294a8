#include "vfs/crash_vfs.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <functional>

#include "storage/connection.hpp"

namespace till::crash {
namespace {

using storage::Access;
using storage::Connection;

Status commit_one(CrashDisk& disk, const std::string& synchronous) {
  auto conn = TRY(Connection::open("f.db", Access::read_write, disk.name()));
  TRY(conn->exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=" + synchronous));
  TRY(conn->exec("CREATE TABLE t(a); INSERT INTO t VALUES(1)"));
  disk.stop_at(disk.operations() + 1);
  return {};
}

bool has_the_row(CrashDisk& disk) {
  auto conn = Connection::open("f.db", Access::read_write, disk.name());
  if (!conn) return false;
  const auto row = (*conn)->integer("SELECT a FROM t");
  return row && *row == 1;
}

TEST(CrashDisk, keeps_a_transaction_that_was_synced) {
  for (const auto loss : {Loss::dropped, Loss::kept, Loss::torn}) {
    CrashDisk disk;
    ASSERT_TRUE(commit_one(disk, "FULL"));
    disk.crash(loss, 1);
    EXPECT_TRUE(has_the_row(disk));
  }
}

TEST(CrashDisk, catches_a_database_that_does_not_sync) {
  CrashDisk disk;
  ASSERT_TRUE(commit_one(disk, "OFF"));
  disk.crash(Loss::dropped, 1);
  EXPECT_FALSE(has_the_row(disk));
}

TEST(CrashDisk, catches_a_stick_that_lies_about_syncing) {
  CrashDisk disk;
  disk.let_sync_lie(true);
  ASSERT_TRUE(commit_one(disk, "FULL"));
  disk.crash(Loss::dropped, 1);
  EXPECT_FALSE(has_the_row(disk));
}

TEST(CrashDisk, lets_nothing_through_from_the_stop_on) {
  CrashDisk disk;
  disk.stop_at(3);
  auto conn = Connection::open("f.db", Access::read_write, disk.name());
  EXPECT_TRUE(!conn || !(*conn)->exec("CREATE TABLE t(a)"));
  EXPECT_TRUE(disk.stopped());
  conn = {};
  disk.crash(Loss::kept, 1);
  EXPECT_FALSE(has_the_row(disk));
  EXPECT_FALSE(disk.stopped());
}

// SQLite salts its logs, so this writes for itself.
Image torn_with_seed(std::uint64_t seed) {
  CrashDisk disk;
  disk.load({{"f", Bytes(4096, 0)}});
  auto* vfs = sqlite3_vfs_find(disk.name().c_str());
  std::vector<std::uint8_t> memory(static_cast<std::size_t>(vfs->szOsFile));
  auto* file = reinterpret_cast<sqlite3_file*>(memory.data());
  EXPECT_EQ(vfs->xOpen(vfs, "f", file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MAIN_DB, nullptr), SQLITE_OK);
  const Bytes ones(4096, 1);
  EXPECT_EQ(file->pMethods->xWrite(file, ones.data(), 4096, 0), SQLITE_OK);
  EXPECT_EQ(file->pMethods->xClose(file), SQLITE_OK);
  disk.crash(Loss::torn, seed);
  return disk.image();
}

TEST(CrashDisk, the_same_seed_leaves_the_same_disk) {
  EXPECT_EQ(torn_with_seed(42), torn_with_seed(42));
  EXPECT_NE(torn_with_seed(42), torn_with_seed(43));
}

TEST(CrashDisk, tears_inside_a_sector_and_keeps_its_beginning) {
  int torn_sectors = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto bytes = torn_with_seed(seed).at("f");
    ASSERT_EQ(bytes.size(), 4096u);
    for (std::size_t sector = 0; sector < 4096; sector += 512) {
      const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(sector);
      EXPECT_TRUE(std::is_sorted(begin, begin + 512, std::greater<>()));
      if (*begin != *(begin + 511)) ++torn_sectors;
    }
  }
  EXPECT_GT(torn_sectors, 0);
}

TEST(CrashDisk, an_image_can_be_gone_back_to) {
  CrashDisk disk;
  {
    auto conn = Connection::open("f.db", Access::read_write, disk.name());
    ASSERT_TRUE(conn);
    ASSERT_TRUE((*conn)->exec("CREATE TABLE t(a); INSERT INTO t VALUES(1)"));
  }
  const auto image = disk.image();
  {
    auto conn = Connection::open("f.db", Access::read_write, disk.name());
    ASSERT_TRUE(conn);
    ASSERT_TRUE((*conn)->exec("DELETE FROM t"));
  }
  EXPECT_FALSE(has_the_row(disk));
  disk.load(image);
  EXPECT_TRUE(has_the_row(disk));
  EXPECT_EQ(disk.operations(), 0u);
}

}  // namespace
}  // namespace till::crash

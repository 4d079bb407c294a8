#include "storage/shop_folder.hpp"

#include <cerrno>
#include <fstream>

#include "storage/checked_file.hpp"
#include "storage/faulty_env.hpp"
#include "storage/memory_env.hpp"
#include "storage/sales.hpp"
#include "storage_fixture.hpp"

namespace till::storage {
namespace {

class ShopFolderTest : public StorageTest {
 protected:
  void SetUp() override {}
  StartupReport start() {
    folder_now_ = value_of(ShopFolder::open(*env_, root()));
    auto wanted = options();
    wanted.folder = root();
    database_ = value_of(Database::open(*env_, wanted));
    return value_of(folder_now_->check(*database_, clock_));
  }
  void stop(bool cleanly, std::string_view marker = "seq 7") {
    database_.reset();
    if (cleanly) EXPECT_DONE(folder_now_->mark_clean(marker));
    folder_now_.reset();
  }
  std::string root() { return folder_.file("data"); }

  ManualClock clock_;
  std::unique_ptr<ShopFolder> folder_now_;
};

TEST_F(ShopFolderTest, a_new_folder_gets_its_rooms_and_its_reserve) {
  const auto report = start();
  EXPECT_TRUE(report.new_folder);
  EXPECT_TRUE(report.reserve_present);
  EXPECT_EQ(report.warning(), "");
  EXPECT_EQ(value_of(env_->size(folder_now_->paths().reserve())), kReserveBytes);
  for (const auto& path : {folder_now_->paths().keys(), folder_now_->paths().backups(), folder_now_->paths().receipts(),
                           folder_now_->paths().logs()}) {
    EXPECT_TRUE(env_->exists(path)) << path;
  }
}

TEST_F(ShopFolderTest, a_second_till_on_the_same_folder_is_refused) {
  start();
  const auto second = ShopFolder::open(*env_, root());
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().message.find("another till is already running on this folder"), std::string::npos);
  stop(true);
  EXPECT_TRUE(ShopFolder::open(*env_, root()));
}

TEST_F(ShopFolderTest, a_clean_end_is_known_at_the_next_start_and_only_there) {
  start();
  stop(true, "critical 41 abcd");
  const auto after_clean = start();
  EXPECT_TRUE(after_clean.was_closed_cleanly);
  EXPECT_EQ(after_clean.clean_marker, "critical 41 abcd");
  EXPECT_FALSE(after_clean.new_folder);
  stop(false);
  const auto after_crash = start();
  EXPECT_FALSE(after_crash.was_closed_cleanly);
  EXPECT_TRUE(after_crash.checked_completely);
  EXPECT_TRUE(after_crash.damage.empty());
}

TEST_F(ShopFolderTest, unfinished_files_are_swept_away) {
  start();
  stop(true);
  EXPECT_DONE(env_->write_atomic(root() + "/keys/ring", view("whole")));
  auto part = value_of(env_->open_writer(root() + "/keys/ring.part", WriteMode::truncate));
  EXPECT_DONE(part->close());
  start();
  EXPECT_FALSE(env_->exists(root() + "/keys/ring.part"));
  EXPECT_TRUE(env_->exists(root() + "/keys/ring"));
}

TEST_F(ShopFolderTest, the_journal_of_a_restore_that_was_cut_off_stayed) {
  start();
  stop(true);
  const auto unfinished = root() + "/till.db.restore.part";
  for (const auto* suffix : {"", "-journal", "-wal", "-shm"})
    EXPECT_DONE(env_->write_atomic(unfinished + suffix, view("half")));
  start();
  for (const auto* suffix : {"", "-journal", "-wal", "-shm"}) EXPECT_FALSE(env_->exists(unfinished + suffix)) << suffix;
}

TEST_F(ShopFolderTest, a_missing_receipt_is_reported_at_start) {
  start();
  for (const int number : {1, 2, 5}) store_now(sale(number, {number * 1'000'000}));
  stop(true);
  const auto report = start();
  ASSERT_EQ(report.receipt_gaps.size(), 1u);
  EXPECT_EQ(report.receipt_gaps[0], (SeriesGap{"K7QF", 3, 4}));
  EXPECT_NE(report.warning().find("receipt 3 of series K7QF is missing"), std::string::npos);
}

TEST_F(ShopFolderTest, damage_is_reported_after_an_unclean_end) {
  start();
  EXPECT_DONE(write([&](Transaction& tx) -> Status {
    for (int i = 1; i <= 2000; ++i) TRY(insert_sale(tx, sale(i, {i})));
    return {};
  }));
  stop(false);
  {
    std::fstream file(root() + "/till.db", std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(0, std::ios::end);
    const auto middle = static_cast<std::streamoff>(file.tellg()) / 2 / 4096 * 4096;
    file.seekp(middle);
    file << std::string(8192, '\x5a');
  }
  const auto report = start();
  EXPECT_FALSE(report.damage.empty());
  EXPECT_EQ(report.warning(), "the database is damaged; restore the newest backup");
}

TEST_F(ShopFolderTest, the_check_ends_when_its_time_is_over) {
  class Impatient final : public Clock {
   public:
    UtcTime now() override { return {}; }
    std::chrono::microseconds monotonic() override { return std::chrono::seconds(10 * ++asked_); }

   private:
    int asked_ = 0;
  };
  start();
  EXPECT_DONE(write([&](Transaction& tx) -> Status {
    for (int i = 1; i <= 3000; ++i) TRY(insert_sale(tx, sale(i, {i})));
    return {};
  }));
  stop(false);
  folder_now_ = value_of(ShopFolder::open(*env_, root()));
  auto wanted = options();
  wanted.folder = root();
  database_ = value_of(Database::open(*env_, wanted));
  Impatient clock;
  const auto report = value_of(folder_now_->check(*database_, clock, 1));
  EXPECT_FALSE(report.checked_completely);
  EXPECT_TRUE(report.damage.empty());
  EXPECT_DONE(folder_now_->mark_clean(kFileCheckedMarker));
  const auto after_restore = value_of(folder_now_->check(*database_, clock, 1));
  EXPECT_TRUE(after_restore.checked_completely) << "what a restore checked whole is checked once more";
  EXPECT_FALSE(after_restore.was_closed_cleanly);
}

TEST(Reserve, gives_a_full_disk_room_and_comes_back_when_there_is_some) {
  MemoryEnv env(kReserveBytes * 3);
  auto folder = value_of(ShopFolder::open(env, "data"));
  EXPECT_TRUE(value_of(folder->make_reserve()));
  const std::string filler(kReserveBytes * 2, 'x');
  EXPECT_DONE(env.write_atomic("data/backups/old", view(filler)));
  EXPECT_FALSE(env.write_atomic("data/backups/new", view("more")));
  EXPECT_DONE(folder->release_reserve());
  EXPECT_DONE(env.write_atomic("data/backups/new", view("more")));
  EXPECT_FALSE(value_of(folder->make_reserve()));
  EXPECT_DONE(env.remove("data/backups/old"));
  EXPECT_TRUE(value_of(folder->make_reserve()));
}

TEST(ShopFolderFaults, every_refusal_of_the_disk_while_opening_is_a_sentence) {
  for (std::uint64_t n = 1; n < 40; ++n) {
    MemoryEnv memory;
    FaultyEnv env(memory);
    env.fail_at(n, EROFS);
    const auto opened = ShopFolder::open(env, "data");
    if (!opened) {
      EXPECT_NE(opened.error().message.find("write protected"), std::string::npos) << n;
    }
  }
}

}  // namespace
}  // namespace till::storage

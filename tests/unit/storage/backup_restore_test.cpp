#include "storage/backup_restore.hpp"

#include <gmock/gmock.h>

#include <cerrno>
#include <fstream>
#include <future>

#include "backup_shop_fixture.hpp"
#include "storage/faulty_env.hpp"

namespace till::storage {
namespace {

namespace fs = std::filesystem;
using backup::BytesSource;
using backup::kPhrase;
using testing::HasSubstr;

TEST_F(BackupOfShop, what_was_saved_is_there_in_a_new_folder_with_the_passphrase_alone) {
  const auto made = value_of(save());
  EXPECT_EQ(made.manifest.marker.sales, 3U);
  EXPECT_EQ(made.manifest.marker.last_receipt, "K7QF-3");
  const auto ring = value_of(backup::ring_from_store(*store_, kPhrase));
  const auto ring_keys = backup::BackupKeys::from(ring.ring);
  const auto found = value_of(backup::find_backup(*store_, ring_keys, "latest"));
  Task task;
  const auto place = folder_.file("new pc/shop");
  const auto restored = restore_to_new_folder(*env_, *store_, ring_keys, found, place, task);
  ASSERT_TRUE(restored) << restored.error().message << restored.error().cause;
  EXPECT_EQ(content(place).sales, 3);
  EXPECT_EQ(content(place).restored_from, made.manifest.generation);
  EXPECT_EQ(content(place).check, "ok");
}

TEST_F(BackupOfShop, a_new_folder_that_has_a_shop_is_refused_and_not_touched) {
  const auto made = value_of(save());
  const auto place = killed_copy("present");
  Task task;
  const auto restored = restore_to_new_folder(*env_, *store_, keys(), made.manifest, place, task);
  ASSERT_FALSE(restored);
  EXPECT_EQ(restored.error().kind, ErrorKind::invalid);
  EXPECT_FALSE(content(place).restored_from);
}

TEST_F(BackupOfShop, nothing_on_the_stick_can_be_read) {
  ASSERT_TRUE(save());
  int files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder_.file("stick"))) {
    if (!entry.is_regular_file()) continue;
    ++files;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    for (const auto* secret : {"SQLite format 3", "apple cake", "CREATE TABLE", "K7QF", "Ann"}) {
      EXPECT_EQ(bytes.find(secret), std::string::npos) << secret << " in " << entry.path();
    }
  }
  EXPECT_EQ(files, 5);  // marker, key ring, one piece, one manifest, one proof
}

TEST_F(BackupOfShop, no_plain_copy_is_left_beside_the_data) {
  ASSERT_TRUE(save());
  for (const auto& entry : fs::directory_iterator(shop_)) {
    EXPECT_EQ(entry.path().string().find("backup"), std::string::npos) << entry.path();
  }
}

TEST_F(BackupOfShop, sales_go_on_during_the_copy_and_are_not_half_in_it) {
  fill(4);
  Task task;
  int sold_meanwhile = 0;
  task.on_change = [&] {
    if (task.step() != "Copying the data" || task.done() == 0) return;
    // From another thread, and waited for: this would never end if the copy held the writer.
    std::async(std::launch::async, [&] { sell(1); }).get();
    ++sold_meanwhile;
  };
  const auto made = save(task);
  ASSERT_TRUE(made) << made.error().message << made.error().cause;
  EXPECT_GT(sold_meanwhile, 2);
  EXPECT_EQ(made->manifest.marker.sales, static_cast<std::uint64_t>(sold_ - 1)) << "one state, that of the last step";
  const auto place = folder_.file("restored");
  Task restoring;
  EXPECT_DONE(restore_to_new_folder(*env_, *store_, keys(), made->manifest, place, restoring));
  EXPECT_EQ(content(place).check, "ok");
  EXPECT_EQ(content(place).sales, sold_ - 1);
}

// A step of the copy keeps the writer, and was a megabyte: on a slow stick 50 to 100 ms. Without a clock: how much is
// copied until a sale that waits gets its turn, and that it does each time.
TEST_F(BackupOfShop, a_sale_waited_for_a_megabyte_of_the_copy) {
  for (const auto journal : {Journal::wal, Journal::truncate}) {
    database_.reset();
    open_shop(journal);
    fill(4);
    const auto sold_before = sold_;
    Task task;
    std::uint64_t last = 0, largest_step = 0, steps = 0;
    int sold_meanwhile = 0;
    task.on_change = [&] {
      if (task.step() != "Copying the data") return;
      if (task.done() > last) largest_step = std::max(largest_step, task.done() - last);
      last = task.done();
      ++steps;
      if (last == 0) return;
      std::async(std::launch::async, [&] { sell(1); }).get();
      ++sold_meanwhile;
    };
    BackupSource source(*env_, *database_, device_, task);
    const auto image = value_of(source.begin());
    EXPECT_GT(largest_step, 0U);
    EXPECT_LE(largest_step * 4096, 128U << 10);
    EXPECT_GT(steps, 4U);
    EXPECT_EQ(sold_, sold_before + sold_meanwhile);
    EXPECT_GE(sold_meanwhile, 4);
    EXPECT_GE(image.marker.sales, static_cast<std::uint64_t>(sold_ - 1)) << "what was sold between two steps is in it";
  }
}

// The copy had a snapshot, so that the log could not begin anew while it was made: behind it a sale waited for a
// checkpoint of all that was sold meanwhile, half a second in a busy shop.
TEST_F(BackupOfShop, the_log_grew_as_long_as_the_copy_was_made) {
  fill(4);
  EXPECT_DONE(database_->checkpoint());
  Task task;
  std::uint64_t longest = 0;
  task.on_change = [&] {
    if (task.step() != "Copying the data" || task.done() == 0) return;
    std::async(std::launch::async, [&] { sell(1); }).get();
    EXPECT_DONE(database_->checkpoint());
    longest = std::max<std::uint64_t>(longest, fs::file_size(shop_ + "/till.db-wal"));
  };
  sell(1);
  const auto of_one_sale = fs::file_size(shop_ + "/till.db-wal");
  ASSERT_TRUE(save(task));
  EXPECT_LE(longest, 3 * of_one_sale);
}

// Each change in between started the copy over, and after twenty of them the till was too busy to be saved.
TEST_F(BackupOfShop, without_a_wal_a_till_that_never_rests_could_not_be_saved) {
  database_.reset();
  open_shop(Journal::truncate);
  fill(4);
  Task task;
  task.on_change = [&] {
    if (task.step() == "Copying the data" && task.done() > 0) std::async(std::launch::async, [&] { sell(1); }).get();
  };
  const auto made = save(task);
  ASSERT_TRUE(made) << made.error().message;
  Task restoring;
  const auto place = folder_.file("restored");
  EXPECT_DONE(restore_to_new_folder(*env_, *store_, keys(), made->manifest, place, restoring));
  EXPECT_EQ(content(place).check, "ok");
  EXPECT_EQ(content(place).sales, static_cast<std::int64_t>(made->manifest.marker.sales));
}

TEST_F(BackupOfShop, a_cancelled_copy_leaves_neither_copy_nor_backup) {
  fill(4);
  Task task;
  task.on_change = [&] {
    if (task.step() == "Copying the data" && task.done() > 0) task.cancel();
  };
  EXPECT_FALSE(save(task));
  EXPECT_FALSE(fs::exists(shop_ + "/till.db.backup.part"));
  EXPECT_TRUE(value_of(backup::list_backups(*store_, keys())).empty());
}

TEST_F(BackupOfShop, a_second_full_backup_after_a_few_sales_stores_little) {
  fill(8);
  const auto first = value_of(save());
  sell(2);
  const auto second = value_of(save());
  EXPECT_LT(second.manifest.new_bytes, first.manifest.new_bytes / 3);
}

// A database restored under the -wal of the one before reads as the one before, and integrity_check calls it ok.
TEST_F(BackupOfShop, a_stale_wal_beside_the_restored_database_does_not_undo_the_restore) {
  const auto made = value_of(save());
  sell(3);
  const auto place = killed_copy("killed");
  ASSERT_GT(fs::file_size(place + "/till.db-wal"), 0U);
  ASSERT_EQ(content(killed_copy("killed too")).sales, 6) << "the -wal holds what was sold after the backup";

  const auto restored = restore_into(place, made.manifest);
  ASSERT_TRUE(restored) << restored.error().message << restored.error().cause;
  database_.reset();
  shop_ = place;
  open_shop();
  EXPECT_EQ(read([](Connection& conn) { return conn.integer("SELECT count(*) FROM sale"); }), 3);
  EXPECT_EQ(read([](Connection& conn) { return meta_text(conn, kRestoredFromKey); }), made.manifest.generation);

  EXPECT_TRUE(fs::exists(restored->replaced_folder + "/till.db-wal"));
  EXPECT_EQ(content(restored->replaced_folder).sales, 6) << "what was there before is kept whole";
  EXPECT_FALSE(fs::exists(place + "/restore.pending"));
}

TEST_F(BackupOfShop, a_damaged_backup_is_refused_and_the_present_data_is_not_touched) {
  const auto made = value_of(save());
  sell(3);
  const auto place = killed_copy("present");
  for (const auto& object : value_of(store_->list(backup::chunk_prefix(device_)))) {
    const auto path = store_->folder() + "/" + object.name;
    auto bytes = value_of(env_->read_file(path, 1 << 30));
    bytes[bytes.size() / 2] ^= 1;
    EXPECT_DONE(env_->write_atomic(path, bytes));
  }
  const auto restored = restore_into(place, made.manifest);
  ASSERT_FALSE(restored);
  EXPECT_THAT(restored.error().message, HasSubstr("is damaged"));
  EXPECT_EQ(content(place).sales, 6);
  for (const auto& entry : fs::directory_iterator(place)) {
    EXPECT_TRUE(entry.path().filename().string().starts_with("till.db")) << entry.path();
    EXPECT_FALSE(entry.path().string().ends_with(".part")) << entry.path();
  }
}

// A backup of arbitrary bytes that claims to be whatever is asked.
class BackupOfBytes : public BackupOfShop {
 protected:
  Result<RestoreResult> restore_bytes(const Bytes& image, const backup::ContentMarker& marker, std::string& place) {
    class Source final : public backup::PageSource {
     public:
      Source(const Bytes& bytes, backup::ContentMarker m) : inner_(bytes), bytes_(bytes), marker_(std::move(m)) {}
      Result<backup::ImageInfo> begin() override { return backup::ImageInfo{bytes_.size(), 4096, marker_}; }
      Result<Bytes> read(std::uint64_t offset, std::size_t size) override { return inner_.read(offset, size); }

     private:
      BytesSource inner_;
      const Bytes& bytes_;
      backup::ContentMarker marker_;
    } source(image, marker);
    Task task;
    const auto made =
        TRY(backup::create_backup(source, *store_, ring_, {device_, "Till 1", "Ann", "0.1"}, clock_, random_, task));
    place = killed_copy("present");
    return restore_into(place, made.manifest);
  }
  // The shop's database as a file, changed by some SQL.
  Bytes changed_image(const std::string& sql) {
    Task task;
    BackupSource source(*env_, *database_, device_, task);
    const auto info = value_of(source.begin());
    marker_ = info.marker;
    const auto path = folder_.file("changed.db");
    EXPECT_DONE(env_->write_atomic(path, value_of(source.read(0, info.size))));
    EXPECT_DONE(value_of(Connection::open(path, Access::read_write))->exec(sql));
    return value_of(env_->read_file(path, 1 << 30));
  }
  backup::ContentMarker marker_;
};

TEST_F(BackupOfBytes, a_backup_of_a_newer_schema_is_refused_before_anything_moves) {
  std::string place;
  const auto image = changed_image("PRAGMA user_version=999");
  const auto restored = restore_bytes(image, marker_, place);
  ASSERT_FALSE(restored);
  EXPECT_EQ(restored.error().kind, ErrorKind::permanent);
  EXPECT_THAT(restored.error().message, HasSubstr("newer"));
  EXPECT_EQ(content(place).sales, 3);
}

TEST_F(BackupOfBytes, a_backup_that_holds_something_else_than_it_says_is_refused) {
  std::string place;
  const auto image = changed_image("DELETE FROM sale WHERE number = 3");
  const auto restored = restore_bytes(image, marker_, place);
  ASSERT_FALSE(restored);
  EXPECT_EQ(restored.error().kind, ErrorKind::corrupt);
  EXPECT_EQ(content(place).sales, 3);
}

TEST_F(BackupOfBytes, a_backup_of_a_damaged_database_is_refused) {
  std::string place;
  auto image = changed_image("PRAGMA user_version");
  std::fill(image.begin() + 8192, image.begin() + 8192 + 4096, 0xee);
  EXPECT_FALSE(restore_bytes(image, marker_, place));
  EXPECT_EQ(content(place).sales, 3);
}

TEST_F(BackupOfBytes, a_backup_of_no_database_at_all_is_refused) {
  std::string place;
  EXPECT_FALSE(restore_bytes(random_.bytes(8192), marker_, place));
  EXPECT_EQ(content(place).sales, 3);
}

// Each file operation of a restore fails once; the answer and the data on the disk must agree.
TEST_F(BackupOfShop, a_restore_that_fails_at_any_operation_leaves_the_present_data) {
  const auto made = value_of(save());
  sell(3);
  int refused = 0;
  for (std::uint64_t k = 1;; ++k) {
    const auto place = killed_copy("present " + std::to_string(k));
    FaultyEnv faulty(*env_);
    faulty.fail_at(k, EIO);
    Task task;
    const auto restored = restore_over(faulty, *store_, keys(), made.manifest, place, clock_, task);
    const bool reached = faulty.operations() >= k;
    faulty.heal();
    EXPECT_DONE(recover_interrupted_restore(*env_, place));
    const auto now = content(place);
    EXPECT_EQ(now.check, "ok") << "operation " << k;
    EXPECT_EQ(now.sales, now.restored_from ? 3 : 6) << "operation " << k;
    if (restored) {
      EXPECT_TRUE(now.restored_from) << "operation " << k;
    }
    refused += restored ? 0 : 1;
    fs::remove_all(place);
    if (!reached) break;
  }
  EXPECT_GT(refused, 10);
}

// The machine stops at each file operation; at the next start it is the old shop or the restored one, and whole.
TEST_F(BackupOfShop, a_restore_interrupted_at_any_operation_is_put_right_at_the_next_start) {
  const auto made = value_of(save());
  sell(3);
  int put_back = 0, completed = 0;
  for (std::uint64_t k = 1;; ++k) {
    const auto place = killed_copy("stopped " + std::to_string(k));
    FaultyEnv faulty(*env_);
    faulty.stop_at(k);
    Task task;
    const auto restored = restore_over(faulty, *store_, keys(), made.manifest, place, clock_, task);
    const auto recovery = value_of(recover_interrupted_restore(*env_, place));
    put_back += recovery == RestoreRecovery::put_back ? 1 : 0;
    completed += recovery == RestoreRecovery::completed ? 1 : 0;
    const auto now = content(place);
    EXPECT_EQ(now.check, "ok") << "operation " << k;
    EXPECT_EQ(now.sales, now.restored_from ? 3 : 6) << "operation " << k;
    EXPECT_EQ(value_of(recover_interrupted_restore(*env_, place)), RestoreRecovery::nothing_to_do);
    fs::remove_all(place);
    if (restored) break;
  }
  EXPECT_GT(put_back, 3);
  EXPECT_GT(completed, 0);
}

TEST_F(BackupOfShop, recovery_waits_for_a_restore_that_is_still_running) {
  const auto place = killed_copy("present");
  EXPECT_DONE(env_->write_atomic(place + "/restore.pending", view("replaced-1")));
  const auto lock = value_of(env_->lock_file(FolderPaths{place}.lock()));
  EXPECT_FALSE(recover_interrupted_restore(*env_, place));
}

}  // namespace
}  // namespace till::storage

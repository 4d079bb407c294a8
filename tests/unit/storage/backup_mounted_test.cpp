// A volume that is really mounted, filled, remounted read-only and pulled, where the machine lets a test mount one;
// elsewhere these are skipped, and the faulty Env has to do.
#include <sys/mount.h>

#include "../backup/backup_fixture.hpp"
#include "backup/retention.hpp"
#include "backup/room.hpp"
#include "storage/folder_store.hpp"
#include "storage/volumes.hpp"
#include "storage_fixture.hpp"

namespace till::storage {
namespace {

class MountedVolume : public backup::BackupFixture {
 protected:
  void SetUp() override {
    path_ = temp_.file("stick");
    ASSERT_TRUE(env_->make_dirs(path_));
    if (::mount("tillstick-test", path_.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, "size=12m") != 0)
      GTEST_SKIP() << "this machine lets no test mount anything";
    mounted_ = true;
  }
  void TearDown() override { pull(); }
  void pull() {
    if (!std::exchange(mounted_, false)) return;
    EXPECT_EQ(::umount2(path_.c_str(), MNT_DETACH), 0);
  }
  void remount(unsigned long flags) {
    ASSERT_EQ(::mount("tillstick-test", path_.c_str(), "tmpfs", MS_REMOUNT | MS_NOSUID | MS_NODEV | flags, "size=12m"),
              0);
  }
  std::unique_ptr<FolderStore> place() { return value_of(FolderStore::create(*env_, path_, clock_, random_)); }

  TempFolder temp_;
  std::unique_ptr<Env> env_ = make_real_env();
  std::string path_;
  bool mounted_ = false;
};

TEST_F(MountedVolume, that_is_full_keeps_its_backups_and_can_be_pruned_with_its_reserve) {
  const auto store = place();
  EXPECT_FALSE(value_of(backup::keep_reserve(*store))) << "12 MB are no room for it";
  EXPECT_TRUE(store->put(std::string(backup::kReserveName), Bytes(1 << 20)));
  std::vector<std::string> made;
  for (int i = 0; i < 400; ++i) {
    const auto result = create(*store, image(120));
    if (!result) {
      EXPECT_EQ(result.error().kind, ErrorKind::permanent);
      EXPECT_NE(result.error().message.find("the disk is full"), std::string::npos) << result.error().message;
      break;
    }
    made.push_back(result->manifest.generation);
  }
  ASSERT_GT(made.size(), 3U);
  ASSERT_LT(made.size(), 400U);
  for (const auto& generation : made) EXPECT_TRUE(verify(*store, generation)) << generation;
  (void)backup::give_up_reserve(*store);
  Task task;
  backup::RetentionRule rule;
  rule.keep_last = 2;
  const auto pruned = backup::prune_backups(*store, keys(), device_, rule, {}, clock_.now(), task);
  ASSERT_TRUE(pruned) << pruned.error().message;
  EXPECT_GE(pruned->removed.size(), made.size() - 2);
  EXPECT_TRUE(create(*store, image(120)));
}

TEST_F(MountedVolume, that_was_remounted_read_only_is_said_to_be_so_and_is_read) {
  const auto store = place();
  const auto made = value_of(create(*store, image(20)));
  remount(MS_RDONLY);
  const auto refused = create(*store, image(20));
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("write protected"), std::string::npos) << refused.error().message;
  EXPECT_TRUE(verify(*store, made.manifest.generation));
  remount(0);
  EXPECT_TRUE(create(*store, image(20)));
}

TEST_F(MountedVolume, that_was_pulled_is_an_error_and_nothing_is_written_below_it) {
  const auto store = place();
  value_of(create(*store, image(20)));
  pull();
  const auto refused = create(*store, image(20));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::retry);
  EXPECT_TRUE(value_of(env_->list(path_)).empty()) << "on the disk under the mount point";
}

TEST_F(MountedVolume, is_not_offered_as_a_stick_when_it_lies_in_memory) {
  const auto all = value_of(make_real_volumes()->mounted());
  for (const auto& volume : all) EXPECT_NE(volume.path, path_);
}

}  // namespace
}  // namespace till::storage

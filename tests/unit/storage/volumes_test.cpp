// Sticks as the system lists them, and places found on them by their markers.
#include "storage/volumes.hpp"

#include "core/random.hpp"
#include "storage/folder_store.hpp"
#include "storage/memory_env.hpp"
#include "storage_fixture.hpp"

namespace till::storage {
namespace {

constexpr std::string_view kMounts =
    "22 28 0:20 / /sys rw,nosuid shared:7 - sysfs sysfs rw\n"
    "28 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,errors=remount-ro\n"
    "90 28 8:17 / /media/anna/KINGSTON\\04064 rw,nosuid,nodev shared:50 - vfat /dev/sdb1 rw,flush,errors=remount-ro\n"
    "91 28 8:33 / /media/anna/OLD ro,nosuid shared:51 - exfat /dev/sdc1 ro\n"
    "92 28 254:0 /home/x /srv/bound rw shared:1 - ext4 /dev/vda rw\n"
    "93 28 0:52 / /mnt/office rw - nfs4 server:/x rw\n"
    "94 28 8:49 / /media/late rw - vfat /dev/sdd1 rw\n"
    "95 94 8:50 / /media/late rw - vfat /dev/sde1 rw\n";

TEST(Volumes, are_read_from_the_systems_list) {
  const auto all = parse_mountinfo(kMounts);
  ASSERT_EQ(all.size(), 4U);
  EXPECT_EQ(all[0], (Volume{"/", "254:0", "/dev/vda", "ext4", false}));
  EXPECT_EQ(all[1], (Volume{"/media/anna/KINGSTON 64", "8:17", "/dev/sdb1", "vfat", false}));
  EXPECT_TRUE(all[2].read_only);
  EXPECT_EQ(all[3].device, "8:50") << "what was mounted later at the same path hides the earlier";
}

TEST(Volumes, of_the_running_system_can_be_read) {
  EXPECT_TRUE(make_real_volumes()->mounted());
}

TEST(Volumes, a_path_lies_on_the_one_whose_own_path_is_its_longest_beginning) {
  const auto all = parse_mountinfo(kMounts);
  EXPECT_EQ(volume_of(all, "/home/anna")->device, "254:0");
  EXPECT_EQ(volume_of(all, "/media/anna/KINGSTON 64/backup")->device, "8:17");
  EXPECT_EQ(volume_of(all, "/media/anna/KINGSTON 640")->device, "254:0") << "a name that begins alike";
  EXPECT_FALSE(volume_of({}, "/home"));
}

TEST(Volumes, broken_lists_are_read_as_far_as_they_make_sense) {
  SeededRandom random(8);
  for (int round = 0; round < 2000; ++round) {
    std::string text(kMounts);
    for (int i = 0; i < 6; ++i) text[random.below(text.size())] = static_cast<char>(random.below(256));
    text.resize(random.below(text.size() + 1));
    for (const auto& volume : parse_mountinfo(text)) EXPECT_TRUE(volume.path.starts_with('/'));
  }
}

class PlacesTest : public testing::Test {
 protected:
  Id make(const std::string& folder) {
    clock_.advance(std::chrono::seconds(1));
    EXPECT_TRUE(env_.make_dirs(folder));
    return value_of(value_of(FolderStore::create(env_, folder, clock_, random_))->id());
  }
  static Volume volume(const std::string& path, const std::string& device) {
    return {path, device, "/dev/x", "vfat", false};
  }
  MemoryEnv env_;
  ManualClock clock_;
  SeededRandom random_{4};
};

TEST_F(PlacesTest, are_found_in_a_volumes_own_folder_in_a_given_one_and_in_those_in_it) {
  const auto root = make("/media/a"), below = make("/media/b/till"), deep = make("/media/c/shop/backups/till");
  const std::vector<Volume> all = {volume("/media/a", "1:1"), volume("/media/b", "1:2"), volume("/media/c", "1:3")};
  const auto found = find_places(env_, all, "shop/backups/till");
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].store, root);
  EXPECT_EQ(found[0].below, "");
  EXPECT_EQ(found[1].store, below);
  EXPECT_EQ(found[1].path, "/media/b/till");
  EXPECT_EQ(found[2].store, deep);
}

TEST_F(PlacesTest, on_another_volume_below_are_that_volumes) {
  make("/media/a/stick");
  const auto found = find_places(env_, {volume("/media/a", "1:1"), volume("/media/a/stick", "1:2")}, "");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].volume.device, "1:2");
}

TEST_F(PlacesTest, a_volume_that_cannot_be_read_hides_no_other) {
  const auto good = make("/media/b");
  const auto found = find_places(env_, {volume("/media/gone", "1:1"), volume("/media/b", "1:2")}, "");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].store, good);
}

}  // namespace
}  // namespace till::storage

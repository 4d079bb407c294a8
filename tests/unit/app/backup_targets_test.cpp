// Places of backups by name: what is found where, what is refused, and who takes turns.
#include "app/backup_targets.hpp"

#include <fstream>

#include "../backup/planted_faults.hpp"
#include "app/backup_lock.hpp"
#include "app/backup_target.hpp"
#include "app/restores.hpp"
#include "stick_fixture.hpp"
#include "storage/folder_store.hpp"

namespace till::app {
namespace {

using backup::expect_noticed;
using backup::Sabotage;

class BackupTargets : public SticksTest {};

TEST_F(BackupTargets, several_places_are_kept_by_name_and_survive_a_restart) {
  const auto stick = plug("blue", "8:17");
  std::filesystem::create_directories(temp_.file("mnt/disk"));
  plug("disk", "8:33");
  add("blue-stick", stick);
  add("office-disk", temp_.file("mnt/disk/backups"), TargetKind::folder);
  reopen();
  use_volumes();
  const auto all = value_of(backup_targets(*shop_));
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].name, "blue-stick");
  EXPECT_EQ(all[1].kind, TargetKind::folder);
  EXPECT_DONE(back_up("blue-stick"));
  EXPECT_DONE(back_up("office-disk"));
  EXPECT_EQ(listed("blue-stick").size(), 1U);
  EXPECT_EQ(listed("office-disk").size(), 1U);
  EXPECT_EQ(listed(stick).size(), 1U) << "a path goes on being a place";
  EXPECT_DONE(remove_backup_target(*shop_, owner(), "blue-stick"));
  EXPECT_EQ(value_of(backup_targets(*shop_)).size(), 1U);
  EXPECT_EQ(listed(stick).size(), 1U) << "what lies there stays";
  EXPECT_EQ(journalled("backup.target.add"), 2);
  EXPECT_EQ(journalled("backup.target.remove"), 1);
}

TEST_F(BackupTargets, a_stick_is_found_by_its_marker_wherever_it_is_mounted) {
  add("blue-stick", plug("blue", "8:17") + "/shop");
  EXPECT_DONE(back_up("blue-stick"));
  const auto elsewhere = remount("blue", "another path with spaces", "8:49");
  EXPECT_EQ(state_of("blue-stick"), TargetState::ready);
  EXPECT_DONE(back_up("blue-stick"));
  EXPECT_EQ(listed("blue-stick").size(), 2U);
  EXPECT_EQ(locate_target(*shop_, target("blue-stick"))->path, elsewhere + "/shop");
}

TEST_F(BackupTargets, a_stick_that_is_not_there_is_waited_for_and_another_one_is_not_written_to) {
  add("blue-stick", plug("blue", "8:17"));
  unplug("blue");
  EXPECT_EQ(state_of("blue-stick"), TargetState::absent);
  EXPECT_REFUSED(back_up("blue-stick"), retry, "Plug it in");
  const auto strange = plug("strange", "8:65");
  value_of(storage::FolderStore::create(*shop_->state().env, strange, clock_, shop_->state().random));
  EXPECT_EQ(state_of("blue-stick"), TargetState::wrong_stick);
  EXPECT_REFUSED(back_up("blue-stick"), permanent, "right one");
  unplug("strange");
  add("green-stick", plug("green", "8:33"));
  EXPECT_EQ(state_of("blue-stick"), TargetState::absent) << "a stick of another name is no wrong one";
  EXPECT_DONE(back_up("green-stick"));
  EXPECT_TRUE(std::filesystem::exists(strange + "/tillstick-store.id"));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(strange), {}), 1);
}

TEST_F(BackupTargets, fault_a_stick_that_is_taken_without_a_look_at_its_marker) {
  int round = 0;
  expect_noticed(Sabotage::marker_unread, [&]() -> std::string {
    const auto name = "stick-" + std::to_string(++round);
    add(name, plug(name, "9:1"));
    unplug(name);
    const auto other = plug("other", "9:2");
    std::ofstream(other + "/tillstick-store.id") << "tillstick-store-1 0192f0c1-7a3e-7cc0-98c8-6f3b2f1c9a10\n";
    const auto made = back_up(name);
    const bool written = std::distance(std::filesystem::directory_iterator(other), {}) > 1;
    std::filesystem::remove_all(other);
    unplug("other");
    EXPECT_DONE(remove_backup_target(*shop_, owner(), name));
    return made || written ? "another stick was written to" : "";
  });
}

TEST_F(BackupTargets, two_sticks_with_the_same_mark_are_not_chosen_between) {
  const auto blue = plug("blue", "8:17");
  add("blue-stick", blue);
  const auto copy = plug("copy", "8:33");
  std::filesystem::copy(blue, copy, std::filesystem::copy_options::recursive);
  EXPECT_EQ(state_of("blue-stick"), TargetState::twins);
  EXPECT_REFUSED(back_up("blue-stick"), permanent, "Take one of them out");
  unplug("copy");
  EXPECT_EQ(state_of("blue-stick"), TargetState::ready);
}

TEST_F(BackupTargets, one_stick_mounted_at_two_paths_is_one_and_is_taken_where_it_can_be_written_to) {
  const auto blue = plug("blue", "8:17", true);
  EXPECT_DONE(storage::make_real_env()->make_dirs(temp_.file("mnt/blue")));
  volumes_->all.back().read_only = false;
  add("blue-stick", blue);
  volumes_->all.back().read_only = true;
  const auto again = temp_.file("mnt/again");
  std::filesystem::create_directory_symlink(blue, again);
  volumes_->all.push_back({again, "8:17", "/dev/blue", "vfat", false});
  const auto located = locate_target(*shop_, target("blue-stick"));
  ASSERT_TRUE(located);
  EXPECT_EQ(located->path, again);
  EXPECT_FALSE(located->read_only);
}

TEST_F(BackupTargets, sticks_of_one_name_take_turns) {
  const auto monday = plug("monday", "8:17"), tuesday = plug("tuesday", "8:33");
  add("rotation", monday);
  add("rotation", tuesday);
  EXPECT_EQ(target("rotation").stores.size(), 2U);
  for (int i = 0; i < 4; ++i) EXPECT_DONE(back_up("rotation"));
  EXPECT_EQ(listed(monday).size(), 2U);
  EXPECT_EQ(listed(tuesday).size(), 2U);
  unplug("tuesday");
  EXPECT_DONE(back_up("rotation"));
  EXPECT_DONE(back_up("rotation"));
  EXPECT_EQ(listed(monday).size(), 4U) << "whichever is there";
}

TEST_F(BackupTargets, the_volume_that_the_till_runs_from_is_no_place_unless_told_so) {
  EXPECT_REFUSED(add_backup_target(*shop_, owner(), {"here", TargetKind::stick, temp_.file("backup"), false}), invalid,
                 "lost with it");
  EXPECT_REFUSED(add_backup_target(*shop_, owner(), {"here", TargetKind::folder, temp_.file("backup"), false}), invalid,
                 "lost with it");
  value_of(add_backup_target(*shop_, owner(), {"here", TargetKind::stick, temp_.file("backup"), true}));
  EXPECT_DONE(back_up("here"));
  // The same volume under another path.
  const auto again = plug("bound", "8:1");
  EXPECT_REFUSED(add_backup_target(*shop_, owner(), {"bound", TargetKind::stick, again, false}), invalid, "lost with");
}

TEST_F(BackupTargets, fault_the_tills_own_volume_taken_for_a_stick) {
  int round = 0;
  expect_noticed(Sabotage::own_volume_taken, [&]() -> std::string {
    const auto name = "own-" + std::to_string(++round);
    const auto added = add_backup_target(*shop_, owner(), {name, TargetKind::folder, temp_.file("backup"), false});
    return added ? "a backup beside the till counts as one" : "";
  });
}

TEST_F(BackupTargets, names_and_settings_are_checked_with_sentences) {
  const auto stick = plug("blue", "8:17");
  for (const auto* name : {"", "Blue", "a b", "a/b", "-x", "stick:", "a_name_that_is_longer_than_32_letters"})
    EXPECT_REFUSED(add_backup_target(*shop_, owner(), {name, TargetKind::stick, stick, false}), invalid,
                   "small letters");
  EXPECT_REFUSED(add_backup_target(*shop_, cashier(), {"blue", TargetKind::stick, stick, false}), denied, "");
  EXPECT_REFUSED(add_backup_target(*shop_, owner(), {"hub", TargetKind::hub, "", false}), invalid, "enrol");
  EXPECT_REFUSED(add_backup_target(*shop_, owner(), {"gone", TargetKind::stick, stick + "/x/y/z", false}), invalid,
                 "plugged in");
  add("blue", stick);
  EXPECT_REFUSED(add_backup_target(*shop_, owner(), {"blue2", TargetKind::stick, stick, false}), invalid, "'blue'");
  for (const auto& [key, value] : std::vector<std::pair<std::string, std::string>>{{"every", "sometimes"},
                                                                                   {"at", "25:00"},
                                                                                   {"at", "7"},
                                                                                   {"weekday", "8"},
                                                                                   {"day", "0"},
                                                                                   {"keep", "0"},
                                                                                   {"keep-daily", "x"},
                                                                                   {"quota-mb", "-1"},
                                                                                   {"shift-close", "maybe"},
                                                                                   {"pin", "nonsense"},
                                                                                   {"colour", "red"}})
    EXPECT_EQ(set_backup_target(*shop_, owner(), "blue", key, value).error().kind, ErrorKind::invalid) << key;
  EXPECT_REFUSED(set_backup_target(*shop_, owner(), "green", "keep", "5"), invalid, "target list");
  set("blue", "every", "weekly"), set("blue", "at", "21:30"), set("blue", "weekday", "5"),
      set("blue", "keep-monthly", "12");
  const auto kept = target("blue");
  EXPECT_EQ(kept.schedule.every, backup::Every::week);
  EXPECT_EQ(kept.schedule.minute, 21 * 60 + 30);
  EXPECT_EQ(kept.retention().keep_monthly, 12U);
}

TEST_F(BackupTargets, a_quota_is_kept_and_the_room_that_is_left_is_told) {
  add("blue", plug("blue", "8:17"));
  EXPECT_DONE(back_up("blue"));
  const auto free = report_target(*shop_, target("blue"), true);
  ASSERT_TRUE(free.room);
  EXPECT_GT(*free.room, 10U);
  EXPECT_DONE(value_of(open_backup_target(*shop_, "blue"))->put("others/1", Bytes(2 << 20)));
  set("blue", "quota-mb", "1");
  const auto refused = back_up("blue");
  ASSERT_FALSE(refused);
  EXPECT_EQ(state_of("blue"), TargetState::full);
  EXPECT_EQ(report_target(*shop_, target("blue"), true).room, 0U);
  set("blue", "quota-mb", "500");
  EXPECT_DONE(back_up("blue"));
  EXPECT_EQ(state_of("blue"), TargetState::ready);
}

TEST_F(BackupTargets, a_shop_is_restored_from_a_place_by_its_name) {
  value_of(add_backup_target(*shop_, owner(), {"safe", TargetKind::folder, temp_.file("safe"), true}));
  sell({kPens});
  EXPECT_DONE(back_up("safe"));
  sell({kBread});
  close();
  Task task;
  const auto report = restore_shop({folder(), "safe", "latest", {}, "Anna", std::nullopt, true}, task);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->sales, 1U);
  EXPECT_FALSE(report->saved_as.empty()) << report->not_saved;
  open();
  EXPECT_EQ(number("SELECT count(*) FROM sale"), 1);
}

TEST_F(BackupTargets, a_run_that_crashed_is_not_waited_for_and_one_that_lives_is) {
  const auto stick = plug("blue", "8:17");
  add("blue", stick);
  EXPECT_DONE(back_up("blue"));
  auto& state = shop_->state();
  const auto store = value_of(open_backup_target(*shop_, "blue"));
  Task task;
  std::string claim;
  Bytes bytes;
  {
    const auto lock = value_of(BackupLock::take(state, *store, task));
    EXPECT_REFUSED(back_up("blue"), retry, "is running");
    claim = value_of(store->list(backup::lock_prefix(state.device()))).at(0).name;
    bytes = **store->get(claim, 1000);
  }
  EXPECT_DONE(store->put(claim, bytes));  // as a crash leaves it
  EXPECT_DONE(back_up("blue"));
  EXPECT_TRUE(value_of(store->list(backup::lock_prefix(state.device()))).empty());
}

}  // namespace
}  // namespace till::app

// Restore drills that begin by themselves: when they come, what they leave, and who hears of one that failed or could
// not take place.
#include "app/backup_drills.hpp"

#include "../backup/planted_faults.hpp"
#include "app/backup_view.hpp"
#include "app/catalogue.hpp"
#include "app/drill_records.hpp"
#include "app/setting_keys.hpp"
#include "disk_fixture.hpp"
#include "journal_told.hpp"

namespace till::app {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr minutes kBusy{0};

class Drills : public DiskTest {
 protected:
  void SetUp() override {
    DiskTest::SetUp();
    EXPECT_DONE(run("loc"));
  }
  void TearDown() override {
    if (env_ != nullptr) shop_->state().env = env_;
    DiskTest::TearDown();
  }
  // Beside the data; 0: what there is.
  void leave_room(std::uint64_t bytes) {
    if (!tight_) tight_ = std::make_unique<StickEnv>(*shop_->state().env, folder());
    if (env_ == nullptr) env_ = std::exchange(shop_->state().env, tight_.get());
    tight_->say_free(bytes);
  }
  // The days of the place begin to count.
  void begin_to_count() {
    EXPECT_FALSE(drills_.next(*shop_, kBusy)) << "not while the till opens";
    clock_.advance(minutes(11));
    EXPECT_FALSE(drills_.next(*shop_, DrillClock::kIdle)) << "nothing is due yet";
  }
  void close_the_shift() { EXPECT_DONE(close_shift(*shop_, owner(), {10000})); }
  std::optional<std::string> due(std::chrono::microseconds idle = kBusy) { return drills_.next(*shop_, idle); }
  Result<std::string> drill() {
    Task task;
    return run_drill(*shop_, schedule_actor(), "loc", task);
  }
  DrillRecord record() { return value_of(drill_records(*shop_)).at(0); }
  std::string left_over() { return folder() + "/restore-drill.part"; }
  void set_days(const std::string& days) { EXPECT_DONE(change_setting(*shop_, owner(), "backup.drill_days", days)); }
  void reopen_all() {
    reopen();
    use_volumes();
    drills_ = {};
  }

  DrillClock drills_;
  std::unique_ptr<StickEnv> tight_;
  storage::Env* env_ = nullptr;  // the shop's own, once it is tight
};

TEST_F(Drills, never_began_by_themselves) {
  begin_to_count();
  close_the_shift();
  clock_.advance(hours(24 * 7 - 1));
  EXPECT_FALSE(due());
  clock_.advance(hours(1));
  ASSERT_EQ(due(), "loc");
  EXPECT_EQ(value_of(drill()), "");
  const auto newest = listed("loc").at(0);
  EXPECT_EQ(newest.last_proof, "drill");
  EXPECT_EQ(newest.last_proved_at, clock_.now());
  EXPECT_EQ(told(*shop_, "backup.drill"), Told{"schedule: " + newest.generation});
  EXPECT_DONE(run("loc"));
  EXPECT_NE(doctor().sentence.find("last restored on trial at " + to_rfc3339(newest.last_proved_at)), std::string::npos)
      << doctor().sentence;
  EXPECT_FALSE(std::filesystem::exists(left_over()));
  for (int day = 0; day < 6; ++day) {
    clock_.advance(hours(24));
    EXPECT_FALSE(due()) << day;
  }
  clock_.advance(hours(24));
  EXPECT_EQ(due(), "loc");
  EXPECT_FALSE(due()) << "not again at once, whatever came of it";
}

TEST_F(Drills, wait_for_a_quiet_moment_while_a_shift_is_open) {
  begin_to_count();
  clock_.advance(hours(24 * 8));
  EXPECT_FALSE(due(kBusy));
  EXPECT_FALSE(due(minutes(29)));
  EXPECT_EQ(due(minutes(30)), "loc") << "nobody is at the till";
}

TEST_F(Drills, begin_at_the_end_of_a_shift) {
  begin_to_count();
  clock_.advance(hours(24 * 8));
  EXPECT_FALSE(due(kBusy));
  close_the_shift();
  EXPECT_EQ(due(kBusy), "loc");
}

TEST_F(Drills, would_never_come_to_a_shop_that_never_closes_its_shift) {
  begin_to_count();
  clock_.advance(hours(24 * 14 - 1));
  EXPECT_FALSE(due(kBusy));
  clock_.advance(hours(1));
  EXPECT_EQ(due(kBusy), "loc");
}

TEST_F(Drills, are_made_up_for_once_after_the_machine_was_off) {
  begin_to_count();
  close_the_shift();
  clock_.advance(hours(24 * 30));
  reopen_all();
  EXPECT_FALSE(due()) << "not while the shop opens";
  clock_.advance(minutes(11));
  ASSERT_EQ(due(), "loc");
  EXPECT_EQ(value_of(drill()), "");
  reopen_all();
  for (int i = 0; i < 5; ++i) {
    clock_.advance(minutes(90));
    EXPECT_FALSE(due());
  }
}

TEST_F(Drills, after_a_jump_of_the_clock_are_one_and_not_many) {
  begin_to_count();
  close_the_shift();
  const auto right = clock_.now();
  int drills = 0;
  const auto a_day_by = [&](std::int64_t years) {
    for (int hour = 0; hour < 24; ++hour) {
      clock_.advance(hours(1));
      const auto elapsed = clock_.monotonic().count();
      clock_.set_utc({right.us + elapsed + years * 365 * 24 * 3'600'000'000});
      if (!due()) continue;
      ++drills;
      EXPECT_EQ(value_of(drill()), "");
    }
  };
  for (const auto years : {10, 0, 10, 0, 10, 0}) a_day_by(years);
  EXPECT_LE(drills, 3) << "one for each time that it said that weeks had passed";
  EXPECT_GE(drills, 1);
  const int before = drills;
  for (int day = 0; day < 8; ++day) a_day_by(0);
  EXPECT_EQ(drills, before + 1) << "the clock that is right again is believed";
}

TEST_F(Drills, that_find_no_room_say_so_once_and_write_nothing) {
  leave_room(400'000'000);
  const auto said = value_of(drill());
  EXPECT_NE(said.find("the restore drill of 'loc' needs "), std::string::npos) << said;
  EXPECT_NE(said.find("there are 400 MB; make room there"), std::string::npos) << said;
  leave_room(300'000'000);
  EXPECT_EQ(value_of(drill()), "");
  EXPECT_EQ(told(*shop_, "backup.drill.failed"), Told{"schedule: loc"});
  EXPECT_EQ(look_at_newest(*shop_).drill, record().problem);
  EXPECT_NE(record().problem.find("there are 300 MB"), std::string::npos) << record().problem;
  EXPECT_EQ(look_at_newest(*shop_).damage, "") << "the backup itself is sound";
  EXPECT_FALSE(doctor().good);
  EXPECT_NE(doctor().sentence.find("make room there"), std::string::npos) << doctor().sentence;
  EXPECT_FALSE(std::filesystem::exists(left_over()));
  EXPECT_EQ(listed("loc").at(0).last_proof, "part") << "the turn's; nothing was proved by this";
  set_days("0");
  EXPECT_TRUE(doctor().good) << "nobody wants one";
  set_days("");
  leave_room(0);
  EXPECT_EQ(value_of(drill()), "");
  EXPECT_TRUE(doctor().good) << doctor().sentence;
  EXPECT_EQ(look_at_newest(*shop_).drill, "");
}

TEST_F(Drills, count_no_room_that_a_power_cut_in_the_last_one_took) {
  std::ofstream(left_over()) << "half of an image";
  leave_room(1);
  EXPECT_NE(value_of(drill()), "");
  EXPECT_FALSE(std::filesystem::exists(left_over()));
}

TEST_F(Drills, that_fail_reach_the_strip_the_doctor_and_the_journal) {
  flip(*chunks().begin(), 1000);
  const auto said = value_of(drill());
  EXPECT_NE(said.find("make a full backup now"), std::string::npos) << said;
  EXPECT_EQ(look_at_newest(*shop_).damage, said);
  EXPECT_FALSE(doctor().good);
  EXPECT_EQ(told(*shop_, "backup.damaged"), Told{"schedule: loc"});
  EXPECT_FALSE(listed("loc").at(0).verified);
  EXPECT_EQ(listed("loc").size(), 1U) << "backed up to by hand alone, so nothing is made by itself";
  EXPECT_EQ(record().passed_at.us, 0);
  EXPECT_EQ(record().since, clock_.now()) << "it took place";
}

TEST_F(Drills, that_fail_where_there_is_a_schedule_have_a_full_backup_made_in_its_stead) {
  set("loc", "every", "monthly");
  flip(*chunks().begin(), 1000);
  EXPECT_EQ(value_of(drill()), "a backup in 'loc' was damaged; a full backup was made in its stead");
  EXPECT_EQ(health().damage, "");
  EXPECT_EQ(value_of(drill()), "") << "which is restored on trial";
}

TEST_F(Drills, that_are_stopped_leave_nothing_and_come_again) {
  begin_to_count();
  close_the_shift();
  clock_.advance(hours(24 * 7));
  for (const std::string step : {"Reading the backup", "Checking the restored data"}) {
    ASSERT_EQ(due(), "loc");
    Task task;
    bool seen = false;
    task.on_change = [&] {
      if (task.step() != step) return;
      seen = true;
      task.cancel();
    };
    const auto before = record();
    EXPECT_FALSE(run_drill(*shop_, schedule_actor(), "loc", task));
    EXPECT_TRUE(seen) << step;
    EXPECT_FALSE(std::filesystem::exists(left_over()));
    EXPECT_EQ(record(), before);
    EXPECT_NE(listed("loc").at(0).last_proof, "drill");
    clock_.advance(hours(1));
  }
  EXPECT_EQ(journalled("backup.drill") + journalled("backup.drill.failed") + journalled("backup.damaged"), 0);
  EXPECT_EQ(due(), "loc");
}

TEST_F(Drills, that_somebody_asked_for_count) {
  begin_to_count();
  close_the_shift();
  clock_.advance(hours(24 * 6));
  Task task;
  EXPECT_DONE(drill_generation(*shop_, "loc", "latest", {}, task));
  clock_.advance(hours(24 * 2));
  EXPECT_FALSE(due());
  clock_.advance(hours(24 * 5));
  EXPECT_EQ(due(), "loc");
}

TEST_F(Drills, come_as_often_as_the_shop_has_set_and_never_where_it_wants_none) {
  begin_to_count();
  close_the_shift();
  set_days("2");
  clock_.advance(hours(48));
  set_days("0");
  EXPECT_FALSE(due());
  set_days("2");
  EXPECT_EQ(due(), "loc");
  EXPECT_REFUSED(change_setting(*shop_, owner(), "backup.drill_days", "often"), invalid, "from 1 to 365, or 0");
  EXPECT_TRUE(
      std::ranges::any_of(setting_keys(), [](const SettingKey& key) { return key.name == "backup.drill_days"; }));
  EXPECT_EQ(drill_due({0}, {hours(24 * 365).count() * 1'000'000 * 3600}, 0), DrillDue::no);
}

TEST_F(Drills, wait_without_a_word_for_a_place_that_is_not_there) {
  begin_to_count();
  close_the_shift();
  clock_.advance(hours(24 * 20));
  std::filesystem::rename(place(), place() + "-away");
  EXPECT_FALSE(due());
  std::filesystem::rename(place() + "-away", place());
  clock_.advance(minutes(11));
  EXPECT_EQ(due(), "loc");
}

TEST_F(Drills, go_to_each_place_in_turn_the_longest_waiting_first) {
  std::filesystem::create_directories(temp_.file("mnt/second"));
  plug("second", "8:49");
  add("other", temp_.file("mnt/second/backups"), TargetKind::folder);
  EXPECT_DONE(run("other"));
  begin_to_count();
  close_the_shift();
  clock_.advance(hours(24 * 3));
  Task task;
  EXPECT_DONE(drill_generation(*shop_, "loc", "latest", {}, task));
  clock_.advance(hours(24 * 30));
  EXPECT_EQ(due(), "other");
  EXPECT_EQ(due(), "loc");
  EXPECT_FALSE(due());
  EXPECT_DONE(remove_backup_target(*shop_, owner(), "other"));
  EXPECT_EQ(value_of(drill_records(*shop_)).size(), 1U);
}

TEST_F(Drills, fault_what_came_of_one_is_not_written_down) {
  backup::expect_noticed(backup::Sabotage::drill_unrecorded, [&]() -> std::string {
    make(true);
    if (value_of(drill()) != "") return "the drill of a sound backup failed";
    if (listed("loc").at(0).last_proof != "drill") return "nobody can tell that it took place";
    return health().drilled_at == clock_.now() ? "" : "the days to the next one are not counted from it";
  });
}

}  // namespace
}  // namespace till::app

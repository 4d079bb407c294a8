// What lies in a place for long is read again in turns, and what is found damaged reaches people: the doctor, the
// journal, the panel, the strip.
#include <filesystem>
#include <set>

#include "../backup/planted_faults.hpp"
#include "app/backup_view.hpp"
#include "app/catalogue.hpp"
#include "disk_fixture.hpp"

namespace till::app {
namespace {

namespace fs = std::filesystem;
using backup::Sabotage;

class DamagedBackups : public DiskTest {
 protected:
  std::string base_;
};

TEST_F(DamagedBackups, eight_runs_read_the_same_part_and_never_found_a_damaged_base) {
  for (int i = 0; i < 5; ++i) {
    sell({kPens});
    EXPECT_EQ(value_of(run("loc")).proof_problem, "");
    if (i == 0) base_ = *chunks().begin();
  }
  flip(base_, 1000);
  std::vector<std::string> problems;
  for (int i = 0; i < 8; ++i) {
    sell({kPens});
    const auto outcome = value_of(run("loc"));
    if (!outcome.proof_problem.empty()) problems.push_back(outcome.proof_problem);
  }
  ASSERT_GE(problems.size(), 1U);
  EXPECT_NE(problems[0].find("damaged"), std::string::npos) << problems[0];
  EXPECT_GE(journalled("backup.damaged"), 1);
  EXPECT_DONE(verify("latest"));
  EXPECT_EQ(health().damage, "");
  for (const auto& row : listed("loc")) {
    if (row.verified) EXPECT_DONE(verify(row.generation));
  }
}

TEST_F(DamagedBackups, the_turn_is_daily_also_where_backups_are_monthly) {
  set("loc", "every", "monthly");
  EXPECT_DONE(run("loc"));
  TurnClock turns;
  EXPECT_FALSE(turns.next(*shop_)) << "not while the till opens";
  clock_.advance(std::chrono::minutes(11));
  EXPECT_FALSE(turns.next(*shop_)) << "there was one today";
  std::set<std::uint32_t> parts;
  for (int day = 0; day < 7; ++day) {
    clock_.advance(std::chrono::hours(24));
    const auto due = turns.next(*shop_);
    ASSERT_TRUE(due) << "day " << day;
    Task task;
    parts.insert(value_of(take_turn(*shop_, schedule_actor(), *due, task)).part);
    clock_.advance(std::chrono::minutes(11));
    EXPECT_FALSE(turns.next(*shop_));
  }
  EXPECT_EQ(parts.size(), 7U);
}

TEST_F(DamagedBackups, fault_a_turn_that_opens_the_same_part_every_day) {
  EXPECT_DONE(run("loc"));
  backup::expect_noticed(Sabotage::turn_stands_still, [&]() -> std::string {
    std::set<std::uint32_t> parts;
    for (int day = 0; day < 7; ++day) {
      Task task;
      parts.insert(value_of(take_turn(*shop_, schedule_actor(), "loc", task)).part);
    }
    return parts.size() == kPartsOfAProof ? "" : "what lies in the other parts is never read again";
  });
}

TEST_F(DamagedBackups, the_turn_goes_on_where_it_was_after_a_restart) {
  EXPECT_DONE(run("loc"));
  EXPECT_DONE(run("loc"));
  const auto before = value_of(place_records(*shop_));
  ASSERT_EQ(before.size(), 1U);
  EXPECT_EQ(before[0].next_part, 2U);
  reopen();
  use_volumes();
  EXPECT_EQ(value_of(place_records(*shop_)), before);
}

TEST_F(DamagedBackups, a_place_that_is_not_there_is_not_due_and_says_nothing) {
  EXPECT_DONE(run("loc"));
  TurnClock turns;
  EXPECT_FALSE(turns.next(*shop_));
  clock_.advance(std::chrono::hours(24));
  fs::rename(place(), place() + "-away");
  EXPECT_FALSE(turns.next(*shop_));
  fs::rename(place() + "-away", place());
  EXPECT_FALSE(turns.next(*shop_)) << "not again for ten minutes";
  clock_.advance(std::chrono::minutes(11));
  EXPECT_TRUE(turns.next(*shop_));
}

TEST_F(DamagedBackups, the_doctor_and_the_strip_said_ok_right_after_a_failed_verify) {
  const auto good = make(true);
  const auto first = clock_.now();
  const auto of_the_first = chunks();
  clock_.advance(std::chrono::hours(1));
  make(true);
  make();
  EXPECT_TRUE(doctor().good) << doctor().sentence;
  for (const auto& path : chunks()) {
    if (!of_the_first.contains(path)) flip(path, 300);
  }
  EXPECT_FALSE(verify("latest"));
  const auto said = doctor();
  EXPECT_FALSE(said.good);
  EXPECT_NE(said.sentence.find("the newest backup in 'loc' cannot be restored"), std::string::npos) << said.sentence;
  EXPECT_NE(said.sentence.find("make a full backup now"), std::string::npos);
  EXPECT_EQ(look_at_newest(*shop_).damage, health().damage);
  EXPECT_EQ(health().newest, first) << "only what can be restored counts";
  for (const auto& row : listed("loc")) EXPECT_EQ(row.verified, row.generation == good) << row.generation;
  make(true);
  EXPECT_TRUE(doctor().good) << doctor().sentence;
  EXPECT_EQ(health().damage, "");
}

TEST_F(DamagedBackups, the_limit_of_the_warning_was_read_from_where_nothing_writes_it) {
  make(true);
  clock_.advance(std::chrono::hours(5));
  EXPECT_TRUE(doctor().good) << doctor().sentence;
  EXPECT_DONE(change_setting(*shop_, owner(), "backup.warn_hours", "4"));
  EXPECT_NE(doctor().sentence.find("older than 4 hours"), std::string::npos) << doctor().sentence;
  EXPECT_FALSE(doctor().good);
  EXPECT_EQ(look_at_newest(*shop_).warn_us, 4 * 3'600'000'000);
  EXPECT_DONE(change_setting(*shop_, owner(), "backup.warn_hours", "6"));
  EXPECT_TRUE(doctor().good) << doctor().sentence;
  EXPECT_DONE(change_setting(*shop_, owner(), "backup.warn_hours", ""));
  EXPECT_EQ(look_at_newest(*shop_).warn_us, 48 * 3'600'000'000);
}

TEST_F(DamagedBackups, a_daily_turn_that_finds_damage_is_in_the_journal_and_a_full_backup_takes_its_place) {
  set("loc", "every", "monthly");
  EXPECT_DONE(run("loc"));
  flip(*chunks().begin(), 1000);
  std::string problem;
  for (int day = 0; day < 7 && problem.empty(); ++day) {
    Task task;
    problem = value_of(run_turn(*shop_, schedule_actor(), "loc", task));
  }
  EXPECT_NE(problem.find("a full backup was made in its stead"), std::string::npos) << problem;
  EXPECT_EQ(journalled("backup.damaged"), 1);
  EXPECT_EQ(listed("loc").size(), 2U);
  EXPECT_EQ(health().damage, "");
}

TEST_F(DamagedBackups, a_place_that_is_backed_up_to_by_hand_alone_is_warned_of_and_left_alone) {
  make(true);
  flip(*chunks().begin(), 1000);
  std::string problem;
  for (int day = 0; day < 7 && problem.empty(); ++day) {
    Task task;
    problem = value_of(run_turn(*shop_, schedule_actor(), "loc", task));
  }
  EXPECT_NE(problem.find("make a full backup now"), std::string::npos) << problem;
  EXPECT_EQ(listed("loc").size(), 1U);
  EXPECT_EQ(health().damage, problem);
  EXPECT_DONE(remove_backup_target(*shop_, owner(), "loc"));
  EXPECT_EQ(health().damage, "") << "it is no place any more";
}

}  // namespace
}  // namespace till::app

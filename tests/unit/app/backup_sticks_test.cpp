// What sticks do: each trouble is a state with a sentence and an action, repeats itself seldom, and never keeps the
// shop from selling.
#include "app/backup_view.hpp"
#include "app/stick_probe.hpp"
#include "backup/room.hpp"
#include "core/random.hpp"
#include "stick_fixture.hpp"

namespace till::app {
namespace {

class BadSticks : public SticksTest {
 protected:
  using seconds = std::chrono::seconds;

  void SetUp() override {
    SticksTest::SetUp();
    path_ = plug("blue", "8:17");
    add("blue", path_);
    set("blue", "every", "hourly");
    good_env_ = shop_->state().env;
    stick_ = std::make_unique<StickEnv>(*good_env_, path_);
    shop_->state().env = stick_.get();
    sell({kPens});
    EXPECT_DONE(run("blue"));
  }
  void TearDown() override {
    if (shop_) shop_->state().env = good_env_;
    ShopTest::TearDown();
  }
  // How often the schedule begins a run in so many hours, when each fails the same.
  int runs_in(std::chrono::hours hours) {
    BackupClock schedule;
    int runs = 0;
    for (seconds passed{0}; passed < hours; passed += seconds(20)) {
      clock_.advance(seconds(20));
      if (const auto next = schedule.next_run(*shop_)) {
        ++runs;
        Task task;
        (void)run_target(*shop_, schedule_actor(), next->name, task);
      }
    }
    return runs;
  }
  // Of one trouble: its state, its sentence for a person, no storm, selling goes on, and all is well afterwards.
  void expect_trouble(TargetState wanted, const std::function<void()>& mend) {
    const auto sold = number("SELECT count(*) FROM sale");
    sell({kPens});
    EXPECT_EQ(number("SELECT count(*) FROM sale"), sold + 1);
    const auto failed = run("blue");
    ASSERT_FALSE(failed);
    EXPECT_FALSE(failed.error().message.empty());
    const auto row = look_at_backups(*shop_, "blue").targets.at(0);
    EXPECT_EQ(row.state, sentence_of(wanted).word) << failed.error().message << " / " << failed.error().cause;
    EXPECT_FALSE(row.good);
    EXPECT_FALSE(row.sentence.empty());
    EXPECT_FALSE(row.action.empty());
    EXPECT_FALSE(row.problem.empty());
    sell({kPens});
    EXPECT_LE(runs_in(std::chrono::hours(6)), 12) << "a storm";
    mend();
    EXPECT_DONE(run("blue"));
    EXPECT_EQ(state_of("blue"), TargetState::ready);
    for (const auto& generation : listed("blue")) {
      if (!generation.problem.empty()) continue;
      Task task;
      EXPECT_DONE(verify_generation(*shop_, "blue", generation.generation, {}, task));
    }
  }
  std::string path_;
  storage::Env* good_env_ = nullptr;
  std::unique_ptr<StickEnv> stick_;
};

TEST_F(BadSticks, pulled_out_while_it_is_written_to) {
  for (const std::uint64_t at : {3U, 20U, 45U}) {
    sell({kPens});
    stick_->fail_from(at, ENODEV, true);
    const auto failed = run("blue");
    if (failed) {
      EXPECT_EQ(at, 45U) << "the run was shorter";
      stick_->heal();
      continue;
    }
    unplug("blue");
    // At the third it is looked for; nothing was begun that could be interrupted.
    EXPECT_EQ(state_of("blue"), at == 3U ? TargetState::absent : TargetState::pulled_out) << failed.error().message;
    sell({kPens});
    EXPECT_LE(runs_in(std::chrono::hours(3)), 8);
    stick_->heal();
    plug("blue", "8:17");
    EXPECT_DONE(run("blue"));
    EXPECT_EQ(state_of("blue"), TargetState::ready);
  }
  EXPECT_GE(journalled("backup.failed"), 1);
}

TEST_F(BadSticks, a_stick_that_comes_back_is_used_at_once) {
  unplug("blue");
  BackupClock schedule;
  clock_.advance(std::chrono::hours(2));
  const auto first = schedule.next_run(*shop_);
  ASSERT_TRUE(first);
  EXPECT_FALSE(run(first->name));
  clock_.advance(seconds(5));
  EXPECT_FALSE(schedule.next_run(*shop_)) << "not again for an hour";
  plug("blue", "8:17");
  clock_.advance(seconds(5));
  const auto again = schedule.next_run(*shop_);
  ASSERT_TRUE(again);
  EXPECT_DONE(run(again->name));
}

TEST_F(BadSticks, remounted_read_only_after_an_error) {
  stick_->fail_from(1, EROFS);
  volumes_->all.back().read_only = true;
  expect_trouble(TargetState::read_only, [&] {
    stick_->heal();
    volumes_->all.back().read_only = false;
  });
}

TEST_F(BadSticks, full) {
  stick_->fail_from(1, ENOSPC);
  expect_trouble(TargetState::full, [&] { stick_->heal(); });
}

TEST_F(BadSticks, failing_with_input_and_output_errors) {
  stick_->fail_from(1, EIO);
  expect_trouble(TargetState::failing, [&] { stick_->heal(); });
}

TEST_F(BadSticks, giving_back_other_bytes_than_were_written) {
  stick_->flip_bytes();
  expect_trouble(TargetState::bad_bytes, [&] { stick_->heal(); });
}

TEST_F(BadSticks, a_damaged_marker) {
  const auto marker = path_ + "/tillstick-store.id";
  const auto whole = value_of(good_env_->read_file(marker, 1000));
  EXPECT_DONE(good_env_->write_atomic(marker, view("tillstick-store-1 nonsense")));
  const auto failed = run("blue");
  ASSERT_FALSE(failed);
  EXPECT_NE(state_of("blue"), TargetState::ready);
  sell({kPens});
  EXPECT_DONE(good_env_->write_atomic(marker, whole));
  EXPECT_DONE(run("blue"));
}

TEST_F(BadSticks, that_cannot_sync_a_folder_are_good_enough) {
  stick_->no_dir_sync();
  sell({kPens});
  EXPECT_DONE(run("blue"));
  EXPECT_EQ(state_of("blue"), TargetState::ready);
}

TEST_F(BadSticks, smaller_than_they_say_are_found_by_a_probe_that_leaves_nothing) {
  Task task;
  EXPECT_EQ(value_of(probe_stick(*shop_, owner(), path_, 40'000'000, task)), 40'000'000U);
  stick_->hold_only(20'000'000);
  EXPECT_REFUSED(probe_stick(*shop_, owner(), path_, 40'000'000, task), corrupt, "smaller than it says");
  EXPECT_FALSE(std::filesystem::exists(path_ + "/tillstick-probe"));
  EXPECT_EQ(journalled("backup.target.probe"), 2);
}

TEST_F(BadSticks, are_probed_where_the_place_is_now) {
  Task task;
  EXPECT_EQ(value_of(probe_place(*shop_, owner(), "blue", 3'000'000, task)), 3'000'000U);
  stick_->hold_only(1'000'000);
  EXPECT_REFUSED(probe_place(*shop_, owner(), "blue", 3'000'000, task), corrupt, "smaller than it says");
  unplug("blue");
  EXPECT_REFUSED(probe_place(*shop_, owner(), "blue", 3'000'000, task), retry, "not plugged in");
  EXPECT_REFUSED(probe_place(*shop_, owner(), "green", 3'000'000, task), invalid, "no place for backups");
}

TEST_F(BadSticks, a_probe_of_the_tills_own_disk_filled_it_while_the_till_sold) {
  Task task;
  const auto own = temp_.file("safe");
  std::filesystem::create_directories(own);
  EXPECT_REFUSED(probe_stick(*shop_, owner(), own, 0, task), invalid, "the till runs from this disk");
  const auto free = value_of(good_env_->free_space_bytes(own));
  EXPECT_REFUSED(probe_stick(*shop_, owner(), own, free, task), invalid, "the till runs from this disk");
  EXPECT_TRUE(std::filesystem::is_empty(own));
  EXPECT_EQ(value_of(probe_stick(*shop_, owner(), own, 1'000'000, task)), 1'000'000U);
}

TEST_F(BadSticks, are_probed_by_nobody_without_the_right_to_make_backups) {
  Task task;
  const auto refused = probe_stick(*shop_, cashier(), path_, 1'000'000, task);
  EXPECT_REFUSED(refused, denied, "cashier");
  EXPECT_EQ(journalled("backup.target.probe"), 0);
}

TEST_F(BadSticks, smaller_than_they_say_never_make_a_backup_that_counts) {
  const auto before = listed("blue").size();
  stick_->hold_only(1);
  sell({kPens});
  EXPECT_FALSE(run("blue"));
  std::size_t verified = 0;
  for (const auto& generation : listed("blue")) verified += generation.verified ? 1 : 0;
  EXPECT_LE(verified, before);
}

TEST_F(BadSticks, a_full_stick_is_pruned_and_then_takes_the_backup) {
  set("blue", "keep", "1");
  for (int i = 0; i < 4; ++i) {
    Task task;
    clock_.advance(seconds(2));
    EXPECT_DONE(create_backup(*shop_, owner(), "blue", {}, task, {true, false}));
  }
  const auto before = listed("blue").size();
  const auto place = value_of(open_target(*shop_, target("blue")));
  std::uint64_t used = 0;
  for (const auto& object : value_of(place->list(""))) used += object.size;
  constexpr std::uint64_t kQuota = 30'000'000, kLeft = 2000;
  used -= backup::kReserveObjectBytes;
  EXPECT_DONE(place->put("others/1", Bytes(kQuota - kLeft - used)));
  set("blue", "quota-mb", "30");
  for (int i = 0; i < 40; ++i) sell({kPens});
  EXPECT_DONE(run("blue"));
  EXPECT_LT(listed("blue").size(), before);
  EXPECT_EQ(state_of("blue"), TargetState::ready);
}

}  // namespace
}  // namespace till::app

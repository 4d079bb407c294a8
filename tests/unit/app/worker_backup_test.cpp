// Backups from the panel of a running till.
#include <atomic>
#include <filesystem>

#include "app/backup_targets.hpp"
#include "app/backups.hpp"
#include "app/control_socket.hpp"
#include "journal_told.hpp"
#include "stick_fixture.hpp"
#include "worker_fixture.hpp"

namespace till::app {
namespace {

class BackupPanel : public WorkerTest {
 protected:
  void SetUp() override {
    WorkerTest::SetUp();
    sign_in_as("Anna", "2580");
  }
  std::shared_ptr<const Snapshot> finished_backup() {
    act(BackupStart{temp_.file("stick")});
    EXPECT_TRUE(becomes([](const Snapshot& s) { return !s.backup.progress.running && !s.backup.outcome.empty(); }));
    return now();
  }
};

TEST_F(BackupPanel, makes_a_backup_while_the_till_sells) {
  act(Scan{kPens}, PayExact{});
  act(BackupStart{temp_.file("stick")}, Scan{kBread}, PayExact{}, Scan{kPens});
  ASSERT_TRUE(becomes([](const Snapshot& s) { return !s.backup.progress.running && !s.backup.outcome.empty(); }));
  const auto seen = now();
  EXPECT_FALSE(seen->backup.failed) << seen->backup.outcome;
  ASSERT_EQ(seen->backup.rows.size(), 1u);
  EXPECT_EQ(seen->backup.rows[0].state, "verified");
  EXPECT_EQ(lines(*seen), Lines{"1 Highlighter pen"});
}

TEST_F(BackupPanel, restores_over_the_running_shop_and_goes_on_selling) {
  const auto kept = act(Scan{kPens}, PayExact{})->finished->receipt;
  const auto generation = finished_backup()->backup.rows.at(0).generation;
  const auto lost = act(Scan{kBread}, PayExact{})->finished->receipt;
  auto seen = act(Scan{kPens}, BackupRestore{temp_.file("stick"), generation});
  EXPECT_NE(notice(*seen).find("open ticket"), std::string::npos) << notice(*seen);
  seen = act(CancelTicket{}, BackupRestore{temp_.file("stick"), generation}, SearchReceipts{""});
  ASSERT_EQ(seen->receipts.size(), 1u) << notice(*seen);
  EXPECT_EQ(seen->receipts[0].receipt, kept);
  EXPECT_TRUE(seen->shift.open);
  seen = act(Scan{kBread}, PayExact{});
  ASSERT_TRUE(seen->finished) << notice(*seen);
  EXPECT_NE(seen->finished->receipt, lost);
  EXPECT_TRUE(ask_control_server(folder() + "/control.sock", "{}"));
}

TEST_F(BackupPanel, a_backup_to_restore_that_is_not_there_leaves_the_shop_as_it_is) {
  const auto receipt = act(Scan{kPens}, PayExact{})->finished->receipt;
  auto seen = act(BackupRestore{temp_.file("no stick"), "latest"}, SearchReceipts{""});
  EXPECT_NE(notice(*seen).find("no stick"), std::string::npos) << notice(*seen);
  ASSERT_EQ(seen->receipts.size(), 1u);
  EXPECT_EQ(seen->receipts[0].receipt, receipt);
  EXPECT_TRUE(act(Scan{kBread}, PayExact{})->finished);
}

TEST_F(BackupPanel, lists_places_and_backups_without_holding_up_the_till) {
  auto seen = act(BackupRefresh{temp_.file("no stick")}, Scan{kPens}, PayExact{});
  EXPECT_TRUE(seen->finished) << notice(*seen);
  ASSERT_TRUE(becomes([](const Snapshot& s) { return !s.backup.looking; }));
  EXPECT_NE(now()->backup.problem.find("no stick"), std::string::npos) << now()->backup.problem;
  EXPECT_TRUE(now()->backup.known);
  EXPECT_EQ(now()->backup.newest_us, 0) << "there was none ever";
  finished_backup();
  EXPECT_EQ(now()->backup.newest_us, clock_.now().us);
}

// Lists no stick, and holds up every odd look until it is let go.
class GatedVolumes final : public storage::Volumes {
 public:
  Result<std::vector<storage::Volume>> mounted() override {
    std::unique_lock lock(mutex_);
    const auto mine = ++looks_;
    bell_.notify_all();
    bell_.wait(lock, [&] { return mine % 2 == 0 || mine <= let_go_; });
    return std::vector<storage::Volume>{};
  }
  void wait_for_look(int number) {
    std::unique_lock lock(mutex_);
    bell_.wait(lock, [&] { return looks_ >= number; });
  }
  void let_go(int number) {
    std::lock_guard lock(mutex_);
    let_go_ = number;
    bell_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable bell_;
  int looks_ = 0, let_go_ = 0;
};

TEST_F(BackupPanel, a_slow_look_that_began_before_a_backup_does_not_hide_it_again) {
  till_.reset();
  open();
  const auto volumes = std::make_shared<GatedVolumes>();
  shop_->state().volumes = volumes;
  start();
  sign_in_as("Anna", "2580");
  act(BackupRefresh{temp_.file("stick")});
  volumes->wait_for_look(1);
  EXPECT_EQ(finished_backup()->backup.rows.size(), 1u);
  volumes->let_go(1);
  act(BackupRefresh{temp_.file("stick")});
  volumes->wait_for_look(3);  // the first one has been told by now
  EXPECT_EQ(now()->backup.rows.size(), 1u);
  volumes->let_go(100);
}

TEST_F(BackupPanel, a_place_that_is_set_up_is_backed_up_to_when_its_time_comes_and_after_a_shift) {
  act(BackupAddTarget{"here", "folder", temp_.file("safe")});
  ASSERT_TRUE(becomes([](const Snapshot& s) { return !s.backup.progress.running && !s.backup.outcome.empty(); }));
  EXPECT_TRUE(now()->backup.failed) << "the till's own disk";
  EXPECT_TRUE(now()->backup.targets.empty());
  till_.reset();
  open();
  EXPECT_DONE(add_backup_target(*shop_, owner(), {"here", TargetKind::folder, temp_.file("safe"), true}));
  start();
  sign_in_as("Anna", "2580");
  act(BackupSetTarget{"here", "every", "hourly"}, BackupSetTarget{"here", "shift-close", "yes"});
  clock_.advance(std::chrono::hours(2));
  act(BackupRefresh{"here"});
  const auto stored = [](std::size_t count) {
    return [count](const Snapshot& s) { return !s.backup.progress.running && s.backup.rows.size() == count; };
  };
  ASSERT_TRUE(becomes(stored(1))) << now()->backup.outcome;
  EXPECT_EQ(now()->backup.targets.at(0).plan, "hourly");
  EXPECT_TRUE(now()->backup.targets.at(0).good);
  EXPECT_EQ(now()->backup.rows.at(0).state, "verified");
  clock_.advance(std::chrono::seconds(1));
  const auto closed = act(CloseShift{{10000}}, BackupRefresh{"here"});
  EXPECT_FALSE(closed->shift.open) << notice(*closed);
  ASSERT_TRUE(becomes(stored(2))) << now()->backup.outcome << now()->backup.rows.size();
}

TEST_F(BackupPanel, a_restore_drill_begins_by_itself_after_the_shift_and_leaves_what_was_said) {
  till_.reset();
  open();
  EXPECT_DONE(add_backup_target(*shop_, owner(), {"here", TargetKind::folder, temp_.file("safe"), true}));
  Task task;
  const auto generation = value_of(create_backup(*shop_, owner(), "here", {}, task)).manifest.generation;
  start();
  sign_in_as("Anna", "2580");
  const auto look = [&] {
    act(BackupRefresh{"here"});
    EXPECT_TRUE(becomes([](const Snapshot& s) { return !s.backup.looking && !s.backup.progress.running; }));
    return now()->backup;
  };
  EXPECT_FALSE(act(CloseShift{{10000}})->shift.open);
  const auto is_proved = [](const BackupView& backup) {
    return backup.rows.size() == 1 && backup.rows[0].proof == "drill";
  };
  // A look is told before what is due then begins, and the day's turn comes first: a few of them each day. A look that
  // reads the clock while it is set here takes that for a jump and pauses until the next day.
  for (int day = 0; day < 60 && !is_proved(now()->backup); ++day) {
    clock_.advance(std::chrono::hours(24));
    for (int i = 0; i < 4; ++i) look();
  }
  const auto seen = look();
  EXPECT_TRUE(is_proved(seen)) << seen.rows.size();
  EXPECT_EQ(seen.outcome, "") << "nothing was said before";
  EXPECT_FALSE(seen.failed);
  stop_till();
  EXPECT_EQ(told(*shop_, "backup.drill"), Told{"schedule: " + generation});
}

TEST_F(BackupPanel, sets_how_often_a_backup_is_restored_on_trial_and_shows_it) {
  till_.reset();
  open();
  EXPECT_DONE(add_backup_target(*shop_, owner(), {"here", TargetKind::folder, temp_.file("safe"), true}));
  start();
  sign_in_as("Anna", "2580");
  const auto shown = [](const Snapshot& s) {
    return s.backup.targets.size() == 1 ? s.backup.targets[0].settings.back() : SyncSettingRow{};
  };
  act(BackupRefresh{"here"});
  EXPECT_TRUE(becomes([&](const Snapshot& s) { return shown(s).key == "backup.drill_days" && shown(s).value == "7"; }));
  act(ChangeSetting{"backup.drill_days", shown(*now()).larger});
  EXPECT_TRUE(becomes([&](const Snapshot& s) { return shown(s).value == "14"; }));
  act(ChangeSetting{"backup.drill_days", "1"});
  EXPECT_TRUE(becomes([&](const Snapshot& s) { return shown(s).smaller == "0"; }));
  act(ChangeSetting{"backup.drill_days", "0"});
  EXPECT_TRUE(becomes([&](const Snapshot& s) { return shown(s).shown == "never" && shown(s).larger == "1"; }));
}

TEST_F(BackupPanel, a_failed_verification_reached_nobody_once_its_sentence_was_gone) {
  const auto generation = finished_backup()->backup.rows.at(0).generation;
  EXPECT_EQ(now()->backup.damage, "");
  for (const auto& entry : std::filesystem::recursive_directory_iterator(temp_.file("stick"))) {
    if (entry.is_regular_file() && entry.path().parent_path().filename() == "chunk")
      std::filesystem::resize_file(entry.path(), entry.file_size() / 2);
  }
  act(BackupVerify{temp_.file("stick"), generation});
  ASSERT_TRUE(becomes([](const Snapshot& s) { return !s.backup.progress.running && s.backup.failed; }));
  const auto is_told = [](const Snapshot& s) {
    return s.backup.damage.find("make a full backup now") != std::string::npos;
  };
  EXPECT_TRUE(becomes(is_told)) << now()->backup.damage;
  EXPECT_FALSE(now()->backup.rows.at(0).verified);
  EXPECT_EQ(now()->backup.newest_us, 0) << "none that can be restored";
  till_.reset();
  open();
  start();
  EXPECT_TRUE(becomes(is_told)) << "after a restart, too";
  sign_in_as("Anna", "2580");
  act(BackupStart{temp_.file("stick"), true});
  EXPECT_TRUE(becomes([](const Snapshot& s) {
    return !s.backup.progress.running && s.backup.damage.empty() && s.backup.newest_us > 0;
  })) << now()->backup.outcome;
}

TEST_F(BackupPanel, a_restore_shows_how_far_it_is_and_can_be_stopped) {
  const auto generation = finished_backup()->backup.rows.at(0).generation;
  act(Scan{kBread}, PayExact{});
  std::atomic<bool> seen_running = false;
  till_->on_change([&] {
    if (!till_->snapshot()->backup.progress.running || seen_running.exchange(true)) return;
    till_->post(BackupCancel{});
  });
  const auto seen = act(BackupRestore{temp_.file("stick"), generation}, SearchReceipts{""});
  till_->on_change({});
  EXPECT_TRUE(seen_running);
  EXPECT_EQ(seen->receipts.size(), 1u) << "nothing was changed";
  EXPECT_TRUE(seen->backup.failed);
  EXPECT_FALSE(seen->backup.progress.running);
}

TEST_F(BackupPanel, verifies_a_backup_and_restores_it_on_trial) {
  act(Scan{kPens}, PayExact{});
  const auto generation = finished_backup()->backup.rows.at(0).generation;
  const auto verified = [&](bool drill) {
    act(BackupVerify{temp_.file("stick"), generation, drill});
    EXPECT_TRUE(becomes([](const Snapshot& s) { return !s.backup.progress.running; }));
    return now()->backup;
  };
  auto seen = verified(false);
  EXPECT_FALSE(seen.failed);
  EXPECT_NE(seen.outcome.find("Backup " + generation + " is whole"), std::string::npos) << seen.outcome;
  seen = verified(true);
  EXPECT_FALSE(seen.failed);
  EXPECT_NE(seen.outcome.find("was restored on trial"), std::string::npos) << seen.outcome;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(temp_.file("stick")))
    if (entry.is_regular_file() && entry.path().parent_path().filename() == "chunk")
      std::filesystem::resize_file(entry.path(), 60);
  seen = verified(false);
  EXPECT_TRUE(seen.failed) << seen.outcome;
  ASSERT_EQ(seen.rows.size(), 1u);
  EXPECT_EQ(seen.rows[0].state, "damaged");
  EXPECT_NE(seen.rows[0].problem.find("use another backup"), std::string::npos) << seen.rows[0].problem;
  stop_till();
  EXPECT_EQ(journalled("backup"), 1);
  EXPECT_EQ(journalled("backup.verify"), 3);
}

TEST_F(BackupPanel, what_is_restored_over_the_shop_is_in_its_journal) {
  const auto generation = finished_backup()->backup.rows.at(0).generation;
  act(BackupRestore{temp_.file("stick"), generation});
  stop_till();
  EXPECT_EQ(told(*shop_, "restore"), Told{"Anna: " + generation});
}

TEST_F(BackupPanel, places_that_are_added_set_and_removed_are_in_the_journal) {
  till_.reset();
  open();
  const auto volumes = std::make_shared<FakeVolumes>();
  const auto home = std::filesystem::weakly_canonical(temp_.file(".")).string();
  const auto disk = home + "/disk";
  std::filesystem::create_directories(disk);
  volumes->all = {{home, "8:1", "/dev/sda1", "ext4", false}, {disk, "8:33", "/dev/sdb1", "ext4", false}};
  shop_->state().volumes = volumes;
  start();
  sign_in_as("Anna", "2580");
  const auto after = [&](auto command) {
    act(std::move(command));
    EXPECT_TRUE(becomes([](const Snapshot& s) { return !s.backup.progress.running && !s.backup.looking; }));
    EXPECT_FALSE(now()->backup.failed) << now()->backup.outcome;
    return now()->backup.targets;
  };
  EXPECT_EQ(after(BackupAddTarget{"disk", "folder", disk + "/shop"}).size(), 1u);
  after(BackupSetTarget{"disk", "every", "daily"});
  EXPECT_TRUE(after(BackupRemoveTarget{"disk"}).empty());
  stop_till();
  EXPECT_EQ(told(*shop_, "backup.target.add"), Told{"Anna: disk"});
  EXPECT_EQ(told(*shop_, "backup.target.set"), Told{"Anna: disk"});
  EXPECT_EQ(told(*shop_, "backup.target.remove"), Told{"Anna: disk"});
}

// A stick of this name beside the till's own disk.
class CapacityCheck : public BackupPanel {
 protected:
  void SetUp() override {
    BackupPanel::SetUp();
    till_.reset();
    open();
    stick_ = temp_.file("mnt/blue");
    std::filesystem::create_directories(stick_);
    stick_ = std::filesystem::weakly_canonical(stick_).string();
    const auto volumes = std::make_shared<FakeVolumes>();
    volumes->all = {{std::filesystem::weakly_canonical(temp_.file(".")).string(), "8:1", "/dev/sda1", "ext4", false},
                    {stick_, "8:17", "/dev/sdb1", "vfat", false}};
    shop_->state().volumes = volumes;
    EXPECT_DONE(add_backup_target(*shop_, owner(), {"blue", TargetKind::stick, stick_, false}));
    start();
    sign_in_as("Anna", "2580");
  }
  std::shared_ptr<const Snapshot> ended() {
    EXPECT_TRUE(becomes([](const Snapshot& s) { return !s.backup.progress.running && !s.backup.outcome.empty(); }));
    return now();
  }
  std::string stick_;
};

TEST_F(CapacityCheck, says_in_a_sentence_what_came_back_while_the_till_sells) {
  const auto sold = act(BackupProbe{"blue", 20'000'000}, Scan{kPens}, PayExact{});
  EXPECT_TRUE(sold->finished) << notice(*sold);
  const auto seen = ended();
  EXPECT_FALSE(seen->backup.failed);
  EXPECT_EQ(seen->backup.outcome, "A part of 'blue' is there: 20.0 MB were written and came back as they were");
  EXPECT_FALSE(std::filesystem::exists(stick_ + "/tillstick-probe"));
  stop_till();
  EXPECT_EQ(journalled("backup.target.probe"), 1);
}

TEST_F(CapacityCheck, can_be_stopped_and_leaves_nothing) {
  act(BackupProbe{"blue", 0}, BackupCancel{});
  const auto seen = ended();
  EXPECT_TRUE(seen->backup.failed);
  EXPECT_NE(seen->backup.outcome.find("stopped at your request"), std::string::npos) << seen->backup.outcome;
  EXPECT_FALSE(std::filesystem::exists(stick_ + "/tillstick-probe"));
}

TEST_F(CapacityCheck, is_refused_to_a_cashier_alone_and_to_a_second_one_at_a_time) {
  act(BackupProbe{"blue", 0});
  const auto second = act(BackupProbe{"blue", 0});
  EXPECT_NE(notice(*second).find("running already"), std::string::npos) << notice(*second);
  act(BackupCancel{});
  ended();
  sign_in_as("Mia", "1357");
  const auto seen = act(BackupProbe{"blue", 1'000'000});
  ASSERT_TRUE(seen->approval);
  EXPECT_EQ(seen->approval->what, "check a place for backups");
}

TEST_F(BackupPanel, a_cashier_may_not_restore_alone) {
  sign_in_as("Mia", "1357");
  const auto seen = act(BackupRestore{temp_.file("stick"), "latest"});
  ASSERT_TRUE(seen->approval);
  ASSERT_EQ(seen->approval->by.size(), 1u);
  EXPECT_EQ(seen->approval->by[0].name, "Anna");
}

}  // namespace
}  // namespace till::app

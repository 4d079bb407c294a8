// The panel of backups: what each key asks of the till.
#include <gtest/gtest.h>

#include "gallery/scenes.hpp"

namespace till::ui {
namespace {

using test::has;
using test::scene;
using test::snapshot_of;
using test::Stage;

TEST(BackupPanel, LooksAtAPlaceWhenItIsOpenedChosenOrAskedTo) {
  auto stage = scene("47_backup");
  stage->tap("backup.place.cellar-disk");
  stage->tap("backup.refresh");
  const auto posted = stage->till->posted<app::BackupRefresh>();
  ASSERT_EQ(posted.size(), 3U);
  EXPECT_EQ(posted[0].target, "office-stick");
  EXPECT_EQ(posted[1].target, "cellar-disk");
  EXPECT_EQ(posted[2].target, "cellar-disk");
}

TEST(BackupPanel, MakesOneAsItWasChosen) {
  auto stage = scene("81_backup_create");
  stage->tap("backup.start");
  ASSERT_EQ(stage->till->posted<app::BackupStart>().size(), 1U);
  EXPECT_EQ(stage->till->posted<app::BackupStart>()[0].target, "office-stick");
  EXPECT_FALSE(stage->till->posted<app::BackupStart>()[0].full);
  EXPECT_FALSE(stage->till->posted<app::BackupStart>()[0].media);
  stage->tap("backup.now");
  stage->tap("backup.how.full");
  stage->tap("backup.media.yes");
  stage->tap("backup.start");
  ASSERT_EQ(stage->till->posted<app::BackupStart>().size(), 2U);
  EXPECT_TRUE(stage->till->posted<app::BackupStart>()[1].full);
  EXPECT_TRUE(stage->till->posted<app::BackupStart>()[1].media);
}

TEST(BackupPanel, VerifiesTheChosenOneInBothWays) {
  auto stage = scene("82_backup_verify");
  stage->tap("backup.verify.read");
  stage->tap("backup.verify");
  stage->tap("backup.verify.drill");
  const auto posted = stage->till->posted<app::BackupVerify>();
  ASSERT_EQ(posted.size(), 2U);
  for (const auto& one : posted) {
    EXPECT_EQ(one.target, "office-stick");
    EXPECT_EQ(one.generation, "g-0002");
  }
  EXPECT_FALSE(posted[0].drill);
  EXPECT_TRUE(posted[1].drill);
}

TEST(BackupPanel, RestoresOnlyAfterAYes) {
  auto stage = scene("49_backup_restore");
  stage->tap("backup.restore.no");
  EXPECT_TRUE(stage->till->posted<app::BackupRestore>().empty());
  EXPECT_FALSE(has(*stage, "backup.restore.yes"));
  stage->tap("backup.restore");
  stage->tap("backup.restore.yes");
  const auto posted = stage->till->posted<app::BackupRestore>();
  ASSERT_EQ(posted.size(), 1U);
  EXPECT_EQ(posted[0].target, "office-stick");
  EXPECT_EQ(posted[0].generation, "g-0002");
}

TEST(BackupPanel, KeepsABackupAndLetsItGo) {
  auto stage = scene("47_backup");
  stage->tap("backup.pin");
  stage->tap("backup.row.g-0001");
  stage->tap("backup.pin");
  const auto posted = stage->till->posted<app::BackupSetTarget>();
  ASSERT_EQ(posted.size(), 2U);
  EXPECT_EQ(posted[0].name + " " + posted[0].key + " " + posted[0].value, "office-stick pin g-0002");
  EXPECT_EQ(posted[1].name + " " + posted[1].key + " " + posted[1].value, "office-stick unpin g-0001");
}

TEST(BackupPanel, StopsWhatIsUnderWayAndBeginsNothingBesideIt) {
  auto stage = scene("48_backup_running");
  stage->tap("backup.cancel");
  EXPECT_EQ(stage->till->posted<app::BackupCancel>().size(), 1U);
  for (const char* key : {"backup.now", "backup.add"}) {
    static_cast<void>(stage->window->tap(key));
    stage->settle();
  }
  EXPECT_EQ(stage->shell->value("screen"), "backup") << "no dialog opened";
}

TEST(BackupPanel, SetsTheSchedule) {
  auto stage = scene("80_backup_schedule");
  for (const char* key : {"backup.set.every.weekly", "backup.set.at.less", "backup.set.at.more"}) stage->tap(key);
  const auto posted = stage->till->posted<app::BackupSetTarget>();
  ASSERT_EQ(posted.size(), 3U);
  EXPECT_EQ(posted[0].name + " " + posted[0].key + " " + posted[0].value, "office-stick every weekly");
  EXPECT_EQ(posted[1].key + " " + posted[1].value, "at 21:30");
  EXPECT_EQ(posted[2].key + " " + posted[2].value, "at 22:30");
}

TEST(BackupPanel, SetsHowOftenABackupIsRestoredOnTrialInTheWholeShop) {
  auto snapshot = snapshot_of("80_backup_schedule");
  snapshot.backup.outcome.clear();
  auto stage = Stage::create({1024, 768}, "light", {"schedule", std::move(snapshot)});
  stage->open(Sheet::backup);
  stage->tap("backup.tab.plan");
  stage->tap("backup.set.backup.drill_days.more");
  EXPECT_TRUE(stage->till->posted<app::BackupSetTarget>().empty());
  const auto posted = stage->till->posted<app::ChangeSetting>();
  ASSERT_EQ(posted.size(), 1U);
  EXPECT_EQ(posted[0].key + "=" + posted[0].value, "backup.drill_days=14");
}

TEST(BackupPanel, CutTheSentenceOfADamagedBackupOffInTheList) {
  auto stage = scene("90_backup_damaged");
  const auto problem = [&] {
    const auto* shown = stage->window->frame().registry().find("backup.problem");
    return shown == nullptr ? std::string() : shown->label;
  };
  EXPECT_EQ(stage->till->snapshot()->backup.rows[0].state, "damaged");
  EXPECT_EQ(problem(), stage->till->snapshot()->backup.rows[0].problem);
  stage->tap("backup.row.g-0002");
  EXPECT_EQ(problem(), "");
  stage->tap("backup.row.g-0000");
  EXPECT_EQ(problem(), stage->till->snapshot()->backup.rows[3].problem);
}

TEST(BackupPanel, OfferedToRestoreADamagedBackupAsIfItWereWell) {
  auto stage = scene("90_backup_damaged");
  const auto label = [&] { return stage->window->frame().registry().find("backup.restore.yes")->label; };
  stage->tap("backup.row.g-0002");
  stage->tap("backup.restore");
  EXPECT_EQ(label(), "Yes, restore");
  stage->tap("backup.restore.no");
  stage->tap("backup.row.g-0000");
  stage->tap("backup.restore");
  EXPECT_EQ(label(), "Try it all the same");
}

TEST(BackupPanel, RemovesAPlaceOnlyAfterAYes) {
  auto stage = scene("86_backup_remove");
  stage->tap("backup.remove.no");
  EXPECT_TRUE(stage->till->posted<app::BackupRemoveTarget>().empty());
  stage->tap("backup.remove");
  stage->tap("backup.remove.yes");
  ASSERT_EQ(stage->till->posted<app::BackupRemoveTarget>().size(), 1U);
  EXPECT_EQ(stage->till->posted<app::BackupRemoveTarget>()[0].name, "office-stick");
}

TEST(BackupPanel, SetsUpAStickUnderAName) {
  auto stage = scene("83_backup_add");
  static_cast<void>(stage->window->tap("backup.stick.0"));  // is a place already
  static_cast<void>(stage->window->tap("backup.stick.2"));  // write protected
  stage->settle();
  stage->tap("backup.stick.1");
  stage->tap("backup.place.add");
  const auto posted = stage->till->posted<app::BackupAddTarget>();
  ASSERT_EQ(posted.size(), 1U);
  EXPECT_EQ(posted[0].name, "sandisk-64");
  EXPECT_EQ(posted[0].kind, "stick");
  EXPECT_EQ(posted[0].path, "/media/anna/SANDISK 64");
}

TEST(BackupPanel, SetsUpTheHub) {
  auto stage = scene("83_backup_add_hub");
  stage->tap("backup.place.add");
  const auto posted = stage->till->posted<app::BackupAddTarget>();
  ASSERT_EQ(posted.size(), 1U);
  EXPECT_EQ(posted[0].name, "hub");
  EXPECT_EQ(posted[0].kind, "hub");
  EXPECT_EQ(posted[0].path, "");
}

}  // namespace
}  // namespace till::ui

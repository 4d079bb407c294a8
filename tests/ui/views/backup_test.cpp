// The backup panel: checking how much a place holds.
#include <gtest/gtest.h>

#include "gallery/scenes.hpp"

namespace till::ui {
namespace {

using test::snapshot_of;
using test::Stage;

std::unique_ptr<Stage> open_panel(app::Snapshot snapshot) {
  auto stage = Stage::create({1024, 768}, "light", {"backup", std::move(snapshot)});
  stage->open(Sheet::backup);
  return stage;
}

TEST(ThePlacesOfBackups, AreCheckedForTheirCapacityAllOfItOrAPart) {
  auto stage = open_panel(snapshot_of("47_backup"));
  for (const char* how_much : {"backup.probe.all", "backup.probe.part"}) {
    stage->tap("backup.probe");
    stage->tap(how_much);
    EXPECT_EQ(stage->shell->value("screen"), "backup");
  }
  const auto posted = stage->till->posted<app::BackupProbe>();
  ASSERT_EQ(posted.size(), 2U);
  EXPECT_EQ(posted[0].target, "office-stick");
  EXPECT_EQ(posted[0].bytes, 0U);
  EXPECT_EQ(posted[1].bytes, 1'000'000'000U);
}

TEST(ThePlacesOfBackups, HaveNoCapacityToCheckAtTheHubOrWhenTheyAreNotHere) {
  auto stage = open_panel(snapshot_of("47_backup"));
  stage->tap("backup.place.hub");
  EXPECT_EQ(stage->window->frame().registry().find("backup.probe"), nullptr);
  stage->tap("backup.place.cellar-disk");
  EXPECT_NE(stage->window->frame().registry().find("backup.probe"), nullptr);
  stage = open_panel(snapshot_of("84_backup_no_stick"));
  EXPECT_EQ(stage->window->frame().registry().find("backup.probe"), nullptr);
}

TEST(ThePlacesOfBackups, ShowACheckThatRunsAndStopIt) {
  auto stage = open_panel(snapshot_of("87_backup_probe_running"));
  const auto* key = stage->window->frame().registry().find("backup.probe");
  ASSERT_NE(key, nullptr);
  EXPECT_FALSE(key->enabled) << "one at a time";
  stage->tap("backup.cancel");
  EXPECT_EQ(stage->till->posted<app::BackupCancel>().size(), 1U);
  auto done = snapshot_of("47_backup");
  done.backup.outcome = "All the free room of 'office-stick' is there: 58.1 GB were written and came back as they were";
  stage->till->show(std::move(done));
  stage->settle();
  const auto* outcome = stage->window->frame().registry().find("backup.outcome");
  ASSERT_NE(outcome, nullptr);
  EXPECT_NE(outcome->label.find("58.1 GB were written"), std::string::npos) << outcome->label;
}

TEST(ThePlacesOfBackups, CalledABackupFailedWhenACapacityCheckHadOnlyBeenStopped) {
  auto stopped = snapshot_of("47_backup");
  stopped.backup.failed = true;
  stopped.backup.outcome = "stopped at your request; nothing was changed";
  stopped.backup.progress.title = "Capacity check";
  auto stage = open_panel(stopped);
  EXPECT_EQ(stage->window->frame().registry().find("strip.backup"), nullptr);
  stopped.backup.progress.title = "Backup";
  stage->till->show(std::move(stopped));
  stage->settle();
  EXPECT_NE(stage->window->frame().registry().find("strip.backup"), nullptr);
}

}  // namespace
}  // namespace till::ui

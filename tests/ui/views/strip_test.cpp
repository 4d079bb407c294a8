// What the strip says of the backups.
#include "ui/views/strip.hpp"

#include <gtest/gtest.h>

#include "gallery/scenes.hpp"

namespace till::ui {
namespace {

using test::snapshot_of;
using test::Stage;

TEST(TheStrip, saysNothingOfSoundBackupsAndWarnsOfOneThatCannotBeRestored) {
  auto stage = Stage::create({1024, 768}, "light", {"strip", snapshot_of("47_backup")});
  EXPECT_EQ(stage->window->frame().registry().find("strip.backup"), nullptr);
  const auto snapshot = snapshot_of("90_backup_damaged");
  stage->till->show(snapshot);
  stage->settle();
  const auto* chip = stage->window->frame().registry().find("strip.backup");
  ASSERT_NE(chip, nullptr);
  EXPECT_EQ(chip->label, "backup damaged, make a full one");
  stage->tap("strip.backup");
  EXPECT_EQ(stage->shell->value("screen"), "backup");
  const auto* sentence = stage->window->frame().registry().find("backup.damage");
  ASSERT_NE(sentence, nullptr);
  EXPECT_EQ(sentence->label, snapshot.backup.damage);
}

TEST(TheStrip, warnsOfARestoreDrillThatFoundNoRoomAndThePanelSaysWhy) {
  const auto snapshot = snapshot_of("91_backup_no_drill");
  auto stage = Stage::create({1024, 768}, "light", {"strip", snapshot});
  const auto* chip = stage->window->frame().registry().find("strip.backup");
  ASSERT_NE(chip, nullptr);
  EXPECT_EQ(chip->label, "no restore drill");
  stage->tap("strip.backup");
  const auto* sentence = stage->window->frame().registry().find("backup.drill");
  ASSERT_NE(sentence, nullptr);
  EXPECT_EQ(sentence->label, snapshot.backup.drill);
}

TEST(TheStrip, warnsOfABackupThatIsOlderThanTheLimitThatWasSet) {
  auto snapshot = snapshot_of("47_backup");
  snapshot.backup.warn_us = 4 * 3'600'000'000;
  snapshot.backup.newest_us = 1'790'000'000'000'000 - 5 * 3'600'000'000;
  auto stage = Stage::create({1024, 768}, "light", {"strip", snapshot});
  const auto* chip = stage->window->frame().registry().find("strip.backup");
  ASSERT_NE(chip, nullptr);
  EXPECT_EQ(chip->label, "backup 5 h old");
}

}  // namespace
}  // namespace till::ui

// The import and export sheet: what its keys ask of the till.
#include <gtest/gtest.h>

#include "gallery/scenes.hpp"

namespace till::ui {
namespace {

using test::Stage;

app::Snapshot with_a_file() {
  for (auto& spec : test::scenes())
    if (spec.name == "70_import") return spec.snapshot;
  return {};
}

std::unique_ptr<Stage> open_sheet(app::Snapshot snapshot) {
  auto stage = Stage::create({1024, 768}, "light", {"data", std::move(snapshot)});
  stage->open(Sheet::data);
  return stage;
}

TEST(DataSheet, AsksForWhatAColumnIsAndSaysIt) {
  auto stage = open_sheet(with_a_file());
  stage->tap("data.column.2");
  stage->tap("data.key.special_price");
  const auto posted = stage->till->posted<app::ImportColumn>();
  ASSERT_EQ(posted.size(), 1u);
  EXPECT_EQ(posted[0].column, "VK-Preis");
  EXPECT_EQ(posted[0].key, "special_price");
  EXPECT_TRUE(stage->shell->views().data.column.empty());
}

TEST(DataSheet, ChecksBeforeItWritesAndCanBeStopped) {
  auto stage = open_sheet(with_a_file());
  stage->tap("data.check");
  stage->tap("data.import");
  const auto runs = stage->till->posted<app::ImportRun>();
  ASSERT_EQ(runs.size(), 2u);
  EXPECT_TRUE(runs[0].only_check);
  EXPECT_FALSE(runs[1].only_check);
  auto running = with_a_file();
  running.data.progress = {"Import", "Checking", 10, 100, true};
  stage->till->show(std::move(running));
  stage->settle();
  stage->tap("data.cancel");
  EXPECT_EQ(stage->till->posted<app::DataCancel>().size(), 1u);
}

TEST(DataSheet, ExportsWhatWasChosenIntoItsFolder) {
  auto stage = open_sheet(with_a_file());
  stage->tap("data.tab.export");
  stage->tap("data.what.customers");
  stage->tap("data.format.json");
  stage->tap("data.export");
  const auto posted = stage->till->posted<app::ExportRun>();
  ASSERT_EQ(posted.size(), 1u);
  EXPECT_EQ(posted[0].what, "customers");
  EXPECT_EQ(posted[0].path, "/media/stick/customers.json");
}

TEST(DataSheet, OpensByItselfForAFileFromOutsideOnceSomebodyHasSignedIn) {
  auto signed_out = with_a_file();
  signed_out.data.opened_from_outside = 1;
  const auto user = signed_out.user;
  signed_out.user.reset();
  auto stage = Stage::create({1024, 768}, "light", {"data", signed_out});
  EXPECT_TRUE(stage->shell->views().sheets.empty());
  signed_out.user = user;
  stage->till->show(signed_out);
  stage->settle();
  ASSERT_EQ(stage->shell->views().sheets.size(), 1u);
  EXPECT_EQ(stage->shell->views().sheets[0], Sheet::data);
  EXPECT_EQ(stage->shell->views().data.path, "/media/stick/artikel-2026.csv");
}

}  // namespace
}  // namespace till::ui

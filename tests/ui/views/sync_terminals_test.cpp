// The list of the shop's terminals: the way from one that waits to letting it in.
#include <gtest/gtest.h>

#include "gallery/scenes.hpp"

namespace till::ui {
namespace {

using test::Stage;

TEST(TheListOfTerminals, LeadsToLettingInOneThatWaits) {
  app::Snapshot waits;
  for (auto& spec : test::scenes())
    if (spec.name == "45_sync_waiting") waits = spec.snapshot;
  auto stage = Stage::create({1024, 768}, "light", {"sync", std::move(waits)});
  stage->open(Sheet::sync);
  stage->tap("sync.tab.devices");
  stage->tap("devices.let_in.Garden stall");
  EXPECT_EQ(stage->window->frame().registry().find("devices.let_in.Garden stall"), nullptr);
  EXPECT_EQ(stage->shell->views().sync.new_till, "Garden stall");
  stage->tap("approve.code");
  ASSERT_TRUE(stage->window->type("K7QF-93MD-XW4T").has_value());
  stage->tap("osk.hide");
  stage->tap("approve.confirm");
  const auto posted = stage->till->posted<app::ApproveTerminal>();
  ASSERT_EQ(posted.size(), 1U);
  EXPECT_EQ(posted[0].name, "Garden stall");
  EXPECT_EQ(posted[0].code, "K7QF-93MD-XW4T");
}

}  // namespace
}  // namespace till::ui

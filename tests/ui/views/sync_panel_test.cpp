// The panels of sync, conflicts, terminals and incidents: what each key asks of the till.
#include <gtest/gtest.h>

#include "gallery/scenes.hpp"

namespace till::ui {
namespace {

using test::has;
using test::scene;
using test::Stage;
using Use = app::SettleConflict::Use;

TEST(SyncPanel, ExchangesNowPausesAndGoesOn) {
  auto stage = scene("44_sync");
  stage->tap("sync.force");
  EXPECT_EQ(stage->till->posted<app::SyncNow>().size(), 1U);
  stage->tap("sync.pause");
  ASSERT_EQ(stage->till->posted<app::SyncPause>().size(), 1U);
  EXPECT_TRUE(stage->till->posted<app::SyncPause>()[0].paused);
  auto paused = *stage->till->snapshot();
  paused.sync.state = app::SyncState::paused;
  stage->till->show(paused);
  stage->settle();
  stage->tap("sync.pause");
  EXPECT_FALSE(stage->till->posted<app::SyncPause>().back().paused);
}

TEST(SyncWords, StandBesideTheShiftAndThoseThatWereClosed) {
  auto stage = scene("42_report");
  EXPECT_FALSE(has(*stage, "report.sync")) << "a till alone has nothing to say";
  stage = scene("42_report_closed");
  const auto& shown = stage->window->frame().registry();
  ASSERT_NE(shown.find("report.sync"), nullptr);
  EXPECT_EQ(shown.find("report.sync")->label, "sent");
  ASSERT_NE(shown.find("report.closed.217"), nullptr);
  EXPECT_EQ(shown.find("report.closed.217")->label, "waiting");
  ASSERT_NE(shown.find("report.closed.194"), nullptr);
  EXPECT_EQ(shown.find("report.closed.194")->label, "confirmed");
  stage->tap("report.shown.report");
  EXPECT_EQ(stage->window->frame().registry().find("report.closed.217"), nullptr);
}

TEST(SyncPanel, SetsHowThisTillExchanges) {
  auto stage = scene("58_sync_settings");
  for (const char* key : {"sync.set.auto_sync.off", "sync.set.interval.less", "sync.set.interval.more"})
    stage->tap(key);
  const auto posted = stage->till->posted<app::SetSync>();
  ASSERT_EQ(posted.size(), 3U);
  EXPECT_EQ(posted[0].key + "=" + posted[0].value, "auto_sync=off");
  EXPECT_EQ(posted[1].key + "=" + posted[1].value, "interval=10");
  EXPECT_EQ(posted[2].key + "=" + posted[2].value, "interval=30");
}

TEST(SyncPanel, SetsWhatAConflictOfAKindComesTo) {
  auto stage = scene("59_sync_policy");
  const std::vector<std::string> policies = {"latest_wins", "use_local", "use_remote", "merge", "manual"};
  for (const auto& policy : policies) stage->tap(("sync.policy." + policy).c_str());
  const auto posted = stage->till->posted<app::SetSync>();
  ASSERT_EQ(posted.size(), policies.size());
  for (std::size_t i = 0; i < policies.size(); ++i) {
    EXPECT_EQ(posted[i].key, "policy.product.price");
    EXPECT_EQ(posted[i].value, policies[i]);
  }
}

TEST(ConflictPanel, OneTapKeepsTakesOrPutsTogether) {
  for (const auto& [key, use] : std::map<const char*, Use>{
           {"conflict.use-local", Use::side}, {"conflict.use-remote", Use::side}, {"conflict.merge", Use::merge}}) {
    auto stage = scene("53_conflict");
    stage->tap(key);
    const auto posted = stage->till->posted<app::SettleConflict>();
    ASSERT_EQ(posted.size(), 1U) << key;
    EXPECT_EQ(posted[0].id, "K7QF2M") << key;
    EXPECT_EQ(posted[0].use, use) << key;
    const auto& sides = stage->till->snapshot()->sync.conflict_list->rows[0].sides;
    const bool own_first = sides[0].here;
    const bool is_local = std::string_view(key) == "conflict.use-local";
    const std::string taken = use == Use::side ? sides[is_local == own_first ? 0 : 1].key : std::string();
    EXPECT_EQ(posted[0].value, taken) << key;
  }
}

TEST(ConflictPanel, OfThreeValuesTwoCouldNotBeChosen) {
  auto stage = scene("53_conflict_of_three");
  const auto& row = stage->till->snapshot()->sync.conflict_list->rows[0];
  ASSERT_EQ(row.sides.size(), 3U);
  ASSERT_TRUE(row.sides[2].here) << "the own one is neither of the first two";
  for (const char* key : {"conflict.use-remote", "conflict.use-remote-2", "conflict.use-local"}) stage->tap(key);
  const auto posted = stage->till->posted<app::SettleConflict>();
  ASSERT_EQ(posted.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(posted[i].value, row.sides[i].key);
}

TEST(ConflictPanel, ASecondTapMetTheNextConflict) {
  auto stage = scene("53_conflict");
  stage->tap("conflict.use-remote");
  auto now = *stage->till->snapshot();
  auto list = std::make_shared<app::ConflictList>(*now.sync.conflict_list);
  auto settled = list->rows.front();
  settled.id = "9SETTL", settled.state = app::ConflictRow::State::settled, settled.settled_by = "Anna";
  list->rows.erase(list->rows.begin());
  list->rows.push_back(settled);
  now.sync.conflict_list = list;
  stage->till->show(now);
  stage->settle();
  EXPECT_EQ(stage->shell->views().sync.conflict, "9SETTL");
  EXPECT_FALSE(has(*stage, "conflict.use-remote")) << "where the finger is there is nothing to decide";
}

TEST(ConflictPanel, SettlesTheRowThatWasTapped) {
  auto stage = scene("53_conflict");
  stage->tap("conflict.row.X2V8RD");
  EXPECT_TRUE(stage->till->posted<app::SettleConflict>().empty()) << "choosing a row decides nothing";
  EXPECT_FALSE(has(*stage, "conflict.merge")) << "there is nothing to put together";
  stage->tap("conflict.use-remote");
  ASSERT_EQ(stage->till->posted<app::SettleConflict>().size(), 1U);
  EXPECT_EQ(stage->till->posted<app::SettleConflict>()[0].id, "X2V8RD");
}

TEST(ConflictPanel, TakesADecisionBackWhileItCan) {
  auto stage = scene("55_conflict_settled");
  EXPECT_FALSE(has(*stage, "conflict.use-local")) << "it is settled";
  stage->tap("conflict.undo");
  ASSERT_EQ(stage->till->posted<app::UndoSettlement>().size(), 1U);
  EXPECT_EQ(stage->till->posted<app::UndoSettlement>()[0].id, "0A9TZE");
  auto changed = *stage->till->snapshot();
  auto list = std::make_shared<app::ConflictList>(*changed.sync.conflict_list);
  for (auto& row : list->rows) row.can_undo = false;
  changed.sync.conflict_list = list;
  stage->till->show(changed);
  stage->settle();
  static_cast<void>(stage->window->tap("conflict.undo"));
  stage->settle();
  EXPECT_EQ(stage->till->posted<app::UndoSettlement>().size(), 1U) << "it was changed again since";
}

TEST(DevicesPanel, LocksATerminalOutOnlyAfterAYes) {
  auto stage = scene("45_sync_devices");
  const auto bar = stage->till->snapshot()->sync.devices.at(2);
  ASSERT_EQ(bar.name, "Bar");
  stage->tap("devices.revoke.Bar");
  EXPECT_TRUE(stage->till->posted<app::RevokeDevice>().empty());
  stage->tap("devices.revoke.no");
  EXPECT_FALSE(has(*stage, "devices.revoke.yes"));
  EXPECT_TRUE(stage->till->posted<app::RevokeDevice>().empty());
  stage->tap("devices.revoke.Bar");
  stage->tap("devices.revoke.yes");
  ASSERT_EQ(stage->till->posted<app::RevokeDevice>().size(), 1U);
  EXPECT_EQ(stage->till->posted<app::RevokeDevice>()[0].device, bar.id);
  EXPECT_FALSE(has(*stage, "devices.revoke.yes")) << "once";
}

TEST(DevicesPanel, OffersNeitherItselfNorWhoIsLockedOutAlready) {
  auto stage = scene("45_sync_devices");
  EXPECT_TRUE(has(*stage, "devices.revoke.Till 2, garden"));
  EXPECT_FALSE(has(*stage, "devices.revoke.Till 1"));
  EXPECT_FALSE(has(*stage, "devices.revoke.Old kiosk"));
}

TEST(IncidentsPanel, TriesWhatIsSetAsideAgain) {
  auto stage = scene("57_incidents");
  stage->tap("parked.retry");
  EXPECT_EQ(stage->till->posted<app::RetryParked>().size(), 1U);
  auto none = *stage->till->snapshot();
  none.sync.parked.clear();
  none.sync.parked_total = 0;
  stage->till->show(none);
  stage->settle();
  EXPECT_FALSE(has(*stage, "parked.retry")) << "nothing is set aside";
}

TEST(HubPanel, JoinsWithWhatWasTyped) {
  auto stage = scene("46_sync_enrol");
  const auto type = [&](const char* field, const char* text) {
    stage->tap(field);
    ASSERT_TRUE(stage->window->type(text).has_value());
    stage->settle();
  };
  type("enrol.code", "K7QF-93MD");
  type("enrol.ca", "/media/stick/hub.pem");
  ASSERT_TRUE(stage->window->press("escape").has_value());  // the keyboard goes, the words stay
  stage->settle();
  stage->tap("enrol.confirm");
  const auto posted = stage->till->posted<app::Enrol>();
  ASSERT_EQ(posted.size(), 1U);
  EXPECT_EQ(posted[0].hub_url, stage->till->snapshot()->sync.hub) << "as the shop knows it";
  EXPECT_EQ(posted[0].code, "K7QF-93MD");
  EXPECT_EQ(posted[0].ca_file, "/media/stick/hub.pem");
}

TEST(HubPanel, AMemberHadNoWayToAnotherHubOrAddress) {
  auto stage = scene("46_sync_other_hub");
  EXPECT_EQ(stage->shell->views().sync.hub_url, stage->till->snapshot()->sync.hub) << "most of it stays";
  stage->tap("enrol.cancel");
  stage->tap("enrol.other");
  stage->tap("enrol.confirm");
  const auto posted = stage->till->posted<app::Enrol>();
  ASSERT_EQ(posted.size(), 1U);
  EXPECT_EQ(posted[0].hub_url, stage->till->snapshot()->sync.hub);
  EXPECT_EQ(posted[0].code, "") << "the same hub needs none";
  EXPECT_FALSE(stage->shell->views().sync.other_hub);
}

TEST(HubPanel, LetsANewTillIn) {
  auto stage = scene("46_sync_let_in");
  ASSERT_TRUE(stage->window->type("K7QF-93MD-XW4T").has_value());
  stage->settle();
  ASSERT_TRUE(stage->window->press("escape").has_value());
  stage->settle();
  stage->tap("approve.confirm");
  const auto posted = stage->till->posted<app::ApproveTerminal>();
  ASSERT_EQ(posted.size(), 1U);
  EXPECT_EQ(posted[0].code, "K7QF-93MD-XW4T");
  EXPECT_EQ(posted[0].name, "") << "only one waits";
  EXPECT_EQ(stage->shell->views().sync.new_till_code, "") << "a code is used once";
}

}  // namespace
}  // namespace till::ui

// Signing in, approving, writing with the on-screen keyboard, and walking with Tab.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "gallery/scenes.hpp"

namespace till::ui {
namespace {

using test::Stage;

std::unique_ptr<Stage> stage_of(app::Snapshot snapshot) {
  return Stage::create({1024, 768}, "light", {"test", std::move(snapshot), {}});
}

TEST(SigningIn, TakesACardAndAPin) {
  auto stage = stage_of(test::signed_out_shop());
  stage->tap("user.Sofia Lindqvist");
  for (const char* key : {"pin.1", "pin.4", "pin.7", "pin.0", "pin.enter"}) stage->tap(key);
  const auto tried = stage->till->posted<app::SignIn>();
  ASSERT_EQ(tried.size(), 1U);
  EXPECT_EQ(tried[0].user, "Sofia Lindqvist");
  EXPECT_EQ(tried[0].pin, "1470");
  EXPECT_TRUE(stage->shell->views().sign_in.pin.empty()) << "a PIN must not stay on the screen";
}

TEST(SigningIn, WorksFromTheKeyboardAlone) {
  auto stage = stage_of(test::signed_out_shop());
  ASSERT_TRUE(stage->window->press("f2").has_value());
  ASSERT_TRUE(stage->window->type("2580").has_value());
  ASSERT_TRUE(stage->window->press("enter").has_value());
  const auto tried = stage->till->posted<app::SignIn>();
  ASSERT_EQ(tried.size(), 1U);
  EXPECT_EQ(tried[0].user, "Mehmet Yilmaz");
  EXPECT_EQ(tried[0].pin, "2580");
}

TEST(SigningIn, ShowsNoDigitOfThePin) {
  auto stage = stage_of(test::signed_out_shop());
  ASSERT_TRUE(stage->window->type("2580").has_value());
  for (const auto& [name, info] : stage->window->frame().registry().all())
    EXPECT_EQ(info.label.find("2580"), std::string::npos) << name;
}

TEST(Signing, OutClosesWhatWasOpen) {
  auto stage = stage_of(test::busy_shop());
  stage->tap("bar.menu");
  stage->till->show(test::signed_out_shop());
  stage->settle();
  stage->till->show(test::busy_shop());
  stage->settle();
  EXPECT_EQ(stage->shell->value("screen"), "sales");
}

TEST(AnApproval, NamesWhoApprovesAndTheirPin) {
  auto snapshot = test::busy_shop();
  snapshot.approval = app::Approval{
      "Refund of 20.00", "More than a cashier may pay back.", "Anna Berger", {snapshot.users[2], snapshot.users[3]}};
  auto stage = stage_of(snapshot);
  stage->tap("approval.user.Jonas Weber");
  ASSERT_TRUE(stage->window->type("9999").has_value());
  ASSERT_TRUE(stage->window->press("enter").has_value());
  const auto approved = stage->till->posted<app::Approve>();
  ASSERT_EQ(approved.size(), 1U);
  EXPECT_EQ(approved[0].user, "Jonas Weber");
  EXPECT_EQ(approved[0].pin, "9999");
  EXPECT_TRUE(stage->till->posted<app::Pad>().empty());
}

TEST(TheOnScreenKeyboard, WritesWithAccentsAndCapitalsIntoItsField) {
  auto stage = stage_of(test::busy_shop());
  stage->tap("bar.park");
  stage->tap("park.name");
  for (const char* key :
       {"osk.shift", "osk.M", "osk.\xC3\xBC", "osk.l", "osk.space", "osk.x", "osk.backspace", "osk.2"})
    stage->tap(key);
  EXPECT_EQ(stage->shell->views().park.name, "M\xC3\xBCl 2");
  stage->tap("osk.enter");
  ASSERT_EQ(stage->till->posted<app::Park>().size(), 1U);
  EXPECT_EQ(stage->till->posted<app::Park>()[0].name, "M\xC3\xBCl 2");
}

TEST(TheOnScreenKeyboard, GoesAwayByItsKeyAndByEscapeBeforeTheDialogDoes) {
  auto stage = stage_of(test::busy_shop());
  stage->tap("bar.park");
  stage->tap("park.name");
  stage->tap("osk.hide");
  EXPECT_EQ(stage->window->frame().registry().find("osk.q"), nullptr);
  stage->tap("park.name");
  ASSERT_TRUE(stage->window->press("escape").has_value());
  stage->settle();
  EXPECT_EQ(stage->window->frame().registry().find("osk.q"), nullptr);
  EXPECT_EQ(stage->shell->value("screen"), "park");
}

TEST(TheTabKey, ReachesEverythingThatCanBeTouched) {
  auto stage = stage_of(test::busy_shop());
  stage->tap("bar.no_sale");
  std::set<std::string> there;
  for (const WidgetNote& note : stage->shell->ui().notes()) there.insert(note.name);
  for (std::size_t i = 0; i <= there.size(); ++i) {
    ASSERT_TRUE(stage->window->press("tab").has_value());
    stage->settle();
  }
  ASSERT_TRUE(stage->window->press("tab").has_value());
  ASSERT_TRUE(stage->window->press("enter").has_value());
  stage->settle();
  EXPECT_EQ(stage->till->posted<app::NoSale>().size(), 1U) << "Tab went round once and came to the second of the keys";
}

TEST(TheState, IsComparedAsScriptsWriteIt) {
  auto stage = stage_of(test::busy_shop());
  EXPECT_EQ(stage->shell->state("total=44.49"), "");
  EXPECT_EQ(stage->shell->state("ticket.lines>=9"), "");
  EXPECT_EQ(stage->shell->state("user"), "");
  EXPECT_EQ(stage->shell->state("change"), "it is ''");
  EXPECT_EQ(stage->shell->state("total=1.00"), "it is '44.49'");
  EXPECT_EQ(stage->shell->state("weather"), std::nullopt);
}

TEST(AThemeSetByAScript, IsDrawnAndKeptAsASetting) {
  auto stage = stage_of(test::busy_shop());
  ASSERT_TRUE(stage->shell->set_theme("dark").has_value());
  stage->settle();
  EXPECT_EQ(stage->shell->ui().theme().kind, ThemeKind::dark);
  ASSERT_EQ(stage->till->posted<app::ChangeSetting>().size(), 1U);
  EXPECT_FALSE(stage->shell->set_theme("mauve").has_value());
}

}  // namespace
}  // namespace till::ui

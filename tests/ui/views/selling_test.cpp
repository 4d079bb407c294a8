// A cashier's hand on the sales screen: what a touch, a key or a scan asks of the till.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gallery/scenes.hpp"

namespace till::ui {
namespace {

using app::PadKey;
using test::Stage;

std::unique_ptr<Stage> stage_of(app::Snapshot snapshot) {
  return Stage::create({1024, 768}, "light", {"test", std::move(snapshot), {}});
}

std::vector<PadKey> pad_keys(const Stage& stage) {
  std::vector<PadKey> keys;
  for (const auto& pad : stage.till->posted<app::Pad>()) keys.push_back(pad.key);
  return keys;
}

void press(Stage& stage, std::string_view key) {
  ASSERT_TRUE(stage.window->press(key).has_value()) << key;
}
void type(Stage& stage, std::string_view text) {
  ASSERT_TRUE(stage.window->type(text).has_value());
}
void scan(Stage& stage, std::string_view code) {
  ASSERT_TRUE(stage.window->scan(code).has_value());
  stage.window->advance(Micros{200'000});
  stage.settle();
}

TEST(ExactCash, IsOneTap) {
  auto stage = stage_of(test::busy_shop());
  stage->tap("tender.exact");
  EXPECT_EQ(stage->till->commands.size(), 1U);
  EXPECT_EQ(stage->till->posted<app::PayExact>().size(), 1U);
}

TEST(ExactCash, IsOneKey) {
  auto stage = stage_of(test::busy_shop());
  press(*stage, "f12");
  EXPECT_EQ(stage->till->posted<app::PayExact>().size(), 1U);
}

TEST(ANote, IsOneTapAndHandsItsAmountOver) {
  auto stage = stage_of(test::busy_shop());
  stage->tap("tender.note2");
  ASSERT_EQ(stage->till->posted<app::PayCash>().size(), 1U);
  EXPECT_EQ(stage->till->posted<app::PayCash>()[0].given.minor, 5000);
}

TEST(TenderKeys, DoNothingWithoutATicket) {
  auto stage = stage_of(test::open_shop());
  press(*stage, "f12");
  EXPECT_FALSE(stage->window->tap("tender.exact").has_value());
  EXPECT_TRUE(stage->till->commands.empty());
}

TEST(ACard, IsOneTapAndOneConfirmation) {
  auto stage = stage_of(test::busy_shop());
  stage->tap("tender.card");
  stage->tap("card.confirm");
  ASSERT_EQ(stage->till->posted<app::PayCard>().size(), 1U);
  EXPECT_EQ(stage->till->posted<app::PayCard>()[0].amount.minor, 0) << "nothing was typed: all that remains";
  EXPECT_EQ(stage->shell->value("screen"), "sales");
}

TEST(ACard, TakesAPartWhenAnAmountIsTyped) {
  auto stage = stage_of(test::busy_shop());
  press(*stage, "f9");
  type(*stage, "2000");
  press(*stage, "enter");
  ASSERT_EQ(stage->till->posted<app::PayCard>().size(), 1U);
  EXPECT_EQ(stage->till->posted<app::PayCard>()[0].amount.minor, 2000);
  EXPECT_TRUE(stage->till->posted<app::Pad>().empty());
}

TEST(DigitsTyped, BecomePadKeysInTheirOrder) {
  auto stage = stage_of(test::busy_shop());
  type(*stage, "3*12.5%");
  press(*stage, "enter");
  press(*stage, "backspace");
  EXPECT_THAT(pad_keys(*stage), testing::ElementsAre(PadKey::d3, PadKey::times, PadKey::d1, PadKey::d2, PadKey::decimal,
                                                     PadKey::d5, PadKey::percent, PadKey::enter, PadKey::backspace));
}

TEST(EveryPadKey, PostsItself) {
  auto stage = stage_of(test::busy_shop());
  for (const char* key : {"pad.7", "pad.00", "pad.decimal", "pad.times", "pad.quantity", "pad.price", "pad.percent",
                          "pad.clear", "pad.backspace", "pad.enter"}) {
    stage->tap(key);
  }
  EXPECT_THAT(pad_keys(*stage),
              testing::ElementsAre(PadKey::d7, PadKey::d00, PadKey::decimal, PadKey::times, PadKey::quantity,
                                   PadKey::price, PadKey::percent, PadKey::clear, PadKey::backspace, PadKey::enter));
}

TEST(AScan, GoesToTheTillAndIsNoNumber) {
  auto stage = stage_of(test::busy_shop());
  scan(*stage, "4006381333931");
  ASSERT_EQ(stage->till->posted<app::Scan>().size(), 1U);
  EXPECT_EQ(stage->till->posted<app::Scan>()[0].code, "4006381333931");
  EXPECT_TRUE(stage->till->posted<app::Pad>().empty());
}

TEST(AScan, WhileATextFieldHasTheFocusLeavesTheFieldAsItWas) {
  auto stage = stage_of(test::busy_shop());
  stage->tap("tender.card");
  stage->tap("card.reference");
  type(*stage, "AB 12");
  scan(*stage, "4006381333931");
  ASSERT_EQ(stage->till->posted<app::Scan>().size(), 1U);
  EXPECT_EQ(stage->till->posted<app::Scan>()[0].code, "4006381333931");
  EXPECT_EQ(stage->shell->views().card.reference, "AB 12");
  EXPECT_EQ(stage->shell->value("screen"), "card");
}

TEST(AScan, WhileAPinIsAskedForIsNoPin) {
  auto stage = stage_of(test::signed_out_shop());
  scan(*stage, "4006381333931");
  EXPECT_TRUE(stage->shell->views().sign_in.pin.empty());
  EXPECT_EQ(stage->till->posted<app::Scan>().size(), 1U);
}

TEST(TenScans, AllLandInOrder) {
  auto stage = stage_of(test::busy_shop());
  for (int i = 0; i < 10; ++i) scan(*stage, "400638133390" + std::to_string(i));
  const auto scans = stage->till->posted<app::Scan>();
  ASSERT_EQ(scans.size(), 10U);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(scans[static_cast<std::size_t>(i)].code, "400638133390" + std::to_string(i));
}

TEST(LettersTyped, BeginASearchWithThemInIt) {
  auto stage = stage_of(test::open_shop());
  type(*stage, "cro");
  EXPECT_EQ(stage->shell->value("screen"), "search");
  EXPECT_EQ(stage->shell->views().search.text, "cro");
  ASSERT_FALSE(stage->till->posted<app::Search>().empty());
  EXPECT_EQ(stage->till->posted<app::Search>().back().text, "cro");
}

TEST(ATile, SellsItsProductAndASoldOutOneToo) {
  auto stage = stage_of(test::open_shop());
  stage->tap("tile.100");
  stage->tap("tile.104");
  const auto taps = stage->till->posted<app::TapProduct>();
  ASSERT_EQ(taps.size(), 2U);
  EXPECT_EQ(taps[0].product, test::sample_id(2000));
  EXPECT_EQ(taps[1].product, test::sample_id(2004));
}

TEST(Tiles, ScrollByDragAndADragSellsNothing) {
  auto stage = stage_of(test::open_shop());
  const WidgetInfo* tile = stage->window->frame().registry().find("tile.110");
  ASSERT_NE(tile, nullptr);
  const float before = tile->rect.y;
  ASSERT_TRUE(stage->window->drag(tile->rect.x + 20, tile->rect.y + 20, 0, -60).has_value());
  stage->settle();
  EXPECT_TRUE(stage->till->commands.empty());
  const WidgetInfo* moved = stage->window->frame().registry().find("tile.110");
  ASSERT_NE(moved, nullptr);
  EXPECT_LT(moved->rect.y, before - 20);
}

TEST(TheLineKeys, ActOnTheSelectedLineElseOnTheLastThatCounts) {
  auto snapshot = test::busy_shop();
  snapshot.ticket.lines[1].is_selected = true;
  auto stage = stage_of(snapshot);
  stage->tap("line.plus");
  snapshot.ticket.lines[1].is_selected = false;
  snapshot.ticket.lines.back().is_void = true;
  stage->till->show(snapshot);
  stage->settle();
  stage->tap("line.remove");
  ASSERT_EQ(stage->till->posted<app::ChangeQuantity>().size(), 1U);
  EXPECT_EQ(stage->till->posted<app::ChangeQuantity>()[0].line_id, "L2");
  ASSERT_EQ(stage->till->posted<app::RemoveLine>().size(), 1U);
  EXPECT_EQ(stage->till->posted<app::RemoveLine>()[0].line_id, "L7");
}

TEST(TheBottomBar, DoesWhatItSaysByTouchAndByKey) {
  auto stage = stage_of(test::busy_shop());
  stage->tap("bar.void_last");
  press(*stage, "f3");
  EXPECT_EQ(stage->till->posted<app::VoidLast>().size(), 2U);
  stage->tap("bar.recall");
  stage->tap("recall.2");
  ASSERT_EQ(stage->till->posted<app::Recall>().size(), 1U);
  EXPECT_EQ(stage->till->posted<app::Recall>()[0].parked, test::sample_id(51));
  press(*stage, "f7");
  stage->tap("no_sale.1");
  EXPECT_EQ(stage->till->posted<app::NoSale>().size(), 1U);
}

TEST(ADiscountOnOneLine, IsPressedAsPercentAndNumberSoThatNoDigitBecomesAQuantity) {
  auto stage = stage_of(test::busy_shop());
  stage->tap("line.discount");
  stage->tap("discount.line.15");
  EXPECT_THAT(pad_keys(*stage), testing::ElementsAre(PadKey::percent, PadKey::d1, PadKey::d5, PadKey::enter));
}

TEST(ADiscountOnOneLine, WaitsWhileANumberIsPendingOnThePad) {
  auto snapshot = test::busy_shop();
  snapshot.entry.text = "12";
  auto stage = stage_of(snapshot);
  stage->tap("line.discount");
  EXPECT_FALSE(stage->window->tap("discount.line.15").has_value());
  stage->tap("discount.ticket.10");
  ASSERT_EQ(stage->till->posted<app::DiscountTicket>().size(), 1U);
  EXPECT_EQ(stage->till->posted<app::DiscountTicket>()[0].percent_milli, 10'000);
}

TEST(TheChange, StaysUntilTheTillSaysOtherwise) {
  auto stage = stage_of(test::after_sale());
  EXPECT_EQ(stage->window->frame().registry().find("finished.change")->label, "4.50");
  stage->window->advance(Micros{600'000'000});
  stage->settle();
  EXPECT_NE(stage->window->frame().registry().find("finished.change"), nullptr);
  stage->till->show(test::busy_shop());
  stage->settle();
  EXPECT_EQ(stage->window->frame().registry().find("finished.change"), nullptr);
}

TEST(ADialog, HearsTheKeysAndTheScreenBelowDoesNot) {
  auto stage = stage_of(test::busy_shop());
  stage->tap("bar.menu");
  press(*stage, "f12");
  type(*stage, "7");
  EXPECT_TRUE(stage->till->posted<app::PayExact>().empty());
  EXPECT_TRUE(stage->till->posted<app::Pad>().empty());
  press(*stage, "escape");
  EXPECT_EQ(stage->shell->value("screen"), "sales");
  type(*stage, "7");
  EXPECT_EQ(stage->till->posted<app::Pad>().size(), 1U);
}

TEST(AQuestion, IsAnsweredByEnterAndEscape) {
  auto snapshot = test::busy_shop();
  snapshot.question = app::Question{"Cancel the ticket?", "9 lines are open.", "Cancel it", "Keep it"};
  auto stage = stage_of(snapshot);
  press(*stage, "f12");
  press(*stage, "enter");
  press(*stage, "escape");
  const auto answers = stage->till->posted<app::Answer>();
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_TRUE(answers[0].yes);
  EXPECT_FALSE(answers[1].yes);
  EXPECT_TRUE(stage->till->posted<app::PayExact>().empty());
}

}  // namespace
}  // namespace till::ui

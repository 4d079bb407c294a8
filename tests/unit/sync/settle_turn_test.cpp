#include "sync/settle_turn.hpp"

#include <gtest/gtest.h>

namespace till::sync {
namespace {

TEST(SettleTurnTest, NothingIsDueWhileNothingCame) {
  SettleTurn turn;
  EXPECT_FALSE(turn.due_us());
  EXPECT_FALSE(turn.is_due(INT64_MAX));
}

TEST(SettleTurnTest, EachChangeThatCameWasSettledAndAnsweredByItself) {
  SettleTurn turn;
  for (std::int64_t at_us = 0; at_us < 50 * 100'000; at_us += 100'000) {  // fifty terminals' changes in five seconds
    turn.news(at_us);
    EXPECT_FALSE(turn.is_due(at_us + 50'000));
  }
  const std::int64_t last_us = 49 * 100'000;
  EXPECT_EQ(turn.due_us(), last_us + kSettleQuiet_us);
  EXPECT_TRUE(turn.is_due(last_us + kSettleQuiet_us));
  EXPECT_FALSE(turn.is_due(last_us + kSettleQuiet_us)) << "once";
}

TEST(SettleTurnTest, ALineThatIsNeverQuietDoesNotPutItOffForEver) {
  SettleTurn turn;
  std::int64_t at_us = 0;
  for (; !turn.is_due(at_us) && at_us < 60'000'000; at_us += 200'000) turn.news(at_us);
  EXPECT_EQ(at_us, kSettleLatest_us);
  turn.news(at_us);
  EXPECT_EQ(turn.due_us(), at_us + kSettleQuiet_us) << "the next turn begins with what comes next";
}

TEST(SettleTurnTest, OtherPoliciesAreHeededAtOnce) {
  SettleTurn turn;
  turn.at_once(5);
  EXPECT_TRUE(turn.is_due(5));
}

}  // namespace
}  // namespace till::sync

#include "domain/money.hpp"

#include <gtest/gtest.h>

#include "domain/apportion.hpp"

namespace till::domain {
namespace {

TEST(Currency, KnowsTheDigitsOfEachCode) {
  EXPECT_EQ(currency_of("EUR")->digits, 2);
  EXPECT_EQ(currency_of("JPY")->digits, 0);
  EXPECT_EQ(currency_of("CLP")->digits, 0);
  EXPECT_EQ(currency_of("KWD")->digits, 3);
  EXPECT_EQ(currency_of("CLF")->digits, 4);
}

TEST(Currency, RefusesWhatIsNoCode) {
  for (const auto* code : {"", "eur", "EU", "EURO", "XXX", "R E", " EU"}) EXPECT_FALSE(currency_of(code)) << code;
}

TEST(Money, FiveCentsCanBeTheSmallestUnit) {
  const Currency five{"CHF", 5, 2};
  EXPECT_EQ(parse_money("1.05", five)->minor, 21);
  EXPECT_EQ(format_money({21}, five), "1.05");
  const auto odd = parse_money("1.02", five);
  ASSERT_FALSE(odd);
  EXPECT_EQ(odd.error().message, "the amount '1.02' is not a multiple of 0.05 CHF");
}

TEST(Money, IsRefusedPastItsRange) {
  EXPECT_TRUE(parse_money("100000000000.00", {}));
  EXPECT_FALSE(parse_money("100000000000.01", {}));
  EXPECT_FALSE(parse_money("-100000000000.01", {}));
}

TEST(Money, IsShownInGroupsOfThree) {
  EXPECT_EQ(display_money({123450}, {}), "1,234.50");
  EXPECT_EQ(display_money({-123456789}, {}), "-1,234,567.89");
  EXPECT_EQ(display_money({-12345}, {}), "-123.45");
  EXPECT_EQ(display_money({1234567}, *currency_of("JPY")), "1,234,567");
  EXPECT_EQ(display_money({5}, {}), "0.05");
}

TEST(Quantity, IsRefusedPastItsRange) {
  EXPECT_EQ(parse_quantity("0.350")->milli, 350);
  EXPECT_FALSE(parse_quantity("100000.001"));
  EXPECT_FALSE(parse_quantity("4006381333931"));
  EXPECT_FALSE(parse_quantity("1.2345"));
}

TEST(Apportion, GivesTheOddCentToTheLargestRemainder) {
  EXPECT_EQ(apportion(10, {ratio(10, 3), ratio(10, 3), ratio(10, 3)}), (std::vector<std::int64_t>{4, 3, 3}));
  EXPECT_EQ(apportion(10, {ratio(33, 10), ratio(34, 10), ratio(33, 10)}), (std::vector<std::int64_t>{3, 4, 3}));
}

TEST(Apportion, Mirrors) {
  EXPECT_EQ(apportion(-10, {ratio(-10, 3), ratio(-10, 3), ratio(-10, 3)}), (std::vector<std::int64_t>{-4, -3, -3}));
}

TEST(Apportion, ReachesATargetFarFromItsShares) {
  EXPECT_EQ(apportion(5, {ratio(0, 1), ratio(0, 1)}), (std::vector<std::int64_t>{3, 2}));
  EXPECT_TRUE(apportion(0, {}).empty());
}

}  // namespace
}  // namespace till::domain

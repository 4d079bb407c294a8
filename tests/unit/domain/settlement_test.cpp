#include "domain/settlement.hpp"

#include <gtest/gtest.h>

#include "builders.hpp"
#include "domain/tender_suggestions.hpp"

namespace till::domain {
namespace {

using namespace testing_tools;

const Currency kEuro = *currency_of("EUR");
const std::optional<CashRounding> kFiveCents = CashRounding{{5}, RoundingMode::nearest};

TEST(Settlement, KeepsWhatWasGivenAndWhatCounts) {
  const auto settled = settle({1572}, {card(68), cash(2000)}, kFiveCents, kEuro);
  ASSERT_TRUE(settled);
  ASSERT_EQ(settled->tenders.size(), 2U);
  EXPECT_EQ(settled->tenders[0].last4, "4242");
  EXPECT_EQ(settled->tenders[1].amount.minor, 1505);
  EXPECT_EQ(settled->tenders[1].given.minor, 2000);
  EXPECT_EQ(settled->tenders[1].rounding.minor, 1);
  EXPECT_EQ(settled->change.minor, 495);
  EXPECT_TRUE(settled->complete());
}

TEST(Settlement, MirrorsForEveryAmountAndMode) {
  for (const auto mode : {RoundingMode::nearest, RoundingMode::up, RoundingMode::down})
    for (std::int64_t total = 0; total < 60; ++total) {
      const CashRounding rule{{5}, mode};
      const auto in = settle({total}, {cash()}, rule, kEuro), out = settle({-total}, {cash()}, rule, kEuro);
      ASSERT_TRUE(in && out);
      EXPECT_EQ(in->due, -out->due) << total;
      EXPECT_EQ(in->rounding, -out->rounding) << total;
    }
}

TEST(Settlement, EveryCashAmountLeavesNoCentUnexplained) {
  for (std::int64_t given = 0; given < 250; ++given) {
    const auto settled = settle({198}, {cash(given)}, kFiveCents, kEuro);
    ASSERT_TRUE(settled) << given;
    EXPECT_EQ(settled->paid.minor + settled->change.minor, given);
    EXPECT_EQ(settled->due, settled->paid + settled->remaining) << given;
    EXPECT_GE(settled->remaining.minor, 0) << given;
  }
}

TEST(Settlement, MasksACardNumberTypedAsReference) {
  auto tender = card();
  tender.reference = "4111111111111111";
  EXPECT_EQ(settle({100}, {tender}, {}, kEuro)->tenders[0].reference, "************1111");
  tender.last4 = "41111";
  EXPECT_FALSE(settle({100}, {tender}, {}, kEuro));
}

TEST(Settlement, NamesTheTenderThatIsWrong) {
  const auto wrong = settle({100}, {cash(50), card(60)}, {}, kEuro);
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().message,
            "tender 2: the card tender of 0.60 is more than the 0.50 that is left to pay; lower it");
}

TEST(CashRounding, IsReadFromTheShopsSetting) {
  EXPECT_EQ(*parse_cash_rounding("0.05 nearest", kEuro), kFiveCents);
  EXPECT_EQ(*parse_cash_rounding("", kEuro), std::nullopt);
  EXPECT_EQ((*parse_cash_rounding("0.10 down", kEuro))->mode, RoundingMode::down);
  EXPECT_FALSE(parse_cash_rounding("0 nearest", kEuro));
  EXPECT_FALSE(parse_cash_rounding("0.05 sideways", kEuro));
}

std::vector<std::int64_t> notes(std::int64_t due, const char* currency = "EUR") {
  std::vector<std::int64_t> out;
  for (const auto note : suggest_tenders({due}, *currency_of(currency)).notes) out.push_back(note.minor);
  return out;
}

TEST(Suggestions, AreWhatACustomerHandsOver) {
  EXPECT_EQ(notes(1235), (std::vector<std::int64_t>{1500, 2000, 5000}));
  EXPECT_EQ(notes(420), (std::vector<std::int64_t>{500, 1000, 2000}));
  EXPECT_EQ(notes(8700), (std::vector<std::int64_t>{9000, 10000, 20000}));
  EXPECT_EQ(notes(500), (std::vector<std::int64_t>{1000, 2000, 5000}));
  EXPECT_EQ(notes(1500, "CLP"), (std::vector<std::int64_t>{2000, 5000, 10000}));
  EXPECT_TRUE(notes(0).empty());
  EXPECT_TRUE(notes(-100).empty());
}

TEST(Suggestions, RiseAboveWhatIsDue) {
  for (std::int64_t due = 1; due < 60'000; due += 37) {
    auto last = due;
    for (const auto note : notes(due)) {
      EXPECT_GT(note, last) << due;
      last = note;
    }
    EXPECT_EQ(suggest_tenders({due}, kEuro).exact.minor, due);
  }
}

}  // namespace
}  // namespace till::domain

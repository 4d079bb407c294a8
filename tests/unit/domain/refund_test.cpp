#include "domain/refund.hpp"

#include <gtest/gtest.h>

#include "builders.hpp"
#include "core/random.hpp"
#include "domain/sale_builder.hpp"

namespace till::domain {
namespace {

using namespace testing_tools;

struct Sold {
  std::int64_t price = 0, milli = 1000;
};

Sale sale_of(const std::vector<Sold>& lines, std::optional<CashRounding> rounding = {},
             std::vector<TenderRequest> tenders = {cash()}, Discount discount = {}) {
  Basket basket({*currency_of("EUR"), TaxRounding::line, rounding});
  for (std::size_t i = 0; i < lines.size(); ++i)
    EXPECT_TRUE(basket.add(item(static_cast<std::uint8_t>(i + 1), "Item " + std::to_string(i + 1), lines[i].price),
                           of(lines[i].milli)));
  EXPECT_TRUE(basket.set_document_discount(discount));
  auto sale = basket.to_sale(header(), tenders);
  EXPECT_TRUE(sale) << sale.error().message;
  return *sale;
}

Result<Sale> back(const Sale& sale, const std::vector<Sale>& earlier, std::vector<RefundPart> parts = {}) {
  RefundRequest request;
  request.parts = std::move(parts);
  return make_refund(sale, earlier, request, header("K7QF-000002"));
}

TEST(Refund, OfAllPaysBackExactlyWhatWasPaid) {
  const auto sale = sale_of({{212, 2000}}, {}, {cash(1000)}, Discount::percent(10 * kPercentMicro));
  const auto refund = back(sale, {});
  ASSERT_TRUE(refund) << refund.error().message;
  EXPECT_EQ(refund->kind, SaleKind::refund);
  EXPECT_EQ(refund->due, -sale.due);
  EXPECT_EQ(refund->tax, -sale.tax);
  EXPECT_EQ(refund->cites, sale.id);
  EXPECT_EQ(refund->cites_receipt, sale.receipt);
  EXPECT_EQ(refund->lines[0].cites_line, "1");
  EXPECT_TRUE(check_sale(*refund));
}

TEST(Refund, OfAPartHonoursTheDiscountOfTheWhole) {
  const auto sale = sale_of({{1000}, {3000}}, {}, {cash()}, Discount::of({400}));
  const auto refund = back(sale, {}, {{"1", {}}});
  ASSERT_TRUE(refund);
  EXPECT_EQ(refund->total.minor, -900);
}

TEST(Refund, MirrorsCashRounding) {
  const auto sale = sale_of({{198}}, CashRounding{{5}, RoundingMode::down});
  ASSERT_EQ(sale.due.minor, 195);
  const auto refund = back(sale, {});
  ASSERT_TRUE(refund) << refund.error().message;
  EXPECT_EQ(refund->due.minor, -195);
  EXPECT_EQ(refund->rounding.minor, 3);
  EXPECT_EQ(refund->tenders[0].rounding.minor, 3);
}

TEST(Refund, InPartsOfARoundedSaleEndsAtWhatWasPaid) {
  const CashRounding rule{{5}, RoundingMode::nearest};
  const auto sale = sale_of({{33, 3000}}, rule);
  ASSERT_EQ(sale.due.minor, 100);
  std::vector<Sale> earlier;
  Money due;
  for (int i = 0; i < 3; ++i) {
    RefundRequest request;
    request.parts = {{"1", {1000}}};
    request.cash_rounding = rule;
    const auto refund = make_refund(sale, earlier, request, header());
    ASSERT_TRUE(refund) << refund.error().message;
    due += refund->due;
    earlier.push_back(*refund);
  }
  EXPECT_EQ(due, -sale.due);
}

TEST(Refund, GoesBackTheWayItWasPaid) {
  const auto sale = sale_of({{500}, {500}, {500}}, {}, {card(700), cash()});
  auto first = back(sale, {}, {{"1", {}}});
  ASSERT_TRUE(first);
  ASSERT_EQ(first->tenders.size(), 1U);
  EXPECT_EQ(first->tenders[0].kind, TenderKind::card);
  EXPECT_EQ(first->tenders[0].reference, "T-1");
  auto second = back(sale, {*first});
  ASSERT_TRUE(second) << second.error().message;
  ASSERT_EQ(second->tenders.size(), 2U);
  EXPECT_EQ(second->tenders[0].amount.minor, -200);
  EXPECT_EQ(second->tenders[1].kind, TenderKind::cash);
  EXPECT_EQ(second->tenders[1].amount.minor, -800);
}

TEST(Refund, CanBePaidOutAnotherWay) {
  const auto sale = sale_of({{500}}, {}, {card()});
  RefundRequest request;
  request.tenders = {cash()};
  const auto refund = make_refund(sale, {}, request, header());
  ASSERT_TRUE(refund);
  EXPECT_EQ(refund->tenders[0].kind, TenderKind::cash);
  EXPECT_EQ(refund->due.minor, -500);
}

TEST(Refund, OfMoreThanIsLeftIsRefused) {
  const auto sale = sale_of({{100, 2000}});
  const auto one = back(sale, {}, {{"1", {}}});
  ASSERT_TRUE(one);
  const auto two = back(sale, {*one}, {{"1", {2000}}});
  ASSERT_FALSE(two);
  EXPECT_EQ(two.error().message, "only 1 of 'Item 1' can still be refunded");
  const auto rest = back(sale, {*one});
  ASSERT_TRUE(rest);
  EXPECT_EQ(back(sale, {*one, *rest}, {{"1", {}}}).error().message, "'Item 1' has been refunded already");
  EXPECT_EQ(back(sale, {*one, *rest}).error().message, "everything of receipt K7QF-000001 has been refunded already");
  EXPECT_EQ(refundable(sale, {*one, *rest})[0].quantity.milli, 0);
}

TEST(Refund, AsksForWhatMakesSense) {
  const auto sale = sale_of({{100, 2000}});
  for (const auto& part : std::vector<RefundPart>{{"9", {}}, {"1", {0}}, {"1", {-1000}}, {"1", {500}}})
    EXPECT_FALSE(back(sale, {}, {part})) << part.line_id << part.quantity.milli;
  EXPECT_FALSE(back(sale, {}, {{"1", {}}, {"1", {}}}));
  const auto refund = back(sale, {});
  ASSERT_TRUE(refund);
  EXPECT_FALSE(back(*refund, {})) << "a refund of a refund";
}

TEST(Refund, LeavesOutWhatWasVoided) {
  Basket basket;
  ASSERT_TRUE(basket.add(item(1, "Pen", 100), of(3000)));
  ASSERT_TRUE(basket.add(item(2, "Ink", 500)));
  ASSERT_TRUE(basket.void_line("1", Quantity{1000}));
  ASSERT_TRUE(basket.void_line("2"));
  const auto sale = basket.to_sale(header(), {cash()});
  ASSERT_TRUE(sale) << sale.error().message;
  const auto left = refundable(*sale, {});
  ASSERT_EQ(left.size(), 2U);
  EXPECT_EQ(left[0].quantity.milli, 2000);
  EXPECT_EQ(left[1].quantity.milli, 0);
  const auto refund = back(*sale, {});
  ASSERT_TRUE(refund);
  EXPECT_EQ(refund->total.minor, -200);
}

TEST(Refund, PartsOfAnyKindAddUpToTheLine) {
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    SeededRandom random(seed);
    std::vector<Sold> lines;
    const auto count = 1 + random.below(4);
    for (std::uint64_t i = 0; i < count; ++i)
      lines.push_back(
          {static_cast<std::int64_t>(1 + random.below(3000)), static_cast<std::int64_t>(1 + random.below(9)) * 1000});
    const auto sale = sale_of(lines, CashRounding{{5}, RoundingMode::nearest}, {cash()},
                              Discount::percent(static_cast<std::int64_t>(random.below(50)) * kPercentMicro));
    std::vector<Sale> earlier;
    Money total, net, tax, due;
    while (true) {
      std::vector<RefundPart> parts;
      for (const auto& line : refundable(sale, earlier))
        if (line.quantity.milli > 0 && (parts.empty() || random.below(2) == 0))
          parts.push_back(
              {line.line_id,
               {static_cast<std::int64_t>(1 + random.below(static_cast<std::uint64_t>(line.quantity.milli / 1000))) *
                1000}});
      if (parts.empty()) break;
      RefundRequest request;
      request.parts = parts;
      request.cash_rounding = CashRounding{{5}, RoundingMode::nearest};
      const auto refund = make_refund(sale, earlier, request, header());
      ASSERT_TRUE(refund) << seed << ": " << refund.error().message;
      ASSERT_TRUE(check_sale(*refund));
      total += refund->total;
      net += refund->net;
      tax += refund->tax;
      due += refund->due;
      earlier.push_back(*refund);
    }
    ASSERT_EQ(total, -sale.total) << seed;
    ASSERT_EQ(net, -sale.net) << seed;
    ASSERT_EQ(tax, -sale.tax) << seed;
    ASSERT_EQ(due, -sale.due) << seed;
  }
}

}  // namespace
}  // namespace till::domain

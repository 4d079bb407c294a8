#include "domain/basket.hpp"

#include <gtest/gtest.h>

#include "builders.hpp"
#include "domain/sale_builder.hpp"

namespace till::domain {
namespace {

using namespace testing_tools;

Basket with(const CatalogueItem& what, std::int64_t milli = 1000) {
  Basket basket;
  EXPECT_TRUE(basket.add(what, of(milli)));
  return basket;
}

std::vector<std::int64_t> totals(const Basket& basket) {
  std::vector<std::int64_t> out;
  for (const auto& line : basket.ticket()) out.push_back(line.total.minor);
  return out;
}

TEST(Basket, VoidShowsAsItsOwnNegativeLine) {
  auto basket = with(item(1, "Sweet", 5), 2000);
  ASSERT_TRUE(basket.void_line("1"));
  EXPECT_EQ(totals(basket), (std::vector<std::int64_t>{10, -10}));
  EXPECT_TRUE(basket.ticket()[1].is_void);
  EXPECT_TRUE(basket.ticket()[0].taken_back);
  EXPECT_EQ(basket.lines()[1].cites_line, "1");
  EXPECT_EQ(basket.total().minor, 0);
}

TEST(Basket, SpecialSavesAndItsVoidTakesTheSavingBack) {
  auto coffee = item(1, "Coffee", 229);
  coffee.product.has_special = true;
  coffee.product.special_price = {199};
  auto basket = with(coffee);
  EXPECT_EQ(basket.total().minor, 199);
  EXPECT_EQ(basket.saved().minor, 30);
  ASSERT_TRUE(basket.void_last());
  EXPECT_EQ(basket.saved().minor, 0);
}

TEST(Basket, QuantityPriceCompletesOnTheSecondAndRepeats) {
  auto soap = item(1, "Soap", 165);
  soap.quantity_price = {2, {200}};
  Basket basket;
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(basket.add(soap));
  EXPECT_EQ(totals(basket), (std::vector<std::int64_t>{165, 35, 165, 35}));
  EXPECT_EQ(basket.saved().minor, 260);
}

TEST(Basket, QuantityPriceTakesTheSavingBackFromAnyLine) {
  auto soap = item(1, "Soap", 165);
  soap.quantity_price = {2, {200}};
  Basket basket;
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(basket.add(soap));
  ASSERT_TRUE(basket.void_line("1"));
  EXPECT_EQ(basket.total().minor, 165) << "one piece is left and costs what one piece costs";
}

TEST(Basket, TareMustBeLessThanTheWeight) {
  auto ham = item(1, "Ham", 1000);
  ham.product.unit = SellUnit::kilogram;
  auto options = of(1000);
  options.tare = {1050};
  Basket basket;
  const auto refused = basket.add(ham, options);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "the weight 1 must be more than the tare 1.05; put the goods on the scale");
  options.tare = {50};
  ASSERT_TRUE(basket.add(ham, options));
  EXPECT_EQ(basket.lines()[0].quantity.milli, 950);
  EXPECT_EQ(basket.total().minor, 950);
}

TEST(Basket, MergesEqualLinesAndOnlyThose) {
  Basket basket;
  const auto pen = item(1, "Pen", 100);
  ASSERT_TRUE(basket.add(pen));
  ASSERT_TRUE(basket.add(item(2, "Ink", 100)));
  ASSERT_TRUE(basket.add(pen));
  EXPECT_EQ(basket.lines().size(), 2U);
  ASSERT_TRUE(basket.set_line_discount("1", Discount::percent(10 * kPercentMicro)));
  ASSERT_TRUE(basket.add(pen));
  EXPECT_EQ(basket.lines().size(), 3U);
  auto cheaper = of(1000);
  cheaper.price = Money{90};
  ASSERT_TRUE(basket.add(pen, cheaper));
  EXPECT_EQ(basket.lines().size(), 4U);
}

TEST(Basket, UnusualQuantitiesAreConfirmedAndHugeOnesRefused) {
  Basket basket;
  const auto pen = item(1, "Pen", 100);
  EXPECT_TRUE(needs_confirmation({100'000}));
  EXPECT_FALSE(basket.add(pen, of(100'000)));
  auto sure = of(100'000);
  sure.confirmed = true;
  EXPECT_TRUE(basket.add(pen, sure));
  sure.quantity = {10'000'000};
  EXPECT_FALSE(basket.add(pen, sure));
  EXPECT_FALSE(basket.set_quantity("1", {1500}));
  EXPECT_FALSE(basket.set_quantity("1", {0}));
  EXPECT_EQ(basket.lines()[0].quantity.milli, 100'000) << "a refused change leaves it as it was";
}

TEST(Basket, DepositFollowsItsItem) {
  auto cola = item(1, "Cola", 150);
  cola.deposit = item(2, "Deposit", 25).product;
  cola.deposit_taxes = cola.taxes;
  auto basket = with(cola);
  ASSERT_TRUE(basket.add(cola));
  EXPECT_EQ(totals(basket), (std::vector<std::int64_t>{300, 50}));
  ASSERT_TRUE(basket.set_quantity("1", {5000}));
  EXPECT_EQ(totals(basket), (std::vector<std::int64_t>{750, 125}));
  ASSERT_TRUE(basket.void_line("1", Quantity{2000}));
  EXPECT_EQ(basket.total().minor, 525);
  EXPECT_FALSE(basket.void_line("2")) << "not by itself";
  EXPECT_FALSE(basket.set_quantity("2", {1000}));
}

TEST(Basket, VoidsOfPartsGiveBackAnAmountDiscountToTheCent) {
  auto basket = with(item(1, "Pen", 100), 3000);
  ASSERT_TRUE(basket.set_line_discount("1", Discount::of({100})));
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(basket.void_line("1", Quantity{1000}));
  EXPECT_EQ(basket.total().minor, 0);
  EXPECT_FALSE(basket.void_line("1"));
}

TEST(Basket, VoidIsNotRefusedBecauseOfAnAmountOffTheWhole) {
  auto basket = with(item(1, "Pen", 1000));
  ASSERT_TRUE(basket.add(item(2, "Ink", 200)));
  ASSERT_TRUE(basket.set_document_discount(Discount::of({500})));
  EXPECT_EQ(basket.total().minor, 700);
  ASSERT_TRUE(basket.void_line("1"));
  EXPECT_EQ(basket.total().minor, 0);
  EXPECT_FALSE(basket.set_document_discount(Discount::of({201})));
}

TEST(Basket, PriceLabelCostsWhatItSays) {
  auto cheese = item(1, "Cheese", 1999);
  cheese.product.unit = SellUnit::kilogram;
  auto label = of(617);
  label.label_total = Money{1234};
  Basket basket;
  ASSERT_TRUE(basket.add(cheese, label));
  ASSERT_TRUE(basket.add(cheese, label));
  EXPECT_EQ(totals(basket), (std::vector<std::int64_t>{1234, 1234}));
  EXPECT_FALSE(basket.set_quantity("1", {700}));
  ASSERT_TRUE(basket.void_last());
  EXPECT_EQ(basket.total().minor, 1234);
}

TEST(Basket, ChangesOfALineTakenBackAreRefused) {
  auto basket = with(item(1, "Pen", 100), 2000);
  ASSERT_TRUE(basket.void_line("1", Quantity{1000}));
  EXPECT_FALSE(basket.set_quantity("1", {5000}));
  EXPECT_FALSE(basket.set_line_discount("1", Discount::percent(kPercentMicro)));
  EXPECT_FALSE(basket.set_unit_price("1", {50}));
  EXPECT_FALSE(basket.void_line("2")) << "a void is not voided";
}

TEST(Basket, NotForSaleIsRefused) {
  auto gone = item(1, "Old", 100);
  gone.product.available = false;
  Basket basket;
  EXPECT_FALSE(basket.add(gone));
  EXPECT_TRUE(basket.empty());
}

TEST(Basket, AsksTheHighestAgeOfWhatIsKept) {
  auto beer = item(1, "Beer", 100), gin = item(2, "Gin", 1000);
  beer.product.minimum_age = 16;
  gin.product.minimum_age = 18;
  auto basket = with(beer);
  ASSERT_TRUE(basket.add(gin));
  EXPECT_EQ(basket.minimum_age(), 18);
  ASSERT_TRUE(basket.void_last());
  EXPECT_EQ(basket.minimum_age(), 16);
}

TEST(Basket, ComesBackFromItsBytesAsItWas) {
  BasketRules rules{*currency_of("EUR"), TaxRounding::document, CashRounding{{5}, RoundingMode::nearest}};
  Basket basket(rules);
  auto soap = item(1, "Soap", 165);
  soap.quantity_price = {2, {200}};
  ASSERT_TRUE(basket.add(soap, of(3000)));
  ASSERT_TRUE(basket.set_document_discount(Discount::percent(5 * kPercentMicro)));
  basket.set_customer(id_of(9), "Bea");
  basket.set_note("pays with 4111111111111111");
  basket.set_name("table 4");
  const auto back = decode_basket(encode_basket(basket));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(encode_basket(*back), encode_basket(basket));
  EXPECT_EQ(back->total(), basket.total());
  EXPECT_EQ(back->rules().cash_rounding, rules.cash_rounding);
  EXPECT_EQ(back->note(), "pays with ************1111");
  EXPECT_EQ(back->name(), "table 4");
}

TEST(Basket, BytesCutShortAreRefused) {
  const auto bytes = encode_basket(with(item(1, "Pen", 100)));
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(decode_basket(ByteView(bytes).first(size))) << size;
}

TEST(Basket, BecomesASaleThatAddsUp) {
  Basket basket({*currency_of("EUR"), TaxRounding::line, CashRounding{{5}, RoundingMode::nearest}});
  auto soap = item(1, "Soap", 165);
  soap.quantity_price = {2, {200}};
  ASSERT_TRUE(basket.add(soap, of(2000)));
  ASSERT_TRUE(basket.add_department({"10", "Grocery", soap.taxes}, {333}, {3000}));
  ASSERT_TRUE(basket.add(item(2, "Pen", 101), of(-1000)));
  ASSERT_TRUE(basket.set_document_discount(Discount::percent(2 * kPercentMicro)));
  basket.set_customer(id_of(9), "Bea");
  const auto sale = basket.to_sale(header(), {card(500), cash(1000)});
  ASSERT_TRUE(sale) << sale.error().message;
  EXPECT_TRUE(check_sale(*sale));
  EXPECT_EQ(sale->total, basket.total());
  EXPECT_EQ(sale->lines[0].discount.minor, 130);
  EXPECT_EQ(sale->lines[1].department, "10");
  EXPECT_EQ(sale->customer_name, "Bea");
  EXPECT_EQ(sale->taxes[0].tax, soap.taxes[0].id);
}

TEST(Basket, OfNothingOrOnlyVoidsIsNoSale) {
  EXPECT_FALSE(Basket().to_sale(header(), {}));
  auto basket = with(item(1, "Pen", 100));
  ASSERT_TRUE(basket.void_last());
  EXPECT_FALSE(basket.to_sale(header(), {}));
}

TEST(CheckSale, FindsWhatDoesNotAddUp) {
  const auto good = with(item(1, "Pen", 100)).to_sale(header(), {cash(200)});
  ASSERT_TRUE(good);
  const std::vector<std::function<void(Sale&)>> faults{[](Sale& s) { s.lines[0].total += {1}; },
                                                       [](Sale& s) { s.total += {1}; },
                                                       [](Sale& s) { s.taxes[0].amount += {1}; },
                                                       [](Sale& s) { s.tax += {1}; },
                                                       [](Sale& s) { s.due += {1}; },
                                                       [](Sale& s) { s.paid += {1}; },
                                                       [](Sale& s) { s.change += {1}; },
                                                       [](Sale& s) { s.rounding += {1}; },
                                                       [](Sale& s) { s.tenders.clear(); }};
  for (const auto& fault : faults) {
    auto bad = *good;
    fault(bad);
    const auto checked = check_sale(bad);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().kind, ErrorKind::corrupt);
  }
}

}  // namespace
}  // namespace till::domain

// Rules that hold for every document, tried on seeded ones.
#include <gtest/gtest.h>

#include <map>

#include "builders.hpp"
#include "core/random.hpp"
#include "domain/pricing.hpp"

namespace till::domain {
namespace {

constexpr int kDocuments = 400;

Tax random_tax(SeededRandom& random, std::size_t n) {
  Tax tax;
  tax.code = "t" + std::to_string(n);
  tax.kind = static_cast<TaxKind>(random.below(3));
  tax.rate_micro = static_cast<std::int64_t>(random.below(30'000'000));
  if (tax.kind == TaxKind::percent && random.below(8) == 0) tax.rate_micro = -tax.rate_micro;
  tax.amount_micro = static_cast<std::int64_t>(random.below(2'000'000));
  tax.included = random.below(2) == 0;
  tax.adds_to_base = random.below(2) == 0;
  tax.on_plain_base = random.below(4) == 0;
  return tax;
}

PriceRequest random_request(SeededRandom& random) {
  PriceRequest out;
  out.tax_rounding = random.below(2) == 0 ? TaxRounding::line : TaxRounding::document;
  if (random.below(4) == 0) out.currency.unit_num = 5;
  const auto taxes = random.below(4);
  for (std::size_t i = 0; i < taxes; ++i) out.taxes.push_back(random_tax(random, i));
  const auto lines = 1 + random.below(8);
  for (std::size_t i = 0; i < lines; ++i) {
    LineToPrice line;
    line.id = std::to_string(i);
    line.quantity = {static_cast<std::int64_t>(1 + random.below(20'000))};
    line.unit_price_micro = static_cast<std::int64_t>(random.below(100'000'000));
    if (random.below(3) == 0) line.discount = Discount::percent(static_cast<std::int64_t>(random.below(100'000'001)));
    for (std::size_t tax = 0; tax < out.taxes.size(); ++tax)
      if (random.below(2) == 0) line.taxes.push_back(tax);
    out.lines.push_back(std::move(line));
  }
  if (random.below(2) == 0) out.discount = Discount::percent(static_cast<std::int64_t>(random.below(100'000'001)));
  return out;
}

void expect_adds_up(const PricedDocument& priced, int seed) {
  Money net, total, discount;
  std::map<std::size_t, Money> taxes;
  for (const auto& line : priced.lines) {
    Money tax;
    for (const auto& part : line.taxes) {
      tax += part.amount;
      taxes[part.tax] += part.amount;
    }
    ASSERT_EQ(line.net + tax, line.total) << seed;
    net += line.net;
    total += line.total;
    discount += line.document_discount;
  }
  ASSERT_EQ(net, priced.net) << seed;
  ASSERT_EQ(total, priced.total) << seed;
  ASSERT_EQ(discount, priced.document_discount) << seed;
  ASSERT_EQ(priced.net + priced.tax, priced.total) << seed;
  for (const auto& tax : priced.taxes) ASSERT_EQ(tax.amount, taxes[tax.tax]) << seed;
}

TEST(EveryDocument, AddsUp) {
  for (int seed = 0; seed < kDocuments; ++seed) {
    SeededRandom random(static_cast<std::uint64_t>(seed));
    const auto priced = price(random_request(random));
    ASSERT_TRUE(priced) << seed << ": " << priced.error().message;
    expect_adds_up(*priced, seed);
  }
}

TEST(EveryDocument, IsMirroredByNegativeQuantities) {
  for (int seed = 0; seed < kDocuments; ++seed) {
    SeededRandom random(static_cast<std::uint64_t>(seed));
    auto request = random_request(random);
    const auto sale = price(request);
    for (auto& line : request.lines) line.quantity = -line.quantity;
    const auto back = price(request);
    ASSERT_TRUE(sale && back) << seed;
    ASSERT_EQ(sale->total, -back->total) << seed;
    ASSERT_EQ(sale->net, -back->net) << seed;
    for (std::size_t i = 0; i < sale->lines.size(); ++i) {
      ASSERT_EQ(sale->lines[i].total, -back->lines[i].total) << seed;
      for (std::size_t t = 0; t < sale->lines[i].taxes.size(); ++t)
        ASSERT_EQ(sale->lines[i].taxes[t].amount, -back->lines[i].taxes[t].amount) << seed;
    }
  }
}

TEST(EveryDocument, LosesItsDiscountToTheCent) {
  for (int seed = 0; seed < kDocuments; ++seed) {
    SeededRandom random(static_cast<std::uint64_t>(seed));
    auto request = random_request(random);
    request.discount = Discount::none();
    const auto full = price(request);
    ASSERT_TRUE(full);
    if (full->total.minor <= 0) continue;
    request.discount =
        Discount::of({static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(full->total.minor) + 1))});
    const auto less = price(request);
    ASSERT_TRUE(less) << seed;
    ASSERT_EQ(full->total - request.discount.amount, less->total) << seed;
    ASSERT_EQ(less->document_discount, request.discount.amount) << seed;
    expect_adds_up(*less, seed);
  }
}

TEST(EveryDocument, OfIncludedTaxesKeepsItsShelfPrices) {
  for (int seed = 0; seed < kDocuments; ++seed) {
    SeededRandom random(static_cast<std::uint64_t>(seed));
    auto request = random_request(random);
    request.discount = Discount::none();
    request.tax_rounding = TaxRounding::line;
    for (auto& tax : request.taxes) tax.included = true;
    const auto priced = price(request);
    ASSERT_TRUE(priced) << priced.error().message;
    for (const auto& line : priced->lines) ASSERT_EQ(line.total, line.gross - line.discount) << seed;
  }
}

TEST(Pricing, AThousandLinesAreTheMost) {
  PriceRequest request;
  for (int i = 0; i < 1000; ++i) {
    LineToPrice line;
    line.id = std::to_string(i);
    request.lines.push_back(line);
  }
  EXPECT_TRUE(price(request));
  request.lines.push_back({"more", {}, 0, {}, {}, {}});
  EXPECT_FALSE(price(request));
}

TEST(Pricing, AmountsThatCompoundPastTheRangeAreRefused) {
  PriceRequest request;
  for (int i = 0; i < 16; ++i) {
    Tax tax;
    tax.code = std::to_string(i);
    tax.rate_micro = kMaxRateMicro;
    tax.adds_to_base = true;
    request.taxes.push_back(tax);
  }
  LineToPrice line{"a", {}, 1'000'000'000'000, {}, {}, {}};
  for (std::size_t i = 0; i < 16; ++i) line.taxes.push_back(i);
  request.lines = {line};
  const auto priced = price(request);
  ASSERT_FALSE(priced);
  EXPECT_NE(priced.error().message.find("line 'a'"), std::string::npos);
}

TEST(UnitPrice, KeepsItsOwnDecimals) {
  EXPECT_EQ(format_unit_price(1'599'000, {}), "1.599");
  EXPECT_EQ(format_unit_price(1'500'000, {}), "1.50");
  EXPECT_EQ(format_unit_price(27'000'000'000, *currency_of("CLP")), "27000");
  EXPECT_EQ(*unit_price_micro({21}, Currency{"CHF", 5, 2}), 1'050'000);
  EXPECT_FALSE(unit_price_micro({kMaxMinor}, *currency_of("CLP")));
}

}  // namespace
}  // namespace till::domain

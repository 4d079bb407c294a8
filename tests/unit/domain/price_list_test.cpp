#include "domain/price_list.hpp"

#include <gtest/gtest.h>

namespace till::domain {
namespace {

Price price(std::uint8_t id, std::int64_t minor, std::int64_t from, std::int64_t until, std::string list = {}) {
  Price p;
  p.id = Id{{id}};
  p.amount = {minor};
  p.valid_from = {from};
  p.valid_until = {until};
  p.list = std::move(list);
  return p;
}

std::int64_t now_costs(const std::vector<Price>& prices, std::int64_t now, std::string_view list = {}) {
  Product product;
  product.price = {360};
  return priced_on(product, prices, list, {now}).price.minor;
}

TEST(PriceList, a_price_holds_from_its_first_moment_until_before_its_last) {
  const std::vector<Price> prices = {price(1, 300, 100, 200)};
  EXPECT_EQ(now_costs(prices, 99), 360);
  EXPECT_EQ(now_costs(prices, 100), 300);
  EXPECT_EQ(now_costs(prices, 199), 300);
  EXPECT_EQ(now_costs(prices, 200), 360);
  EXPECT_EQ(now_costs({price(1, 300, 100, 0)}, 1'000'000), 300);
}

TEST(PriceList, another_lists_prices_a_deleted_and_an_impossible_one_are_not_asked) {
  auto deleted = price(2, 200, 0, 0);
  deleted.lifecycle = Lifecycle::deleted;
  EXPECT_EQ(now_costs({price(1, 300, 0, 0, "airport"), deleted, price(3, -5, 0, 0)}, 50), 360);
  EXPECT_EQ(now_costs({price(1, 300, 0, 0, "airport")}, 50, "airport"), 300);
}

TEST(PriceList, of_several_the_one_that_began_last_and_then_the_higher_id_holds_in_any_order) {
  std::vector<Price> prices = {price(1, 100, 10, 0), price(2, 200, 20, 0), price(3, 300, 20, 0)};
  EXPECT_EQ(now_costs(prices, 50), 300);
  std::swap(prices[0], prices[2]);
  EXPECT_EQ(now_costs(prices, 50), 300);
  EXPECT_EQ(now_costs(prices, 15), 100);
}

TEST(PriceList, a_special_stays_as_long_as_it_is_lower) {
  Product product;
  product.price = {360};
  product.special_price = {250};
  product.has_special = true;
  EXPECT_TRUE(priced_on(product, std::vector{price(1, 300, 0, 0)}, "", {5}).has_special);
  const auto happy = priced_on(product, std::vector{price(1, 200, 0, 0)}, "", {5});
  EXPECT_FALSE(happy.has_special);
  EXPECT_EQ(happy.price.minor, 200);
}

}  // namespace
}  // namespace till::domain

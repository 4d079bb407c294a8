#include "domain/price_list.hpp"

#include <tuple>

namespace till::domain {

namespace {

bool holds(const Price& price, std::string_view list, UtcTime now) {
  const bool ended = price.valid_until.us != 0 && now >= price.valid_until;
  return price.lifecycle == Lifecycle::active && price.list == list && price.valid_from <= now && !ended &&
         price.amount.minor >= 0 && price.amount.minor <= kMaxMinor;
}

}  // namespace

const Price* price_on(std::span<const Price> prices, std::string_view list, UtcTime now) {
  const Price* best = nullptr;
  for (const Price& price : prices) {
    if (!holds(price, list, now)) continue;
    if (best == nullptr || std::tie(price.valid_from, price.id) > std::tie(best->valid_from, best->id)) best = &price;
  }
  return best;
}

Product priced_on(Product product, std::span<const Price> prices, std::string_view list, UtcTime now) {
  const Price* price = price_on(prices, list, now);
  if (price == nullptr) return product;
  product.price = price->amount;
  if (product.special_price >= product.price) product.has_special = false;
  return product;
}

}  // namespace till::domain

#include "app/demo_generator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/random.hpp"
#include "domain/barcode.hpp"

namespace till::app {
namespace {

using domain::Product;

constexpr std::array kMakers{"Golden Valley", "Lindenhof",    "Sunny Mill",  "North Bay",     "Old Town",
                             "Green Acre",    "Alpine",       "Morning Dew", "Red Barn",      "Harvest Day",
                             "River Bend",    "Blue Harbour", "Oak & Field", "Four Seasons",  "Little Farm",
                             "Stone Oven",    "Wild Meadow",  "Bright Leaf", "Copper Kettle", "Silver Lake",
                             "Country Lane",  "Hill Top",     "Market Hall", "Sea Breeze"};
constexpr std::array kKinds{"organic", "wholegrain", "classic", "mild",   "smoked", "spiced",    "roasted", "creamy",
                            "light",   "crunchy",    "vegan",   "family", "fine",   "homestyle", "fresh",   "dark"};
constexpr std::array kFlavours{"honey",  "rye",     "apple",   "tomato", "pepper", "almond",    "lemon",  "vanilla",
                               "cherry", "paprika", "herb",    "oat",    "garlic", "hazelnut",  "ginger", "chocolate",
                               "onion",  "mustard", "pumpkin", "lentil", "sesame", "blueberry", "spelt",  "coconut"};
constexpr std::array kSolids{"crackers", "muesli", "biscuits", "yoghurt",  "spread",    "cheese",  "noodles",  "bread",
                             "crisps",   "jam",    "pudding",  "sausages", "salad",     "tea",     "porridge", "bars",
                             "pastries", "coffee", "rusks",    "flakes",   "dumplings", "truffles"};
constexpr std::array kLiquids{"soup", "sauce", "drink", "dressing", "syrup", "ice cream", "lemonade", "vinegar"};
constexpr std::array kWeights{"100 g", "150 g", "200 g", "250 g", "300 g", "400 g", "500 g", "750 g", "1 kg"};
constexpr std::array kVolumes{"250 ml", "330 ml", "400 ml", "500 ml", "750 ml", "1 l", "1.5 l"};
constexpr std::array kCents{99, 49, 29, 79, 19, 89, 59, 69};

template <class List>
const char* pick(const List& list, Random& random) {
  return list[random.below(list.size())];
}

std::string made_up_name(Random& random) {
  const bool liquid = random.below(4) == 0;
  const char* goods = liquid ? pick(kLiquids, random) : pick(kSolids, random);
  const char* size = liquid ? pick(kVolumes, random) : pick(kWeights, random);
  const char* maker = pick(kMakers, random);
  const char* kind = pick(kKinds, random);
  return fmt::format("{} {} {} {} {}", maker, kind, pick(kFlavours, random), goods, size);
}

// 12 digits that no other number gives: 9 of them count, in a shuffled order so that neighbours do not look alike.
std::string made_up_ean(std::uint64_t number) {
  constexpr std::uint64_t kCodes = 1'000'000'000, kOddStride = 387'420'489;  // coprime to 10^9
  const std::string digits = fmt::format("540{:09}", number * kOddStride % kCodes);
  return digits + domain::check_digit(digits).value_or('0');
}

// Most goods cost a few units, some ten or twenty.
domain::Money made_up_price(Random& random) {
  const std::uint64_t step = random.below(100);
  const std::uint64_t most = step < 70 ? 5 : step < 95 ? 12 : 30;
  return {static_cast<std::int64_t>(random.below(most)) * 100 + kCents[random.below(kCents.size())]};
}

Product made_up_product(const GeneratedCatalogue& wanted, std::uint64_t number, Random& random) {
  Product product;
  ManualClock clock({kMadeUpProductsAt.us + static_cast<std::int64_t>(number)});
  product.id = new_id(clock, random);
  product.sku = fmt::format("G{:07}", number);
  product.name = made_up_name(random);
  product.category = wanted.categories[random.below(wanted.categories.size())];
  product.price = made_up_price(random);
  const bool reduced = wanted.taxes.size() > 1 && random.below(10) < 7;
  product.taxes = {wanted.taxes[reduced ? 1 : 0]};
  product.barcodes = {made_up_ean(number)};
  product.low_stock_milli = static_cast<std::int64_t>(random.below(12)) * 1000;
  if (random.below(40) == 0 && product.price.minor > 50) {
    product.has_special = true;
    product.special_price = {product.price.minor - product.price.minor / 5};
  }
  return product;
}

}  // namespace

Status generate_products(const GeneratedCatalogue& wanted, const ProductBatch& take) {
  if (wanted.categories.empty() || wanted.taxes.empty())
    return invalid("a made-up catalogue needs a category and a tax");
  if (wanted.products > kMostMadeUpProducts) return invalid("a made-up catalogue has 10 million products at most");
  SeededRandom random(wanted.seed);
  const std::size_t batch_size = std::max<std::size_t>(wanted.batch, 1);
  std::vector<Product> batch;
  for (std::size_t number = 1; number <= wanted.products; ++number) {
    batch.push_back(made_up_product(wanted, number, random));
    if (batch.size() < batch_size && number < wanted.products) continue;
    TRY(take(batch));
    batch.clear();
  }
  return {};
}

}  // namespace till::app

#include "app/demo_generator.hpp"

#include <set>

#include "domain/barcode.hpp"
#include "domain/sale_builder.hpp"

namespace till::app {
namespace {

Id id_numbered(std::uint8_t number) {
  Id id;
  id.bytes[15] = number;
  return id;
}

std::vector<domain::Tax> two_taxes() {
  std::vector<domain::Tax> taxes(2);
  for (std::size_t i = 0; i < 2; ++i) {
    taxes[i].id = id_numbered(static_cast<std::uint8_t>(i + 1));
    taxes[i].code = i == 0 ? "vat19" : "vat7";
    taxes[i].name = i == 0 ? "VAT 19 %" : "VAT 7 %";
    taxes[i].rate_micro = i == 0 ? 19'000'000 : 7'000'000;
    taxes[i].included = true;
  }
  return taxes;
}

GeneratedCatalogue catalogue_of(std::size_t products) {
  GeneratedCatalogue wanted;
  wanted.products = products;
  wanted.batch = 100;
  wanted.categories = {id_numbered(10), id_numbered(11)};
  wanted.taxes = {id_numbered(1), id_numbered(2)};
  return wanted;
}

std::vector<domain::Product> products_of(const GeneratedCatalogue& wanted) {
  std::vector<domain::Product> all;
  EXPECT_TRUE(generate_products(wanted, [&](std::span<const domain::Product> batch) -> Status {
    EXPECT_LE(batch.size(), wanted.batch);
    all.insert(all.end(), batch.begin(), batch.end());
    return {};
  }));
  return all;
}

std::vector<domain::Sale> sales_of(const GeneratedHistory& wanted) {
  std::vector<domain::Sale> all;
  const Status made = generate_sales(wanted, products_of(catalogue_of(500)), two_taxes(),
                                     [&](std::span<const domain::Sale> batch) -> Status {
                                       EXPECT_LE(batch.size(), wanted.batch);
                                       all.insert(all.end(), batch.begin(), batch.end());
                                       return {};
                                     });
  EXPECT_TRUE(made) << made.error().message;
  return all;
}

GeneratedHistory two_weeks() {
  GeneratedHistory wanted;
  wanted.until = {1'790'000'000'000'000};
  wanted.days = 14;
  wanted.sales_per_day = 20;
  wanted.batch = 50;
  wanted.terminals = 3;
  return wanted;
}

TEST(DemoGenerator, codes_and_names_of_products_are_valid_and_codes_never_repeat) {
  const auto products = products_of(catalogue_of(5'050));
  ASSERT_EQ(products.size(), 5'050u);
  std::set<std::string> codes;
  std::set<Id> ids;
  for (const auto& product : products) {
    ASSERT_EQ(product.barcodes.size(), 1u);
    EXPECT_TRUE(domain::has_right_check_digit(product.barcodes[0])) << product.barcodes[0];
    EXPECT_EQ(product.barcodes[0].size(), 13u);
    EXPECT_GT(product.price.minor, 0);
    codes.insert(product.barcodes[0]);
    ids.insert(product.id);
  }
  EXPECT_EQ(codes.size(), products.size());
  EXPECT_EQ(ids.size(), products.size());
}

TEST(DemoGenerator, same_seed_gives_the_same_catalogue_and_another_seed_another) {
  auto wanted = catalogue_of(300);
  const auto first = products_of(wanted), again = products_of(wanted);
  wanted.seed = 2;
  const auto other = products_of(wanted);
  EXPECT_EQ(first[299].id, again[299].id);
  EXPECT_EQ(first[299].name, again[299].name);
  EXPECT_NE(first[299].id, other[299].id);
}

TEST(DemoGenerator, every_sale_passes_the_check_that_real_sales_pass) {
  const auto sales = sales_of(two_weeks());
  ASSERT_GT(sales.size(), 200u);
  for (const auto& sale : sales) {
    const Status checked = domain::check_sale(sale);
    EXPECT_TRUE(checked) << sale.receipt << ": " << checked.error().message;
  }
}

TEST(DemoGenerator, receipt_numbers_of_each_terminal_have_no_gap_and_times_only_grow) {
  std::map<std::string, std::int64_t> last;
  UtcTime before{0};
  for (const auto& sale : sales_of(two_weeks())) {
    EXPECT_EQ(sale.number, ++last[sale.series]);
    EXPECT_GE(sale.at, before);
    before = sale.at;
  }
  EXPECT_EQ(last.size(), 3u);
  EXPECT_LT(before, two_weeks().until);
}

TEST(DemoGenerator, nobody_sells_on_sundays) {
  for (const auto& sale : sales_of(two_weeks())) EXPECT_NE((sale.at.us / 86'400'000'000 + 4) % 7, 0);
}

TEST(DemoGenerator, error_of_the_taker_stops_it) {
  int batches = 0;
  const Status made = generate_products(catalogue_of(1'000), [&](std::span<const domain::Product>) -> Status {
    return ++batches == 2 ? Status(fail(ErrorKind::permanent, "the disk is full")) : Status{};
  });
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().message, "the disk is full");
  EXPECT_EQ(batches, 2);
}

TEST(DemoGenerator, cancelled_task_stops_it_between_days) {
  Task task;
  std::size_t sales = 0;
  auto wanted = two_weeks();
  wanted.batch = 1;
  const auto products = products_of(catalogue_of(50));
  const Status made = generate_sales(
      wanted, products, two_taxes(),
      [&](std::span<const domain::Sale>) -> Status {
        ++sales;
        task.cancel();
        return {};
      },
      &task);
  EXPECT_FALSE(made);
  EXPECT_LT(sales, 40u);
}

TEST(DemoGenerator, nonsense_is_refused) {
  const auto ignore = [](auto) -> Status { return {}; };
  EXPECT_FALSE(generate_products({}, ignore));
  EXPECT_FALSE(generate_sales(two_weeks(), {}, two_taxes(), ignore));
  auto wanted = two_weeks();
  wanted.terminals = 0;
  EXPECT_FALSE(generate_sales(wanted, products_of(catalogue_of(5)), two_taxes(), ignore));
}

}  // namespace
}  // namespace till::app

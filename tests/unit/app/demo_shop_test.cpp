#include "app/demo_shop.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <tuple>

#include "app/csv.hpp"
#include "domain/barcode.hpp"
#include "net/printers/printer.hpp"
#include "support/source_dir.hpp"
#include "support/temp_folder.hpp"

namespace till::app {
namespace {

namespace fs = std::filesystem;
const std::string kAssets = till::test::source_path("assets");

const DemoShop& shop() {
  static const DemoShop loaded = [] {
    auto read = load_demo_shop(kAssets + "/demo");
    EXPECT_TRUE(read) << read.error().message;
    return read.value_or(DemoShop{});
  }();
  return loaded;
}

const domain::Product* with_barcode(const std::string& code) {
  const auto& all = shop().products;
  const auto found = std::ranges::find_if(
      all, [&](const domain::Product& p) { return std::ranges::find(p.barcodes, code) != p.barcodes.end(); });
  return found == all.end() ? nullptr : &*found;
}

TEST(DemoShop, is_a_whole_shop) {
  EXPECT_GE(shop().products.size(), 600u);
  EXPECT_GE(shop().categories.size(), 14u);
  EXPECT_EQ(shop().taxes.size(), 2u);
  EXPECT_EQ(shop().users.size(), 12u);
  EXPECT_EQ(shop().customers.size(), 40u);
  EXPECT_EQ(shop().printers.size(), 3u);
  EXPECT_EQ(shop().tables.size(), 12u);
  EXPECT_GE(shop().opening_stock.size(), 500u);
}

TEST(DemoShop, bananas_are_weighed_and_have_their_plu_and_their_scale_label) {
  const auto* bananas = with_barcode("4011");
  ASSERT_NE(bananas, nullptr);
  EXPECT_EQ(bananas->name, "Bananas");
  EXPECT_EQ(bananas->unit, domain::SellUnit::kilogram);
  EXPECT_EQ(bananas->barcodes, (std::vector<std::string>{"4011", "2104011000009"}));
}

TEST(DemoShop, highlighter_has_the_barcode_that_the_examples_scan) {
  ASSERT_NE(with_barcode("4006381333931"), nullptr);
  EXPECT_EQ(with_barcode("4006381333931")->price.minor, 149);
}

TEST(DemoShop, drinks_carry_the_deposit_of_their_bottle) {
  std::map<Id, std::int64_t> deposit_price;
  for (const auto& p : shop().products) deposit_price[p.id] = p.price.minor;
  std::set<std::int64_t> used;
  for (const auto& p : shop().products) {
    if (!p.deposit.is_nil()) used.insert(deposit_price.at(p.deposit));
  }
  EXPECT_EQ(used, (std::set<std::int64_t>{8, 15, 25, 310, 330}));
}

TEST(DemoShop, ids_are_the_same_every_time_and_no_two_are_equal) {
  const auto again = load_demo_shop(kAssets + "/demo");
  ASSERT_TRUE(again);
  std::set<Id> ids;
  for (std::size_t i = 0; i < shop().products.size(); ++i) {
    EXPECT_EQ(again->products[i].id, shop().products[i].id);
    ids.insert(shop().products[i].id);
  }
  EXPECT_EQ(ids.size(), shop().products.size());
  EXPECT_EQ(to_string(with_barcode("4006381333931")->id), to_string(again->products[652].id));
}

TEST(DemoShop, best_sellers_of_a_category_have_tile_positions_without_a_gap) {
  std::map<Id, std::set<int>> positions;
  for (const auto& p : shop().products) {
    if (p.position > 0) {
      EXPECT_TRUE(positions[p.category].insert(p.position).second) << p.name;
    }
  }
  EXPECT_EQ(positions.size(), shop().categories.size());
  for (const auto& [category, taken] : positions) EXPECT_EQ(*taken.rbegin(), static_cast<int>(taken.size()));
}

TEST(DemoShop, every_icon_is_one_that_the_window_knows) {
  std::ifstream file(kAssets + "/icons/icons.csv");
  std::stringstream text;
  text << file.rdbuf();
  const auto table = CsvTable::parse(text.str());
  ASSERT_TRUE(table);
  std::set<std::string> icons;
  for (const auto& row : table->rows) icons.insert(table->at(row, "name"));
  EXPECT_EQ(icons.size(), table->rows.size()) << "an icon's name is there twice";
  for (const auto& c : shop().categories) EXPECT_TRUE(icons.contains(c.icon)) << c.name << ": " << c.icon;
  for (const auto& p : shop().products) {
    if (!p.icon.empty()) {
      EXPECT_TRUE(icons.contains(p.icon)) << p.name << ": " << p.icon;
    }
  }
}

TEST(DemoShop, alcohol_asks_for_an_age_and_alcohol_free_beer_does_not) {
  for (const auto& p : shop().products) {
    if (p.name.starts_with("Pilsner 0.5")) {
      EXPECT_EQ(p.minimum_age, 16);
    }
    if (p.name.starts_with("Gin ")) {
      EXPECT_EQ(p.minimum_age, 18);
    }
    if (p.name.find("alcohol-free") != std::string::npos) {
      EXPECT_EQ(p.minimum_age, 0);
    }
  }
}

TEST(DemoShop, what_is_bought_names_its_supplier) {
  EXPECT_EQ(shop().suppliers.size(), 8u);
  std::set<Id> known;
  for (const auto& supplier : shop().suppliers) known.insert(supplier.id);
  std::size_t named = 0;
  for (const auto& product : shop().products) {
    if (product.supplier.is_nil()) continue;
    EXPECT_TRUE(known.contains(product.supplier)) << product.name;
    ++named;
  }
  EXPECT_GT(named, shop().products.size() / 2);
}

TEST(DemoShop, kitchen_and_bar_print_for_their_categories_and_no_two_tables_stand_in_one_place) {
  ASSERT_EQ(shop().printer_rows.size(), 3u);
  EXPECT_EQ(shop().printer_assignments.size(), 3u);
  std::set<std::tuple<std::string, int, int>> places;
  for (const auto& table : shop().tables)
    EXPECT_TRUE(places.emplace(table.room, table.x_mm, table.y_mm).second) << table.room << " " << table.name;
}

TEST(DemoShop, printers_have_addresses_that_can_be_used_without_any_device) {
  for (const auto& printer : shop().printers) {
    const auto address = net::parse_printer_address(printer.address, "/data");
    ASSERT_TRUE(address) << address.error().message;
    EXPECT_EQ(address->kind, net::PrinterAddress::Kind::folder);
  }
}

// A copy of the demo's files in which one line of one file is replaced.
class BrokenDemo {
 public:
  BrokenDemo(const std::string& file, const std::string& from, const std::string& to) {
    fs::copy(kAssets + "/demo", folder_, fs::copy_options::recursive);
    std::stringstream text;
    text << std::ifstream(folder_ / file).rdbuf();
    std::string content = text.str();
    const std::size_t at = content.find(from);
    EXPECT_NE(at, std::string::npos);
    content.replace(at, from.size(), to);
    std::ofstream(folder_ / file) << content;
  }
  [[nodiscard]] std::string refusal() const {
    const auto read = load_demo_shop(folder_.string());
    return read ? "" : read.error().message;
  }

 private:
  const test::TempFolder temp_;
  const fs::path folder_ = temp_.path();
};

TEST(DemoShop, row_that_makes_no_sense_is_refused_with_its_file_and_line) {
  const auto refused = [](const std::string& file, const std::string& from, const std::string& to,
                          const std::string& saying) {
    const std::string message = BrokenDemo(file, from, to).refusal();
    EXPECT_NE(message.find(file), std::string::npos) << message;
    EXPECT_NE(message.find(saying), std::string::npos) << message;
  };
  refused("products.csv", "4006381333931", "4006381333932", "wrong check digit");
  refused("products.csv", "CF-002", "CF-001", "line 3");
  refused("products.csv", "DP-008,Deposit", "DP-009,Deposit", "is no product");
  refused("products.csv", "3.60", "3.605", "line 2");
  refused("products.csv", "vat19", "vat20", "no tax");
  refused("categories.csv", "8A5A44", "brown", "colour");
  refused("users.csv", "1470", "2580", "same PIN");
  refused("users.csv", "supervisor", "boss", "role");
  refused("customers.csv", "2900000070011", "2900000070012", "check digit");
  refused("tables.csv", "Café,2", "Café,two", "seats");
}

TEST(DemoShop, missing_file_is_named) {
  const auto read = load_demo_shop("/nonexistent");
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().message.find("shop.csv"), std::string::npos);
}

}  // namespace
}  // namespace till::app

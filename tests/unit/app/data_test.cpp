// Import of products and exports.
#include <boost/json.hpp>

#include "app/catalogue.hpp"
#include "app/csv.hpp"
#include "app/export.hpp"
#include "app/import.hpp"
#include "shop_fixture.hpp"

namespace till::app {
namespace {

class Importing : public ShopTest {
 protected:
  Result<ImportReport> try_import(const std::string& csv, bool dry_run = false) {
    Task task;
    return import_products(*shop_, owner(), csv, dry_run, task);
  }
  ImportReport import(const std::string& csv, bool dry_run = false) { return value_of(try_import(csv, dry_run)); }
  domain::Product product(const std::string& code) { return value_of(product_by_code(*shop_, code)); }
  std::int64_t products() { return number("SELECT count(*) FROM product"); }
};

TEST_F(Importing, adds_new_products_and_changes_only_the_columns_of_the_file) {
  const auto report = import("sku,name,price\nNS-011,Marker,1.79\nNEW-1,Stapler,8.50\nBK-001,Rye bread,2.95\n");
  EXPECT_EQ(report.rows, 3u);
  EXPECT_EQ(report.added, 1u);
  EXPECT_EQ(report.changed, 1u);
  EXPECT_EQ(report.unchanged, 1u);
  EXPECT_EQ(product("NS-011").price.minor, 179);
  EXPECT_EQ(product("NS-011").barcodes, std::vector<std::string>{kPens});
  EXPECT_TRUE(product("NS-011").track_stock);
  EXPECT_EQ(product("NEW-1").name, "Stapler");
  EXPECT_EQ(journalled("import"), 1);
}

TEST_F(Importing, a_dry_run_reports_and_writes_nothing) {
  const auto before = products();
  const auto report = import("sku,name,price\nNEW-1,Stapler,8.50\nNS-011,Marker,1.79\n", true);
  EXPECT_TRUE(report.dry_run);
  EXPECT_EQ(report.added, 1u);
  EXPECT_EQ(report.changed, 1u);
  EXPECT_EQ(products(), before);
  EXPECT_EQ(product("NS-011").price.minor, 149);
  EXPECT_EQ(journalled("import"), 0);
}

TEST_F(Importing, one_bad_row_and_nothing_is_written) {
  const auto before = products();
  const auto report = import(
      "sku,name,price,barcode,unit,taxes,category\n"
      "NEW-1,Stapler,8.50,,,,\n"
      "NEW-2,Glue,abc,,,,\n"
      "NEW-3,Tape,1.00,4006381333932,,,\n"
      "NEW-4,Wire,1.00,,furlong,,\n"
      "NEW-5,Ink,1.00,,,vat99,\n"
      "NEW-6,Pins,1.00,,,,nowhere\n"
      ",Nameless,1.00,,,,\n"
      "NEW-7,Clip,-1.00,,,,\n"
      "NEW-1,Stapler,8.50,,,,\n");
  std::vector<std::size_t> lines;
  for (const auto& problem : report.problems) lines.push_back(problem.line);
  EXPECT_EQ(lines, (std::vector<std::size_t>{3, 4, 5, 6, 7, 8, 9, 10}));
  EXPECT_EQ(products(), before);
  EXPECT_EQ(product("NS-011").price.minor, 149);
}

TEST_F(Importing, takes_quotes_semicolons_byte_order_mark_and_crlf) {
  const auto report = import("\xEF\xBB\xBFsku;name;price\r\nNEW-1;\"Paper; \"\"white\"\"\";8.50\r\n");
  EXPECT_EQ(report.added, 1u);
  EXPECT_EQ(product("NEW-1").name, "Paper; \"white\"");
}

TEST_F(Importing, a_file_without_the_other_barcodes_leaves_them_alone) {
  import("sku,barcode\nBK-001,4000000000044\n");
  EXPECT_EQ(product("BK-001").barcodes, (std::vector<std::string>{"4000000000044", "4000000000020"}));
  import("sku,more_barcodes\nBK-001,4000000000013|4000000000020\n");
  EXPECT_EQ(product("BK-001").barcodes, (std::vector<std::string>{"4000000000044", "4000000000013", "4000000000020"}));
}

TEST_F(Importing, an_age_beyond_all_bounds_does_not_become_a_small_one) {
  const auto report = import("sku,minimum_age\nNS-011,4294967314\n");
  EXPECT_EQ(report.problems.size(), 1u);
  EXPECT_EQ(product("NS-011").minimum_age, 0);
}

TEST_F(Importing, needs_a_sku_column_and_the_right) {
  EXPECT_REFUSED(try_import("name,price\nStapler,8.50\n"), invalid, "sku");
  EXPECT_FALSE(try_import(""));
  Task task;
  EXPECT_REFUSED(import_products(*shop_, cashier(), "sku\nX\n", false, task), denied, "cashier");
}

TEST_F(Importing, can_be_stopped_and_then_has_written_nothing) {
  Task task;
  task.cancel();
  EXPECT_FALSE(import_products(*shop_, owner(), "sku,name,price\nNEW-1,Stapler,8.50\n", false, task));
  EXPECT_EQ(number("SELECT count(*) FROM product WHERE sku = 'NEW-1'"), 0);
}

class Exporting : public ShopTest {
 protected:
  boost::json::array rows(const std::string& what, const ExportRange& range = {}) {
    return value_of(export_rows(*shop_, owner(), what, range));
  }
  static void expect_keys(const boost::json::value& row, const std::vector<const char*>& keys) {
    for (const auto* key : keys) EXPECT_NE(row.as_object().if_contains(key), nullptr) << key;
  }
};

TEST_F(Exporting, every_kind_of_row_has_the_keys_that_scripts_rely_on) {
  open_the_shift();
  sell({kPens, "FR-001"});
  expect_keys(rows("products").at(0), {"sku", "name", "barcode", "price"});
  const auto sale = rows("sales").at(0);
  expect_keys(sale, {"receipt", "total", "at", "user", "terminal", "lines", "tenders"});
  EXPECT_EQ(sale.at("total"), "3.48");
  EXPECT_EQ(sale.at("user"), "Mia");
  EXPECT_EQ(sale.at("lines").as_array().size(), 2u);
  expect_keys(rows("users").at(0), {"name", "role"});
  expect_keys(rows("customers").at(0), {"name", "phone", "email"});
  expect_keys(rows("stock").at(0), {"sku", "name", "qty"});
  expect_keys(rows("settings").at(0), {"key", "value"});
  expect_keys(rows("audit").at(0), {"at", "user", "action", "subject"});
  EXPECT_REFUSED(export_rows(*shop_, owner(), "everything", {}), invalid, "products");
}

TEST_F(Exporting, no_secret_of_a_user_leaves_the_shop) {
  for (const auto& row : rows("users")) EXPECT_EQ(boost::json::serialize(row).find("pin"), std::string::npos);
}

TEST_F(Exporting, a_range_ends_before_its_end) {
  open_the_shift();
  const auto first = sell({kPens});
  clock_.advance(std::chrono::hours(1));
  const auto second = sell({kPens});
  EXPECT_EQ(rows("sales", {first.at, second.at}).size(), 1u);
  EXPECT_EQ(rows("sales", {first.at, {}}).size(), 2u);
  EXPECT_EQ(rows("sales", {{}, first.at}).size(), 0u);
}

TEST_F(Exporting, what_was_exported_can_be_imported_and_changes_nothing) {
  const auto csv = to_csv(rows("products"));
  Task task;
  const auto report = value_of(import_products(*shop_, owner(), csv, false, task));
  for (const auto& problem : report.problems) ADD_FAILURE() << problem.line << ": " << problem.sentence;
  EXPECT_EQ(report.unchanged, 7u);
  EXPECT_EQ(report.added + report.changed, 0u);
}

}  // namespace
}  // namespace till::app

// Exports: what scripts rely on, what never leaves, and that what comes out goes in again.
#include <boost/json.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/catalogue_rows.hpp"
#include "app/journal_reading.hpp"
#include "app/prices.hpp"
#include "import_fixture.hpp"

namespace till::app {
namespace {

class Exporting : public ImportTest {
 protected:
  boost::json::array rows(const std::string& what, std::optional<UtcTime> from = {}, std::optional<UtcTime> to = {}) {
    Task task;
    ExportWish wish;
    wish.what = what;
    wish.from = from;
    wish.to = to;
    return boost::json::parse(value_of(export_text(*shop_, owner(), wish, task)).text).as_array();
  }
  static void expect_keys(const boost::json::value& row, const std::vector<const char*>& keys) {
    for (const auto* key : keys) EXPECT_NE(row.as_object().if_contains(key), nullptr) << key;
  }
  Result<ExportedText> try_export(const Actor& actor, const std::string& what) {
    Task task;
    return export_text(*shop_, actor, {what, FileFormat::json, {}, {}}, task);
  }
};

TEST_F(Exporting, every_kind_of_row_has_the_keys_that_scripts_rely_on) {
  open_the_shift();
  sell({kPens, "FR-001"});
  expect_keys(rows("products").at(0), {"sku", "name", "barcode", "price"});
  EXPECT_TRUE(rows("products").at(0).at("available").is_bool());
  EXPECT_TRUE(rows("products").at(0).at("minimum_age").is_int64());
  const auto sale = rows("sales").at(0);
  expect_keys(sale, {"receipt", "total", "at", "user", "terminal", "lines", "tenders"});
  EXPECT_EQ(sale.at("total"), "3.48");
  EXPECT_EQ(sale.at("user"), "Mia");
  EXPECT_EQ(sale.at("lines").as_array().size(), 2u);
  EXPECT_EQ(rows("sale-lines").size(), 2u);
  expect_keys(rows("users").at(0), {"name", "role"});
  expect_keys(rows("customers").at(0), {"name", "phone", "email"});
  expect_keys(rows("stock").at(0), {"sku", "name", "qty"});
  expect_keys(rows("settings").at(0), {"key", "value"});
  expect_keys(rows("audit").at(0), {"at", "user", "action", "subject"});
  EXPECT_REFUSED(try_export(owner(), "everything"), invalid, "products");
}

TEST_F(Exporting, the_journal_leaves_in_one_form_with_one_right_whatever_the_command_is_called) {
  open_the_shift();
  sell({kPens});
  clock_.advance(std::chrono::seconds(1));
  const auto now = clock_.now();
  Task task;
  for (const auto format : {FileFormat::json, FileFormat::csv}) {
    std::string journal;
    JournalQuery query;
    query.to = now;
    const auto as = format == FileFormat::json ? JournalFormat::json : JournalFormat::csv;
    const auto entries = value_of(export_journal(*shop_, owner(), query, as, task, [&](std::string_view piece) {
      journal += piece;
      return Status{};
    }));
    const auto exported = value_of(export_text(*shop_, owner(), {"audit", format, {}, now}, task));
    EXPECT_EQ(exported.text, journal);
    EXPECT_EQ(exported.rows, entries);
  }
  EXPECT_EQ(journalled("export"), 4);
  EXPECT_TRUE(value_of(verify_exported(*shop_, value_of(try_export(owner(), "audit")).text)).good);
  EXPECT_REFUSED(try_export(cashier(), "audit"), denied, "");
}

TEST_F(Exporting, no_secret_of_a_user_leaves_the_shop) {
  for (const auto& row : rows("users")) EXPECT_EQ(boost::json::serialize(row).find("pin"), std::string::npos);
}

TEST_F(Exporting, a_range_ends_before_its_end_and_spans_days_without_sales) {
  open_the_shift();
  const auto first = sell({kPens});
  clock_.advance(std::chrono::hours(24 * 40));
  const auto second = sell({kPens});
  EXPECT_EQ(rows("sales", first.at, second.at).size(), 1u);
  EXPECT_EQ(rows("sales", first.at).size(), 2u);
  EXPECT_EQ(rows("sales", {}, first.at).size(), 0u);
  EXPECT_EQ(rows("sales").size(), 2u);
}

TEST_F(Exporting, the_journal_says_who_took_what_and_how_many_rows) {
  exported(*shop_, "customers");
  const auto customers = number("SELECT count(*) FROM customer");
  EXPECT_EQ(text("SELECT user_name || ': ' || subject || ' ' || detail FROM audit_entry WHERE action = 'export'"),
            "Anna: customers " + std::to_string(customers) + " rows as text");
  EXPECT_REFUSED(try_export(cashier(), "customers"), denied, "cashier");
  EXPECT_EQ(journalled("export"), 1);
}

TEST_F(Exporting, a_file_is_whole_or_not_there) {
  const auto path = temp_.file("out.csv");
  Task task;
  ExportWish wish;
  wish.what = "products";
  wish.format = FileFormat::csv;
  EXPECT_EQ(value_of(export_to_file(*shop_, owner(), wish, path, task)), 7u);
  std::ostringstream content;
  content << std::ifstream(path).rdbuf();
  EXPECT_EQ(content.str(), exported(*shop_, "products"));
  Task stopped;
  stopped.cancel();
  const auto other = temp_.file("other.csv");
  EXPECT_FALSE(export_to_file(*shop_, owner(), wish, other, stopped));
  EXPECT_FALSE(std::filesystem::exists(other));
  EXPECT_FALSE(std::filesystem::exists(other + ".part"));
}

TEST_F(Exporting, an_empty_list_still_names_its_columns) {
  EXPECT_EQ(exported(*shop_, "prices").substr(0, 7), "id,sku,");
  EXPECT_EQ(exported(*shop_, "sales").substr(0, 8), "id,kind,");
  EXPECT_EQ(rows("prices").size(), 0u);
}

TEST_F(Exporting, a_name_that_a_spreadsheet_would_run_leaves_disarmed_and_returns_as_it_was) {
  import("products", "sku,name,price\nNEW-1,\"'=HYPERLINK(1)\",1.00\nNEW-2,-50% label,1.00\n");
  const auto csv = exported(*shop_, "products");
  EXPECT_NE(csv.find(",'=HYPERLINK(1),"), std::string::npos) << csv;
  EXPECT_NE(csv.find(",'-50% label,"), std::string::npos) << csv;
  const auto report = import("products", csv);
  EXPECT_EQ(report.unchanged, report.rows) << problems_of(report);
}

// Out of one shop, into an empty one, out of that: the same file, in both formats.
class RoundTrip : public Exporting, public ::testing::WithParamInterface<FileFormat> {
 protected:
  void expect_round_trip(const std::string& kind, const std::vector<std::string>& before) {
    const auto other = empty_shop("other");
    for (const auto& needed : before) import_into(*other, needed, exported(*shop_, needed));
    const auto file = exported(*shop_, kind, GetParam());
    const auto report = import_into(*other, kind, file);
    EXPECT_EQ(report.problem_count, 0u) << problems_of(report);
    EXPECT_EQ(exported(*other, kind, GetParam()), file);
    const auto again = import_into(*other, kind, file);
    EXPECT_EQ(again.unchanged, again.rows);
  }
};

TEST_P(RoundTrip, products) {
  import("products",
         "sku,name,price,special_price,available,track_stock,low_stock,minimum_age,supplier,tare,state,more_barcodes\n"
         "BK-001,\"Brot, "
         "\"\"frisch\"\"\n=1+1\",2.95,1.99,no,no,1.234,18,Hahn,0.012,archived,4000000000020|4000000000051\n");
  expect_round_trip("products", {"taxes", "categories", "suppliers"});
}
TEST_P(RoundTrip, categories) {
  import("categories", "name,parent,colour,position\nJuices,Drinks,112233,4\nDrinks,,AABBCC,3\n");
  expect_round_trip("categories", {});
}
TEST_P(RoundTrip, taxes) {
  import(
      "taxes",
      "code,name,kind,rate,amount,included,adds_to_base\neco,Eco,fixed,,0.015,yes,yes\nhalf,Half,percent,5.5,,no,no\n");
  expect_round_trip("taxes", {});
}
TEST_P(RoundTrip, suppliers) {
  import("suppliers", "name,contact,phone,note\nMeyer,Frau Meyer,+49 221 1,=Tuesdays\n");
  expect_round_trip("suppliers", {});
}
TEST_P(RoundTrip, customers) {
  import("customers", "name,phone,email,note\nJosé Ñandú,+49 221 1,j@example.org,\"a\nb\"\n");
  expect_round_trip("customers", {});
}
TEST_P(RoundTrip, stock) {
  import("stock", "sku,qty\nNS-011,7\n");
  expect_round_trip("stock", {"taxes", "products"});
}
TEST_P(RoundTrip, prices) {
  import("prices",
         "sku,list,amount,valid_from,valid_until\nNS-011,happy hour,1.10,2026-01-01T00:00:00Z,\n"
         "NS-011,,1.20,2026-02-01T00:00:00Z,2026-03-01T00:00:00Z\n");
  expect_round_trip("prices", {"taxes", "products"});
}

TEST_P(RoundTrip, users_of_a_shop_that_has_only_its_owner) {
  const auto other = empty_shop("other");
  const auto owner_there = value_of(actor_named(*other, "")).name;
  auto file = exported(*shop_, "users", FileFormat::json);
  auto list = boost::json::parse(file).as_array();
  const auto report = import_into(*other, "users", file);
  EXPECT_EQ(report.problem_count, 0u) << problems_of(report);
  EXPECT_EQ(report.rows, list.size());
  const auto there = boost::json::parse(exported(*other, "users", FileFormat::json)).as_array();
  for (const auto& user : list) EXPECT_NE(std::ranges::find(there, user), there.end()) << user.at("name");
}

INSTANTIATE_TEST_SUITE_P(Formats, RoundTrip, ::testing::Values(FileFormat::csv, FileFormat::json),
                         [](const auto& format) { return format.param == FileFormat::csv ? "csv" : "json"; });

}  // namespace
}  // namespace till::app

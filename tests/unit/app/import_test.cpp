// Files into the shop: what is checked, what is refused, and that it is the whole file or nothing.
#include "app/data/import_stage.hpp"

#include <functional>
#include <future>
#include <thread>

#include "app/catalogue.hpp"
#include "app/catalogue_rows.hpp"
#include "app/row_edit.hpp"
#include "app/users.hpp"
#include "import_fixture.hpp"
#include "storage/meta.hpp"

namespace till::app {
namespace {

class Importing : public ImportTest {
 protected:
  ImportReport products(const std::string& content, bool dry_run = false) {
    auto wanted = wish("products", content);
    wanted.dry_run = dry_run;
    return value_of(try_import(*shop_, owner(), std::move(wanted)));
  }
  domain::Product product(const std::string& code) { return value_of(product_by_code(*shop_, code)); }
  std::int64_t product_count() { return number("SELECT count(*) FROM product"); }
  std::int64_t staged() { return number("SELECT count(*) FROM meta WHERE key LIKE 'import.%'"); }
};

TEST_F(Importing, adds_new_products_and_changes_only_the_columns_of_the_file) {
  const auto report = products("sku,name,price\nNS-011,Marker,1.79\nNEW-1,Stapler,8.50\nBK-001,Rye bread,2.95\n");
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
  const auto before = product_count();
  const auto report = products("sku,name,price\nNEW-1,Stapler,8.50\nNS-011,Marker,1.79\n", true);
  EXPECT_TRUE(report.dry_run);
  EXPECT_EQ(report.added, 1u);
  EXPECT_EQ(report.changed, 1u);
  EXPECT_EQ(product_count(), before);
  EXPECT_EQ(product("NS-011").price.minor, 149);
  EXPECT_EQ(journalled("import"), 0);
}

TEST_F(Importing, one_bad_row_and_nothing_is_written_and_each_problem_has_its_line_and_column) {
  const auto before = product_count();
  const auto report = products(
      "sku,name,Preis,barcode,unit,taxes,state\n"
      "NEW-1,Stapler,8.50,,,,\n"
      "NEW-2,Glue,abc,,,,\n"
      "NEW-3,Tape,1.00,4006381333932,,,\n"
      "NEW-4,Wire,1.00,,furlong,,\n"
      "NEW-5,Ink,1.00,,,vat99,\n"
      "NEW-6,Pins,1.00,,,,gone\n"
      ",Nameless,1.00,,,,\n"
      "NEW-7,Clip,-1.00,,,,\n"
      "NEW-1,Stapler,8.50,,,,\n"
      "NEW-8,,1.00,,,,\n"
      "NEW-9,Twice wrong,x,,furlong,,\n");
  std::vector<std::pair<std::size_t, std::string>> places;
  for (const auto& problem : report.problems) places.emplace_back(problem.line, problem.column);
  EXPECT_EQ(places, (std::vector<std::pair<std::size_t, std::string>>{{3, "Preis"},
                                                                      {4, ""},
                                                                      {5, "unit"},
                                                                      {6, "taxes"},
                                                                      {7, "state"},
                                                                      {8, ""},
                                                                      {9, "Preis"},
                                                                      {10, ""},
                                                                      {11, "name"},
                                                                      {12, "Preis"},
                                                                      {12, "unit"}}))
      << problems_of(report);
  EXPECT_EQ(report.problem_count, report.problems.size());
  EXPECT_EQ(product_count(), before);
  EXPECT_EQ(journalled("import"), 0);
}

TEST_F(Importing, a_barcode_that_another_product_has_is_refused) {
  const auto taken = products("sku,name,price,barcode\nNEW-1,Stapler,8.50," + kPens + "\n");
  EXPECT_NE(problems_of(taken).find("belongs to the product 'NS-011'"), std::string::npos) << problems_of(taken);
  const auto twice =
      products("sku,name,price,barcode\nNEW-1,Stapler,8.50,4000000000112\nNEW-2,Glue,1.00,04000000000112\n");
  EXPECT_NE(problems_of(twice).find("belongs to the product 'NEW-1'"), std::string::npos) << problems_of(twice);
  EXPECT_EQ(twice.problems.front().line, 3u);
}

TEST_F(Importing, a_barcode_may_move_to_another_product_within_the_file_in_any_order) {
  const auto report = products("sku,barcode\nNS-012," + kPens + "\nNS-011,4000000000037\n");
  EXPECT_EQ(report.problem_count, 0u) << problems_of(report);
  EXPECT_EQ(product("NS-012").barcodes.front(), kPens);
  EXPECT_EQ(product("NS-011").barcodes.front(), "4000000000037");
}

TEST_F(Importing, makes_categories_and_suppliers_that_the_file_names_and_says_so) {
  const auto report =
      products("sku,name,price,category,supplier\nNEW-1,Stapler,8.50,Office,Meyer\nNEW-2,Glue,1,office,Hahn\n");
  EXPECT_EQ(number("SELECT count(*) FROM category WHERE name = 'Office'"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM supplier WHERE name IN ('Meyer', 'Hahn')"), 2);
  EXPECT_EQ(product("NEW-1").category, product("NEW-2").category);
  EXPECT_EQ(report.notes, std::vector<std::string>{"new: 'Office, Meyer'"});
}

TEST_F(Importing, a_deposit_may_stand_below_the_product_that_names_it) {
  const auto report = products("sku,name,price,deposit\nNEW-1,Cola,1.20,DEP-9\nDEP-9,Deposit,0.15,\n");
  EXPECT_EQ(report.problem_count, 0u) << problems_of(report);
  EXPECT_EQ(product("NEW-1").deposit, product("DEP-9").id);
  const auto missing = products("sku,deposit\nNEW-1,NOWHERE\n");
  EXPECT_NE(problems_of(missing).find("NOWHERE"), std::string::npos);
  EXPECT_EQ(product("NEW-1").deposit, product("DEP-9").id);
}

TEST_F(Importing, columns_that_are_not_read_are_listed) {
  const auto report = products("sku,name,price,Regalplatz\nNEW-1,Stapler,8.50,7\n");
  EXPECT_EQ(report.columns.back().name, "Regalplatz");
  EXPECT_EQ(report.columns.back().key, "");
  EXPECT_EQ(report.columns.front().key, "sku");
}

TEST_F(Importing, numbers_of_a_german_file_are_read_by_its_own_evidence) {
  const auto report =
      products("Artikelnummer;Bezeichnung;VK-Preis;Meldebestand\nNEW-1;Käse;1.234,50 €;1.500\nNEW-2;Brot;2,95;2\n");
  EXPECT_EQ(report.problem_count, 0u) << problems_of(report);
  EXPECT_EQ(product("NEW-1").price.minor, 123450);
  EXPECT_EQ(product("NEW-1").low_stock_milli, 1500000);
  const auto unclear = products("sku;low_stock\nNEW-1;1.500\n");
  EXPECT_NE(problems_of(unclear).find("two ways"), std::string::npos);
  auto said = wish("products", "sku;low_stock\nNEW-1;1.500\n");
  said.decimals = DecimalSign::point;
  EXPECT_EQ(value_of(try_import(*shop_, owner(), said)).changed, 1u);
  EXPECT_EQ(product("NEW-1").low_stock_milli, 1500);
}

TEST_F(Importing, a_file_without_the_other_barcodes_leaves_them_alone) {
  products("sku,barcode\nBK-001,4000000000051\n");
  EXPECT_EQ(product("BK-001").barcodes, (std::vector<std::string>{"4000000000051", "4000000000020"}));
  products("sku,more_barcodes\nBK-001,4000000000013|4000000000020\n");
  EXPECT_EQ(product("BK-001").barcodes, (std::vector<std::string>{"4000000000051", "4000000000013", "4000000000020"}));
}

TEST_F(Importing, an_age_beyond_all_bounds_does_not_become_a_small_one) {
  const auto report = products("sku,minimum_age\nNS-011,4294967314\n");
  EXPECT_EQ(report.problems.size(), 1u);
  EXPECT_EQ(product("NS-011").minimum_age, 0);
}

TEST_F(Importing, needs_a_key_column_and_the_rights) {
  EXPECT_REFUSED(try_import(*shop_, owner(), wish("products", "name,price\nStapler,8.50\n")), invalid, "sku");
  EXPECT_FALSE(try_import(*shop_, owner(), wish("products", "")));
  EXPECT_REFUSED(try_import(*shop_, cashier(), wish("products", "sku\nX\n")), denied, "cashier");
  EXPECT_REFUSED(try_import(*shop_, owner(), wish("sales", "sku\nX\n")), invalid, "products");
}

TEST_F(Importing, can_be_stopped_and_then_has_written_nothing) {
  Task task;
  task.cancel();
  EXPECT_FALSE(import_table(*shop_, owner(), wish("products", "sku,name,price\nNEW-1,Stapler,8.50\n"), task));
  EXPECT_EQ(number("SELECT count(*) FROM product WHERE sku = 'NEW-1'"), 0);
}

std::string many_products(int count, const std::string& last_row = {}) {
  std::string csv = "sku,name,price\n";
  for (int i = 0; i < count; ++i) csv += "M-" + std::to_string(i) + ",Thing " + std::to_string(i) + ",1.00\n";
  return csv + last_row;
}

TEST_F(Importing, a_long_file_leaves_nothing_of_its_stage_whether_it_is_taken_or_refused) {
  const auto refused = products(many_products(2500, "BAD,,x\n"));
  EXPECT_EQ(refused.problem_count, 1u);
  EXPECT_EQ(number("SELECT count(*) FROM product WHERE sku LIKE 'M-%'"), 0);
  EXPECT_EQ(staged(), 0);
  EXPECT_EQ(products(many_products(2500)).added, 2500u);
  EXPECT_EQ(number("SELECT count(*) FROM product WHERE sku LIKE 'M-%'"), 2500);
  EXPECT_EQ(staged(), 0);
}

TEST_F(Importing, stopped_before_the_decision_a_long_file_leaves_nothing) {
  Task task;
  task.on_change = [&] {
    if (task.step() == "Checking" && task.done() >= 2400) task.cancel();
  };
  EXPECT_FALSE(import_table(*shop_, owner(), wish("products", many_products(2500)), task));
  EXPECT_EQ(number("SELECT count(*) FROM product WHERE sku LIKE 'M-%'"), 0);
  EXPECT_EQ(staged(), 0);
}

// What a process that died leaves: the stage as it was on the disk, before and after the decision.
TEST_F(Importing, that_was_interrupted_is_finished_or_forgotten_when_the_shop_opens) {
  domain::Category office;
  office.id = new_id(clock_, shop_->state().random);
  office.name = "Office";
  std::vector<std::pair<std::string, Bytes>> kept;
  const auto keep_stage = [&] {
    kept.clear();
    value_of(shop_->state().db->read([&](storage::Connection& conn) -> Result<bool> {
      auto q = TRY(conn.query("SELECT key, value FROM meta WHERE key LIKE 'import.%'"));
      while (TRY(q.next())) kept.emplace_back(q.text(0), q.blob(1));
      return true;
    }));
  };
  const auto put_back = [&](bool with_decision) {
    value_of(shop_->state().db->write([&](storage::Transaction& tx) -> Result<bool> {
      for (const auto& [key, value] : kept)
        if (with_decision || key != "import.decided") TRY(storage::set_meta(tx, key, value));
      return true;
    }));
  };
  Task task;
  task.on_change = [&] {
    if (task.step() == "Writing" && kept.empty()) keep_stage();
  };
  {
    ImportStage stage(shop_->state());
    for (int i = 0; i < 150; ++i) {
      office.id = new_id(clock_, shop_->state().random);
      office.name = "Office " + std::to_string(i);
      EXPECT_DONE(stage.add(whole_row(office)));
    }
    EXPECT_DONE(stage.commit(owner(), {"import", "categories", "test"}, task));
  }
  ASSERT_GE(kept.size(), 2u);
  for (const auto& [key, value] : kept) {
    const std::string bytes(value.begin(), value.end());
    EXPECT_EQ(bytes.find("Office"), std::string::npos) << "the stage is sealed";
  }
  const auto wipe = [&] {
    value_of(shop_->state().db->write([&](storage::Transaction& tx) -> Result<bool> {
      TRY(tx.run("DELETE FROM category WHERE name LIKE 'Office%'"));
      return true;
    }));
  };
  wipe();
  put_back(false);
  reopen();
  EXPECT_EQ(number("SELECT count(*) FROM category WHERE name LIKE 'Office%'"), 0);
  EXPECT_EQ(staged(), 0);
  put_back(true);
  reopen();
  EXPECT_EQ(number("SELECT count(*) FROM category WHERE name LIKE 'Office%'"), 150);
  EXPECT_EQ(staged(), 0);
}

TEST_F(Importing, a_sale_gets_its_turn_between_the_steps_of_a_long_import) {
  open_the_shift();
  bool sold = false;
  Task task;
  task.on_change = [&] {
    if (sold || task.step() != "Writing") return;
    sold = true;
    EXPECT_LT(number("SELECT count(*) FROM product WHERE sku LIKE 'M-%'"), 2500);
    sell({kPens});
  };
  EXPECT_DONE(import_table(*shop_, owner(), wish("products", many_products(2500)), task));
  EXPECT_TRUE(sold);
  EXPECT_EQ(number("SELECT count(*) FROM product WHERE sku LIKE 'M-%'"), 2500);
}

// Its rows are the terminal's own changes, and each takes the time: so a test gets into the middle of a transaction.
class ClockThatIsAsked final : public Clock {
 public:
  UtcTime now() override {
    if (asked) asked();
    return clock_.now();
  }
  std::chrono::microseconds monotonic() override { return clock_.monotonic(); }
  std::function<void()> asked;

 private:
  ManualClock clock_;
};

TEST_F(Importing, a_sale_waited_for_a_hundred_rows) {
  ClockThatIsAsked clock;
  const auto shop = new_tiny_shop(temp_.file("beside"), &clock);
  auto& db = *shop->state().db;
  std::thread::id writer;
  value_of(db.write([&](storage::Transaction&) -> Result<bool> {
    writer = std::this_thread::get_id();
    return true;
  }));
  std::future<Result<std::int64_t>> sale;
  const auto rows_there = [](storage::Transaction& tx) -> Result<std::int64_t> {
    auto q = TRY(tx.query("SELECT count(*) FROM category WHERE name LIKE 'Office%'"));
    TRY(q.next());
    return q.integer(0);
  };
  const auto a_sale_comes = [&] {
    if (std::this_thread::get_id() != writer || sale.valid()) return;
    sale = std::async(std::launch::async, [&] { return db.write(rows_there); });
    while (db.jobs_waiting() == 0) std::this_thread::yield();
  };
  Task task;
  std::vector<std::uint64_t> progress;
  task.on_change = [&] {
    if (task.step() != "Writing") return;
    if (progress.empty()) clock.asked = a_sale_comes;
    progress.push_back(task.done());
  };
  {
    ImportStage stage(shop->state());
    for (std::size_t i = 0; i < kOpsPerStep * (2 * kStepsPerTransaction + 1); ++i) {
      domain::Category office;
      office.id = new_id(clock, shop->state().random);
      office.name = "Office " + std::to_string(i);
      EXPECT_DONE(stage.add(whole_row(office)));
    }
    EXPECT_DONE(stage.commit(value_of(actor_named(*shop, "")), {"import", "categories", "test"}, task));
  }
  clock.asked = nullptr;
  ASSERT_TRUE(sale.valid());
  EXPECT_EQ(value_of(sale.get()), static_cast<std::int64_t>(kOpsPerStep))
      << "the step in progress, not the transaction";
  EXPECT_EQ(progress, (std::vector<std::uint64_t>{0, 25, 125, 225})) << "while nobody waits, a hundred at once";
}

TEST_F(Importing, users_come_without_pins_and_never_above_who_brings_them) {
  const auto report = import("users", "name,role,pin\nPeter,cashier,2468\n");
  EXPECT_EQ(report.added, 1u);
  EXPECT_EQ(report.columns.back().key, "");
  EXPECT_NE(report.notes.front().find("no PIN"), std::string::npos);
  EXPECT_FALSE(sign_in(*shop_, "Peter", "2468"));
  const auto manager = user("Jonas");
  const auto above = value_of(try_import(*shop_, manager, wish("users", "name,role\nOtto,owner\n")));
  EXPECT_NE(problems_of(above).find("owner"), std::string::npos);
  const auto touched = value_of(try_import(*shop_, manager, wish("users", "name,role\nAnna,cashier\n")));
  EXPECT_EQ(touched.problem_count, 1u) << problems_of(touched);
  const auto self = import("users", "name,role\nAnna,manager\n");
  EXPECT_NE(problems_of(self).find("their own role"), std::string::npos);
  EXPECT_EQ(value_of(user_by_name(*shop_, "Anna")).role, domain::Role::owner);
}

TEST_F(Importing, customers_are_known_by_card_mail_or_name_with_phone) {
  const auto report = import("customers",
                             "First Name,Last Name,E-Mail,Telefon,card_code,note\n"
                             "Margarete,Vogt,MARGARETE.VOGT@example.org,0221 1,,Card 4111 1111 1111 1111\n"
                             "Ayse,Demir,,0221/4710-214,,\n"
                             "Neu,Kunde,,,,\n");
  EXPECT_EQ(report.changed, 2u) << problems_of(report);
  EXPECT_EQ(report.added, 1u);
  EXPECT_EQ(value_of(customer_named(*shop_, "Margarete Vogt")).note.find("4111 1111"), std::string::npos);
  EXPECT_EQ(value_of(customer_named(*shop_, "Neu Kunde")).name, "Neu Kunde");
}

TEST_F(Importing, counted_stock_becomes_counts_where_it_differs) {
  const auto report = import("stock", "SKU,In stock [Main]\nNS-011,20\nBK-001,10\nNS-012,\n");
  EXPECT_EQ(report.changed, 1u) << problems_of(report);
  EXPECT_EQ(report.unchanged, 2u);
  EXPECT_EQ(stock_milli("NS-011"), 20000);
  EXPECT_EQ(number("SELECT count(*) FROM stock_count"), 1);
  const auto bad = import("stock", "sku,qty\nNS-011,1.5\nNOWHERE,1\nBK-001,-1\n");
  EXPECT_EQ(bad.problem_count, 3u) << problems_of(bad);
}

TEST_F(Importing, an_id_of_this_shop_finds_its_row_and_one_of_another_program_is_noted) {
  const auto id = to_string(product("NS-011").id);
  EXPECT_EQ(products("id,sku\n" + id + ",NS-099\n").changed, 1u);
  EXPECT_EQ(to_string(product("NS-099").id), id);
  const auto contradicting = products("id,sku\n" + id + ",BK-001\n");
  EXPECT_EQ(contradicting.problem_count, 1u);
  const auto foreign = products("id,sku,name,price\n__export__.product_1,NEW-1,Stapler,8.50\n");
  EXPECT_EQ(foreign.added, 1u);
  EXPECT_NE(foreign.notes.front().find("another program"), std::string::npos);
}

TEST_F(Importing, a_shop_with_two_categories_of_one_name_could_not_read_its_own_export) {
  auto& state = shop_->state();
  EXPECT_DONE(change(state, [&](storage::Transaction& tx) -> Status {
    for (int i = 0; i < 2; ++i) {  // as two terminals make them at the same time
      domain::Category category;
      category.id = new_id(state.clock, state.random);
      category.name = "Cheese";
      TRY(state.replica->put(tx, category));
      domain::Customer customer;
      customer.id = new_id(state.clock, state.random);
      customer.name = "Vogt";
      customer.phone = "0221 4710";
      TRY(state.replica->put(tx, customer));
    }
    return {};
  }));
  for (const auto* kind : {"categories", "customers"}) {
    const auto report = import(kind, exported(*shop_, kind));
    EXPECT_TRUE(report.problems.empty()) << kind << ": " << report.problems.front().sentence;
    EXPECT_EQ(report.unchanged, report.rows) << kind;
  }
}

}  // namespace
}  // namespace till::app

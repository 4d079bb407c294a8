// Restores of a shop: a chain, a point in time, parts of a backup, what is saved before.
#include "app/restores.hpp"

#include <filesystem>
#include <fstream>

#include "../backup/planted_faults.hpp"
#include "app/backups.hpp"
#include "app/catalogue.hpp"
#include "app/catalogue_rows.hpp"
#include "app/journal_check.hpp"
#include "app/restore_parts.hpp"
#include "app/shop_settings.hpp"
#include "app/tables.hpp"
#include "app/users.hpp"
#include "shop_fixture.hpp"
#include "storage/media_blobs.hpp"
#include "storage/tables.hpp"

namespace till::app {
namespace {

namespace fs = std::filesystem;
using backup::Sabotage;

constexpr const char* kPassphrase = "violet ladder under seven oaks";

class Restores : public ShopTest {
 protected:
  void SetUp() override {
    ShopTest::SetUp();
    open_the_shift();
    sell({kPens});
  }
  [[nodiscard]] std::string target() const { return temp_.file("stick"); }
  backup::Manifest create(const BackupChoice& choice = {}) {
    Task task;
    clock_.advance(std::chrono::seconds(2));
    return value_of(create_backup(*shop_, owner(), target(), kPassphrase, task, choice)).manifest;
  }
  RestoreWish wish(const std::string& generation = "latest") {
    RestoreWish wish;
    wish.folder = folder();
    wish.target = target();
    wish.generation = generation;
    wish.asked_by = "Anna";
    return wish;
  }
  Result<RestoreReport> try_restore(const RestoreWish& wish) {
    Task task;
    close();
    return restore_shop(wish, task);
  }
  RestoreReport restore(const RestoreWish& wish) {
    auto report = value_of(try_restore(wish));
    open();
    return report;
  }
  // At that moment, or so long after.
  UtcTime moment(int seconds = 0) { return {clock_.now().us + seconds * 1'000'000LL}; }
  std::int64_t sales() { return number("SELECT count(*) FROM sale"); }
  Id product_id(const std::string& sku) {
    return value_of(shop_->state().db->read([&](storage::Connection& conn) -> Result<Id> {
      auto q = TRY(conn.query("SELECT id FROM product WHERE sku = ?1", sku));
      TRY(q.next());
      return q.id(0);
    }));
  }
  std::int64_t price_of(const std::string& sku) {
    return number("SELECT price FROM product WHERE sku = '" + sku + "'");
  }
  void set_price(const std::string& sku, std::int64_t minor) {
    clock_.advance(std::chrono::seconds(1));
    EXPECT_DONE(change_price(*shop_, owner(), product_id(sku), {minor}));
  }
  std::vector<GenerationRow> rows() { return value_of(list_generations(*shop_, target(), {})); }
};

TEST_F(Restores, a_restore_would_have_been_a_way_to_try_pins_anew) {
  create();
  for (int i = 0; i < 10; ++i) {
    EXPECT_FALSE(sign_in(*shop_, "Mia", "9999"));
    clock_.advance(std::chrono::minutes(2));
  }
  EXPECT_REFUSED(sign_in(*shop_, "Mia", "1357"), denied, "a manager can unlock it");
  restore(wish());
  EXPECT_REFUSED(sign_in(*shop_, "Mia", "1357"), denied, "a manager can unlock it");
  EXPECT_DONE(sign_in(*shop_, "Jonas", "1470"));
}

TEST_F(Restores, a_folder_whose_key_files_were_damaged_or_of_another_pc_could_not_be_restored_into) {
  create();
  const auto device = shop_->state().device();
  auto with_passphrase = wish();
  with_passphrase.passphrase = kPassphrase;
  close();
  for (const auto* name : {"ring", "device"}) std::ofstream(folder() + "/keys/" + name) << "garbage";
  value_of(try_restore(with_passphrase));
  open();
  EXPECT_EQ(number("SELECT count(*) FROM sale"), 1);
  EXPECT_NE(shop_->state().device(), device) << "nobody can tell any more who it was";
  close();
  fs::remove_all(temp_.file("pc"));  // from now on this is another PC
  value_of(try_restore(with_passphrase));
  open();
  EXPECT_EQ(number("SELECT count(*) FROM sale"), 1);
}

TEST_F(Restores, an_increment_brings_the_shop_back_as_it_was) {
  create();
  const auto before = sell({kBread});
  const auto second = create();
  EXPECT_EQ(second.kind, backup::GenerationKind::incremental);
  EXPECT_LT(second.new_bytes, 20'000u);
  sell({kPens});
  const auto report = restore(wish());
  EXPECT_EQ(report.generation, second.generation);
  EXPECT_EQ(report.sales, 2u);
  EXPECT_EQ(report.last_receipt, before.receipt);
  EXPECT_EQ(sales(), 2);
  EXPECT_TRUE(value_of(verify_journal(*shop_)).good);
}

TEST_F(Restores, what_was_there_is_saved_first_and_can_be_restored_itself) {
  create();
  sell({kBread});
  const auto report = restore(wish());
  ASSERT_NE(report.saved_as, "");
  EXPECT_EQ(report.not_saved, "");
  EXPECT_EQ(sales(), 1);
  const auto listed = rows();
  ASSERT_EQ(listed.size(), 2u);
  EXPECT_TRUE(listed[0].before_restore);
  EXPECT_TRUE(listed[0].verified);
  EXPECT_EQ(restore(wish(report.saved_as)).sales, 2u);
  EXPECT_EQ(sales(), 2);
}

TEST_F(Restores, latest_is_the_newest_that_somebody_wanted_and_not_what_was_saved_on_the_way) {
  const auto first = create();
  sell({kBread});
  restore(wish());
  EXPECT_EQ(restore(wish()).generation, first.generation);
}

TEST_F(Restores, a_place_that_cannot_be_written_to_does_not_prevent_a_restore) {
  create();
  sell({kBread});
  close();
  // Somebody's file where the piece would go: nothing can be put there.
  const auto chunks = [&] {
    for (const auto& entry : fs::recursive_directory_iterator(target()))
      if (entry.path().filename() == "manifest") return entry.path();
    return fs::path();
  }();
  const auto proofs = chunks.parent_path() / "proof";
  fs::remove_all(proofs);
  std::ofstream(proofs) << "in the way";
  auto asked = wish();
  const auto report = restore(asked);
  EXPECT_EQ(report.saved_as, "");
  EXPECT_NE(report.not_saved, "");
  EXPECT_EQ(sales(), 1);
  EXPECT_TRUE(fs::exists(report.replaced_folder + "/till.db"));
}

// --- a point in time ---

TEST_F(Restores, until_takes_the_sales_up_to_the_moment_and_none_after_it) {
  create();
  const auto kept = sell({kBread});
  const auto t = moment();
  clock_.advance(std::chrono::seconds(5));
  sell({kPens});
  create();
  auto asked = wish();
  asked.until = t;
  const auto report = restore(asked);
  EXPECT_EQ(report.sales, 2u);
  EXPECT_EQ(report.last_receipt, kept.receipt);
  EXPECT_NE(report.continued_with, "");
  EXPECT_GT(report.changes_taken, 0u);
  EXPECT_EQ(sales(), 2);
  EXPECT_EQ(stock_milli("NS-011"), 25'000) << "the pens of the later sale are back on the shelf";
  EXPECT_EQ(number("SELECT count(*) - count(DISTINCT receipt) FROM sale"), 0);
  const auto next = sell({kPens});
  EXPECT_NE(next.series, kept.series);
  EXPECT_TRUE(value_of(verify_journal(*shop_)).good);
}

TEST_F(Restores, until_takes_prices_as_they_were_at_the_moment) {
  const auto original = price_of("BK-001");
  create();
  set_price("BK-001", 111);
  const auto t = moment();
  set_price("BK-001", 222);
  create();
  auto asked = wish();
  asked.until = t;
  restore(asked);
  EXPECT_EQ(price_of("BK-001"), 111);
  EXPECT_NE(original, 111);
}

TEST_F(Restores, until_is_inclusive_to_the_millisecond) {
  int wanted = 300;
  const auto scenario = [&]() -> std::string {
    create({true, false});
    set_price("BK-001", ++wanted);
    const UtcTime exactly{number("SELECT max(stamp_ms) FROM sync_uncut WHERE lane = 2") * 1000};
    clock_.advance(std::chrono::seconds(3));
    set_price("BK-001", wanted + 300);
    create();
    auto asked = wish();
    asked.until = exactly;
    restore(asked);
    const auto now = price_of("BK-001");
    return now == wanted ? "" : "the price is " + std::to_string(now);
  };
  backup::expect_noticed(Sabotage::until_off_by_one, scenario);
}

TEST_F(Restores, what_until_takes_is_in_the_log_and_reaches_other_terminals) {
  const auto scenario = [&]() -> std::string {
    create({true, false});
    sell({kBread});
    const auto t = moment();
    clock_.advance(std::chrono::seconds(3));
    sell({kPens});
    create();
    auto asked = wish();
    asked.until = t;
    restore(asked);
    return number(
               "SELECT count(*) FROM sale s WHERE NOT EXISTS (SELECT 1 FROM sync_uncut u WHERE u.lane = 0 AND "
               "instr(u.body, s.id) > 0)") == 0
               ? ""
               : "a sale that nobody else will ever hear of";
  };
  backup::expect_noticed(Sabotage::until_unlogged, scenario);
}

TEST_F(Restores, until_the_newest_backups_time_or_later_is_the_newest) {
  create();
  sell({kBread});
  const auto second = create();
  auto asked = wish();
  asked.until = moment(60);
  const auto report = restore(asked);
  EXPECT_EQ(report.generation, second.generation);
  EXPECT_EQ(report.continued_with, "");
  EXPECT_EQ(report.sales, 2u);
}

TEST_F(Restores, until_before_the_oldest_backup_is_refused) {
  const auto t = moment(-3600);
  create();
  auto asked = wish();
  asked.until = t;
  EXPECT_REFUSED(try_restore(asked), invalid, "there is no backup from");
  open();
  EXPECT_EQ(sales(), 1);
}

TEST_F(Restores, until_is_refused_where_the_later_log_lacks_a_part) {
  create();
  sell({kBread});
  const auto t = moment();
  clock_.advance(std::chrono::seconds(3));
  sell({kPens});
  // As compaction leaves it: the beginning of what followed is gone.
  value_of(shop_->state().db->write([](storage::Transaction& tx) -> Result<bool> {
    TRY(
        tx.run("DELETE FROM sync_uncut WHERE lane = 0 AND sequence = (SELECT max(sequence) - 1 FROM sync_uncut WHERE "
               "lane = 0)"));
    return true;
  }));
  create();
  auto asked = wish();
  asked.until = t;
  EXPECT_REFUSED(try_restore(asked), invalid, "no longer has every change");
  open();
  EXPECT_EQ(sales(), 3);
}

TEST_F(Restores, until_is_refused_where_the_shop_was_restored_in_between) {
  create();
  sell({kBread});
  sell({kBread});
  create();
  const auto t = moment(1);
  clock_.advance(std::chrono::seconds(3));
  auto back = wish(rows().back().generation);
  back.save_first = false;
  restore(back);
  sell({kPens});
  create();
  auto asked = wish();
  asked.until = t;
  EXPECT_REFUSED(try_restore(asked), invalid, "restored from a backup in between");
}

TEST_F(Restores, until_into_a_new_folder_on_another_pc) {
  create();
  sell({kBread});
  const auto t = moment();
  clock_.advance(std::chrono::seconds(3));
  sell({kPens});
  create();
  close();
  fs::remove_all(temp_.file("pc"));
  auto asked = wish();
  asked.folder = temp_.file("new");
  asked.passphrase = kPassphrase;
  asked.until = t;
  EXPECT_EQ(value_of(try_restore(asked)).sales, 2u);
  shop_ = value_of(try_open(temp_.file("new")));
  EXPECT_EQ(sales(), 2);
}

// --- parts ---

class RestoreParts : public Restores {
 protected:
  PartsWish parts(std::set<RestorePart> which, bool dry_run = false) {
    PartsWish wish;
    wish.target = target();
    wish.generation = generation_;
    wish.parts = std::move(which);
    wish.dry_run = dry_run;
    return wish;
  }
  PartsReport bring_back(std::set<RestorePart> which, bool dry_run = false) {
    Task task;
    return value_of(restore_parts(*shop_, owner(), parts(std::move(which), dry_run), task));
  }
  void save() { generation_ = create().generation; }
  std::string generation_;
};

TEST_F(RestoreParts, products_come_back_as_they_were_and_sales_stay) {
  const auto price = price_of("BK-001");
  save();
  set_price("BK-001", 1);
  EXPECT_DONE(remove_product(*shop_, owner(), product_id("NS-011")));
  auto late = value_of(shop_->state().db->read(
      [&](storage::Connection& conn) { return storage::load<domain::Product>(conn, product_id("BK-001")); }));
  late->id = {};
  late->sku = "NEW-1";
  late->name = "New thing";
  late->barcodes = {};
  EXPECT_DONE(save_product(*shop_, owner(), *late));
  const auto sold = sell({kBread});
  const auto stock = stock_milli("BK-001");
  const auto report = bring_back({RestorePart::products});
  EXPECT_EQ(report.changed, 1u);
  EXPECT_EQ(report.added, 1u);
  EXPECT_EQ(report.removed, 1u);
  EXPECT_EQ(price_of("BK-001"), price);
  EXPECT_EQ(number("SELECT lifecycle FROM product WHERE sku = 'NS-011'"), 0);
  EXPECT_EQ(number("SELECT lifecycle FROM product WHERE sku = 'NEW-1'"), 1) << "archived";
  EXPECT_EQ(sales(), 2);
  EXPECT_EQ(text("SELECT receipt FROM sale ORDER BY at DESC LIMIT 1"), sold.receipt);
  EXPECT_EQ(stock_milli("BK-001"), stock);
  EXPECT_EQ(journalled("restore.parts"), 1);
  EXPECT_NE(report.saved_as, "");
}

TEST_F(RestoreParts, a_dry_run_says_what_would_change_and_changes_nothing) {
  save();
  set_price("BK-001", 1);
  const auto report = bring_back({RestorePart::products}, true);
  ASSERT_EQ(report.rows.size(), 1u);
  EXPECT_EQ(report.rows[0].change, RowChange::changed);
  EXPECT_EQ(report.rows[0].what, "Product");
  EXPECT_EQ(report.rows[0].fields, std::vector<std::string>{"Price"});
  EXPECT_EQ(price_of("BK-001"), 1);
  EXPECT_EQ(report.saved_as, "");
  EXPECT_EQ(journalled("restore.parts"), 0);
}

TEST_F(RestoreParts, changes_are_in_the_log_like_any_other) {
  backup::expect_noticed(Sabotage::part_unlogged, [&]() -> std::string {
    save();
    set_price("BK-001", price_of("BK-001") + 100);
    const auto before = number("SELECT count(*) FROM sync_uncut WHERE lane = 2");
    bring_back({RestorePart::products});
    return number("SELECT count(*) FROM sync_uncut WHERE lane = 2") > before ? "" : "no other terminal hears of it";
  });
}

TEST_F(RestoreParts, the_present_data_is_saved_first) {
  backup::expect_noticed(Sabotage::no_safety_backup, [&]() -> std::string {
    save();
    set_price("BK-001", price_of("BK-001") + 100);
    bring_back({RestorePart::products});
    return rows()[0].before_restore ? "" : "what was there is nowhere";
  });
}

TEST_F(RestoreParts, settings_and_users_come_back_and_whoever_asks_stays) {
  save();
  EXPECT_DONE(change_setting(*shop_, owner(), "shop.name", "Other name"));
  EXPECT_DONE(rename_user(*shop_, owner(), user("Mia").user, "Maria"));
  EXPECT_DONE(add_user(*shop_, owner(), "Olga", domain::Role::owner, "739156"));
  Task task;
  const auto olga = user("Olga");
  const auto report = value_of(restore_parts(*shop_, olga, parts({RestorePart::settings, RestorePart::users}), task));
  EXPECT_EQ(report.kept, 1u) << "Olga herself";
  EXPECT_NE(shop_->name(), "Other name");
  EXPECT_DONE(actor_named(*shop_, "Mia"));
  EXPECT_FALSE(actor_named(*shop_, "Maria"));
  EXPECT_DONE(actor_named(*shop_, "Olga"));
}

TEST_F(RestoreParts, need_their_rights_and_nobody_touches_people_above) {
  save();
  Task task;
  EXPECT_REFUSED(restore_parts(*shop_, cashier(), parts({RestorePart::products}), task), denied, "");
  EXPECT_DONE(rename_user(*shop_, owner(), user("Anna").user, "Annabel"));
  const auto manager = user("Jonas");
  const auto tried = restore_parts(*shop_, manager, parts({RestorePart::users}), task);
  ASSERT_FALSE(tried);
  EXPECT_EQ(tried.error().kind, ErrorKind::denied);
  EXPECT_DONE(actor_named(*shop_, "Annabel"));
}

TEST_F(RestoreParts, tables_come_back_with_who_sits_there_now) {
  domain::DiningTable table;
  table.name = "7";
  table.seats = 4;
  table.id = value_of(save_table(*shop_, owner(), table));
  save();
  table.seats = 9;
  EXPECT_DONE(save_table(*shop_, owner(), table));
  EXPECT_DONE(set_table_state(*shop_, owner(), table.id, domain::TableState::occupied));
  bring_back({RestorePart::tables});
  const auto now = value_of(table_named(*shop_, "7"));
  EXPECT_EQ(now.seats, 4);
  EXPECT_EQ(now.state, domain::TableState::occupied);
}

TEST_F(RestoreParts, stopped_by_a_person_nothing_is_changed) {
  save();
  set_price("BK-001", 1);
  Task task;
  task.on_change = [&] {
    if (task.step() == "Writing what the backup has") task.cancel();
  };
  EXPECT_FALSE(restore_parts(*shop_, owner(), parts({RestorePart::products}), task));
  EXPECT_EQ(price_of("BK-001"), 1);
}

TEST_F(RestoreParts, sales_and_the_journal_are_no_parts) {
  for (const auto* text : {"sales", "products,sales", "audit", "stock", ""})
    EXPECT_FALSE(restore_parts_of(text)) << text;
  EXPECT_EQ(restore_parts_of("products, users")->size(), 2u);
}

// --- proofs and media ---

TEST_F(Restores, the_list_says_how_and_when_each_one_proved_itself_last) {
  const auto made = create();
  auto listed = rows();
  EXPECT_EQ(listed[0].last_proof, "made");
  clock_.advance(std::chrono::hours(1));
  Task task;
  EXPECT_DONE(drill_generation(*shop_, target(), made.generation, {}, task));
  listed = rows();
  EXPECT_EQ(listed[0].last_proof, "drill");
  EXPECT_EQ(listed[0].last_proved_at, clock_.now());
  EXPECT_TRUE(listed[0].verified);
}

TEST_F(Restores, a_failed_drill_is_written_down) {
  const auto made = create();
  for (const auto& entry : fs::recursive_directory_iterator(target()))
    if (entry.is_regular_file() && entry.path().parent_path().filename() == "chunk") fs::resize_file(entry.path(), 60);
  Task task;
  EXPECT_FALSE(drill_generation(*shop_, target(), made.generation, {}, task));
  const auto listed = rows();
  EXPECT_FALSE(listed[0].verified);
  EXPECT_NE(listed[0].problem, "");
}

TEST_F(Restores, media_files_go_along_where_they_are_wanted) {
  fs::create_directories(folder() + "/media");
  Bytes picture = to_bytes(view("\x89PNG\r\n\x1a\n"));
  picture.resize(3'000, 7);
  storage::MediaBlobs blobs(*shop_->state().env, storage::media_folder(folder()));
  const auto hash = value_of(blobs.put(picture));
  EXPECT_EQ(create({true, false}).media.size(), 0u);
  EXPECT_EQ(create({true, true}).media.size(), 1u);
  close();
  fs::remove_all(temp_.file("pc"));
  auto asked = wish();
  asked.folder = temp_.file("new");
  asked.passphrase = kPassphrase;
  EXPECT_EQ(value_of(try_restore(asked)).media_files, 1u);
  shop_ = value_of(try_open(temp_.file("new")));
  EXPECT_EQ(value_of(storage::MediaBlobs(*shop_->state().env, storage::media_folder(temp_.file("new"))).get(hash)),
            picture);
}

}  // namespace
}  // namespace till::app

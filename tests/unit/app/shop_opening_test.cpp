// Opening and refusing to open; settings, catalogue edits, copies of receipts.

#include <filesystem>
#include <fstream>
#include <iterator>

#include "app/care.hpp"
#include "app/catalogue.hpp"
#include "app/enrolment.hpp"
#include "app/journal_check.hpp"
#include "app/key_epochs.hpp"
#include "app/printing.hpp"
#include "app/setting_keys.hpp"
#include "app/shop_init.hpp"
#include "domain/receipt.hpp"
#include "journal_told.hpp"
#include "shop_fixture.hpp"

namespace till::app {
namespace {

class Opening : public ShopTest {};

TEST_F(Opening, a_second_program_on_the_same_folder_is_refused) {
  EXPECT_REFUSED(try_open(folder()), retry, "another till is already running");
  open_the_shift();
  EXPECT_DONE(finalise(*shop_, cashier(), basket_of({kPens}), {{}}));
}

TEST_F(Opening, a_folder_without_a_shop_says_how_to_make_one) {
  EXPECT_REFUSED(try_open(temp_.file("nothing")), invalid, "tillctl --data");
  EXPECT_FALSE(std::filesystem::exists(temp_.file("nothing")));
}

TEST_F(Opening, a_folder_of_a_newer_version_is_refused_and_left_alone) {
  EXPECT_DONE(shop_->state().db->write([](storage::Transaction& tx) { return tx.exec("PRAGMA user_version = 9999"); }));
  close();
  const auto opened = try_open(folder());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::permanent);
  EXPECT_NE(opened.error().message.find("newer"), std::string::npos) << opened.error().message;
}

TEST_F(Opening, without_the_keys_of_this_pc_a_stolen_stick_opens_nothing) {
  close();
  std::filesystem::remove_all(temp_.file("pc"));
  EXPECT_REFUSED(try_open(folder()), denied, "");
}

TEST_F(Opening, a_new_shop_is_refused_where_there_is_one) {
  close();
  NewShop wanted;
  wanted.folder = folder();
  wanted.name = "Another";
  EXPECT_REFUSED(init_shop(wanted), invalid, "already");
  open();
  EXPECT_EQ(shop_->name(), "Tiny Shop");
}

TEST_F(Opening, a_new_empty_shop_has_an_owner_with_a_pin) {
  close();
  NewShop wanted;
  wanted.folder = temp_.file("new");
  wanted.name = "Corner Shop";
  wanted.currency = "CHF";
  const auto report = value_of(init_shop(wanted));
  ASSERT_EQ(report.logins.size(), 1u);
  const auto shop = value_of(try_open(wanted.folder));
  EXPECT_EQ(shop->name(), "Corner Shop");
  EXPECT_EQ(shop->currency().code, "CHF");
  EXPECT_DONE(sign_in(*shop, "Owner", report.logins[0].pin));
  EXPECT_EQ(told(*shop, "shop.init").front(), ": " + shop->terminal());
}

TEST_F(Opening, an_emptied_database_was_taken_for_a_new_shop_without_products_and_sales) {
  close();
  const auto database = folder() + "/till.db";
  std::filesystem::resize_file(database, 0);
  EXPECT_REFUSED(try_open(folder()), corrupt, "restore the newest backup");
  EXPECT_EQ(std::filesystem::file_size(database), 0U) << "left alone";
}

TEST_F(Opening, a_new_shop_in_a_folder_that_lost_its_database_wrote_over_its_keys) {
  close();
  std::filesystem::remove(folder() + "/till.db");
  EXPECT_REFUSED(try_open(folder()), corrupt, "restore the newest backup");
  const auto bytes = [&] {
    std::ifstream in(folder() + "/keys/ring", std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  const auto ring = bytes();
  NewShop wanted;
  wanted.folder = folder();
  wanted.name = "Another";
  EXPECT_REFUSED(init_shop(wanted), invalid, "keys of a shop");
  EXPECT_EQ(bytes(), ring);
}

TEST_F(Opening, missing_keys_were_said_to_be_some_file_that_is_not_there) {
  close();
  std::filesystem::rename(folder() + "/keys/device", temp_.file("device"));
  EXPECT_REFUSED(try_open(folder()), corrupt, "keys/device");
  std::filesystem::remove(folder() + "/keys/ring");
  EXPECT_REFUSED(try_open(folder()), corrupt, "keys/ring");
}

TEST_F(Opening, a_new_terminal_took_a_name_that_renaming_refuses) {
  NewShop wanted;
  wanted.folder = temp_.file("new");
  wanted.name = "Corner Shop";
  wanted.terminal_name = std::string(41, 'b');
  EXPECT_REFUSED(init_shop(wanted), invalid, "1 to 40 characters");
  wanted.terminal_name = "  Bar ";
  value_of(init_shop(wanted));
  EXPECT_EQ(value_of(try_open(wanted.folder))->terminal(), "Bar");
}

TEST_F(Opening, another_currency_turned_the_sums_of_the_books_into_others) {
  EXPECT_DONE(change_setting(*shop_, owner(), "shop.currency", "CHF"));
  EXPECT_DONE(change_setting(*shop_, owner(), "shop.currency", "EUR"));
  open_the_shift();
  sell({kPens});
  EXPECT_REFUSED(change_setting(*shop_, owner(), "shop.currency", "JPY"), invalid, "has sold in EUR");
  EXPECT_DONE(change_setting(*shop_, owner(), "shop.currency", "EUR"));
}

TEST_F(Opening, a_refused_new_shop_leaves_nothing_behind) {
  NewShop wanted;
  wanted.folder = temp_.file("new");
  wanted.name = "Corner Shop";
  wanted.currency = "XQX";
  EXPECT_FALSE(init_shop(wanted));
  EXPECT_FALSE(std::filesystem::exists(wanted.folder + "/till.db"));
}

TEST_F(Opening, a_copied_folder_numbers_in_a_series_of_its_own) {
  open_the_shift();
  const auto first = sell({kPens});
  close();
  std::filesystem::copy(folder(), temp_.file("copy"), std::filesystem::copy_options::recursive);
  shop_ = value_of(try_open(temp_.file("copy")));
  const auto in_copy = sell({kPens});
  EXPECT_NE(in_copy.series, first.series);
  open();
  EXPECT_EQ(sell({kPens}).receipt, first.series + "-000002");
}

TEST_F(Opening, the_examination_finds_nothing_wrong_in_a_shop_that_sold) {
  open_the_shift();
  sell({kPens});
  for (const auto& finding : examine(*shop_)) {
    if (finding.what != "disk") {
      EXPECT_TRUE(finding.good) << finding.what << ": " << finding.sentence;
    }
  }
}

TEST_F(Opening, the_examination_finds_a_missing_sale_and_a_wrong_level) {
  open_the_shift();
  for (int i = 0; i < 3; ++i) sell({kPens});
  EXPECT_DONE(shop_->state().db->write([](storage::Transaction& tx) {
    return tx.exec("DELETE FROM sale WHERE number = 2; UPDATE stock_level SET level_milli = level_milli + 1000");
  }));
  for (const auto& finding : examine(*shop_)) {
    if (finding.what == "receipt numbers" || finding.what == "stock") {
      EXPECT_FALSE(finding.good) << finding.sentence;
    }
  }
}

TEST_F(Opening, new_keys_leave_the_journal_and_old_records_readable) {
  open_the_shift();
  sell({kPens});
  EXPECT_REFUSED(rotate_keys(*shop_, user("Jonas")), denied, "owner");
  EXPECT_DONE(rotate_keys(*shop_, owner()));
  sell({kPens});
  reopen();
  const auto check = value_of(verify_journal(*shop_));
  EXPECT_TRUE(check.good) << check.sentence;
}

class Changes : public ShopTest {};

TEST_F(Changes, of_a_price_count_for_the_next_sale_and_are_journalled) {
  open_the_shift();
  const auto sold = sell({kPens});
  const auto product = value_of(product_by_code(*shop_, kPens));
  EXPECT_DONE(change_price(*shop_, owner(), product.id, {199}));
  EXPECT_EQ(sell({kPens}).total.minor, 199);
  EXPECT_EQ(value_of(sale_by_receipt(*shop_, sold.receipt)).total.minor, 149);
  EXPECT_EQ(text("SELECT detail FROM audit_entry WHERE action = 'price.change'"), "1.49 to 1.99");
  EXPECT_FALSE(change_price(*shop_, owner(), product.id, {-1}));
  EXPECT_FALSE(change_price(*shop_, owner(), Id{{9}}, {100}));
}

TEST_F(Changes, of_settings_are_checked_before_they_are_stored) {
  EXPECT_DONE(change_setting(*shop_, owner(), "cash_rounding", "0.05 nearest"));
  ASSERT_TRUE(shop_->state().settings()->rules.cash_rounding);
  EXPECT_EQ(shop_->state().settings()->rules.cash_rounding->unit.minor, 5);
  EXPECT_FALSE(change_setting(*shop_, owner(), "cash_rounding", "a bit"));
  EXPECT_FALSE(change_setting(*shop_, owner(), "tax_rounding", "sometimes"));
  EXPECT_REFUSED(change_setting(*shop_, cashier(), "shop.name", "Mine"), denied, "cashier");
  reopen();
  EXPECT_EQ(shop_->state().settings()->rules.cash_rounding->unit.minor, 5);
}

// It was kept on every terminal, and did nothing.
TEST_F(Changes, of_a_setting_that_does_not_exist_are_refused_and_the_likely_ones_named) {
  EXPECT_REFUSED(change_setting(*shop_, owner(), "keys.rotation_day", "7"), invalid, "keys.rotation_days");
  EXPECT_REFUSED(change_setting(*shop_, owner(), "nonsense.key", "5"), invalid, "shop.currency");
  EXPECT_REFUSED(change_setting(*shop_, owner(), "department.", "Bakery"), invalid, "no setting");
  EXPECT_REFUSED(change_setting(*shop_, owner(), "keys.rotation_days", "weekly"), invalid, "0 to 3650");
  EXPECT_REFUSED(change_setting(*shop_, owner(), "theme", "purple"), invalid, "dark");
  EXPECT_REFUSED(change_setting(*shop_, owner(), "receipt.logo", "cat.png"), invalid, "");
  EXPECT_FALSE(change_setting(*shop_, owner(), "sync.policy.product.prise", "manual"));
  for (const auto& known : setting_keys()) {
    const std::string key = std::string(known.name) + (known.name == "department." ? "7" : "");
    if (!key.ends_with('.')) EXPECT_DONE(change_setting(*shop_, owner(), key, ""));  // back to its default
  }
}

TEST_F(Changes, of_a_setting_that_a_newer_program_wrote_can_be_taken_back) {
  auto& state = shop_->state();
  EXPECT_DONE(change(
      state, [&](storage::Transaction& tx) { return state.replica->put(tx, make_setting("drawer.kick", "twice")); }));
  EXPECT_DONE(state.reload_settings());
  EXPECT_REFUSED(change_setting(*shop_, owner(), "drawer.kick", "once"), invalid, "no setting");
  EXPECT_DONE(change_setting(*shop_, owner(), "drawer.kick", ""));
}

TEST_F(Changes, of_texts_on_receipts_keep_no_card_number) {
  EXPECT_DONE(change_setting(*shop_, owner(), "receipt.footer", "Pay to 4111 1111 1111 1111"));
  EXPECT_EQ(shop_->state().settings()->receipt.footer.at(0), "Pay to **** **** **** 1111");
  EXPECT_EQ(text("SELECT detail FROM audit_entry WHERE action = 'setting.change' ORDER BY sequence DESC LIMIT 1"),
            "Pay to **** **** **** 1111");
}

TEST_F(Changes, of_the_terminals_name_are_on_the_next_receipt) {
  open_the_shift();
  EXPECT_FALSE(rename_terminal(*shop_, owner(), "  "));
  EXPECT_DONE(rename_terminal(*shop_, owner(), "Front till"));
  EXPECT_EQ(sell({kPens}).terminal, "Front till");
  reopen();
  EXPECT_EQ(shop_->terminal(), "Front till");
  EXPECT_EQ(told(*shop_, "terminal.rename"), Told{"Anna: Front till"});
}

TEST_F(Changes, of_a_customer_keep_the_same_row) {
  domain::Customer customer;
  EXPECT_REFUSED(save_customer(*shop_, cashier(), customer), invalid, "name");
  customer.name = "Paul Klee";
  customer.id = value_of(save_customer(*shop_, cashier(), customer));
  customer.phone = "0221 1";
  EXPECT_EQ(value_of(save_customer(*shop_, cashier(), customer)), customer.id);
  EXPECT_EQ(number("SELECT count(*) FROM customer"), 3);
}

TEST_F(Changes, copies_of_a_receipt_are_numbered_and_counted_in_the_shift) {
  open_the_shift();
  const auto sale = sell({kPens});
  const auto first = domain::to_text(value_of(copy_of_receipt(*shop_, cashier(), sale.receipt, true)), 42);
  const auto second = domain::to_text(value_of(copy_of_receipt(*shop_, cashier(), sale.receipt, false)), 42);
  EXPECT_NE(first, second);
  EXPECT_NE(first.find(sale.receipt), std::string::npos) << first;
  EXPECT_EQ(number("SELECT count(*) FROM print_job WHERE kind = 'copy'"), 1);
  EXPECT_EQ(journalled("receipt.copy"), 2);
  EXPECT_EQ(value_of(shift_now(*shop_))->copy_count, 2);
  EXPECT_FALSE(copy_of_receipt(*shop_, cashier(), "XXXX-000009", false));
}

TEST_F(Changes, a_printers_address_must_make_sense) {
  EXPECT_FALSE(set_printer(*shop_, owner(), "pigeon://roof", 42));
  EXPECT_REFUSED(set_printer(*shop_, owner(), "tcp://127.0.0.1:9100", 4), invalid, "width");
  EXPECT_REFUSED(set_printer(*shop_, cashier(), "tcp://127.0.0.1:9100", 42), denied, "cashier");
  EXPECT_DONE(set_printer(*shop_, owner(), "tcp://127.0.0.1:9100", 42));
}

class Enrolling : public ShopTest {
 protected:
  void expect_untouched() {
    EXPECT_FALSE(value_of(membership(*shop_)));
    EXPECT_EQ(number("SELECT count(*) FROM meta WHERE key = 'hub.membership'"), 0);
  }
};

TEST_F(Enrolling, at_a_hub_that_does_not_answer_says_so_and_changes_nothing) {
  // Port 1 of the loopback: nobody listens there.
  EXPECT_REFUSED(enrol(*shop_, owner(), "https://127.0.0.1:1", "ABCD-EFGH-JKMN", ""), retry, "hub");
  expect_untouched();
}

TEST_F(Enrolling, needs_the_right_an_address_and_a_readable_certificate) {
  EXPECT_REFUSED(enrol(*shop_, cashier(), "https://127.0.0.1:1", "ABCD-EFGH-JKMN", ""), denied, "cashier");
  EXPECT_FALSE(enrol(*shop_, owner(), "not an address", "ABCD-EFGH-JKMN", ""));
  EXPECT_REFUSED(enrol(*shop_, owner(), "https://127.0.0.1:1", "ABCD-EFGH-JKMN", temp_.file("none.pem")), invalid,
                 "none.pem");
  const auto junk = write_file("junk.pem", "hello");
  EXPECT_REFUSED(enrol(*shop_, owner(), "https://127.0.0.1:1", "ABCD-EFGH-JKMN", junk), invalid, "certificate");
  expect_untouched();
}

}  // namespace
}  // namespace till::app

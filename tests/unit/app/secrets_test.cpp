// What lies in the files of a shop, searched as bytes for what was put in; erasure; keys of the folder.
#include <filesystem>
#include <fstream>
#include <iterator>

#include "app/backups.hpp"
#include "app/catalogue.hpp"
#include "app/key_files.hpp"
#include "app/restores.hpp"
#include "app/shop_settings.hpp"
#include "core/log.hpp"
#include "plain_folder.hpp"
#include "planted.hpp"
#include "storage/meta.hpp"
#include "storage/tables.hpp"

namespace till::app {
namespace {

namespace fs = std::filesystem;

class Secrets : public ShopTest {
 protected:
  static std::string bytes_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  // Files below the test's folder in which one of these can be read.
  std::vector<std::string> files_with(const std::vector<std::string>& texts) {
    return shown_in_files(temp_.file(""), texts);
  }
  domain::Customer marked_customer() {
    domain::Customer customer;
    customer.name = "Markerina Zwetschge";
    customer.phone = "+49-marker-phone";
    customer.email = "marker@example.invalid";
    customer.tax_number = "MARKERTAX77";
    customer.card_code = "MARKERCARD88";
    customer.note = "markernote allergic";
    customer.id = value_of(save_customer(*shop_, owner(), customer));
    return customer;
  }
  Result<domain::User> stored_user(const std::string& name) {
    return shop_->state().db->read([&](storage::Connection& conn) -> Result<domain::User> {
      for (auto& user : TRY(storage::load_all<domain::User>(conn)))
        if (user.name == name) return std::move(user);
      return invalid("no such user");
    });
  }
  const std::vector<std::string> markers_ = {"Markerina",    "marker-phone", "marker@example",
                                             "MARKERTAX77",  "MARKERCARD88", "markernote",
                                             "MARKER-CLOUD", "MARKER-TOKEN", "SQLite format 3"};
};

TEST_F(Secrets, no_file_of_the_shop_shows_a_customer_nor_a_pins_verifier) {
  const auto customer = marked_customer();
  open_the_shift();
  sell({kPens});
  const auto anna = value_of(stored_user("Anna"));
  EXPECT_DONE(change(shop_->state(), [&](storage::Transaction& tx) -> Status {
    TRY(storage::set_meta_text(tx, "cloud.secret", "MARKER-CLOUD-SECRET"));
    return shop_->state().replica->put(tx, make_setting("receipt.footer.token", "MARKER-TOKEN"));
  }));
  auto marks = markers_;
  marks.emplace_back(as_text(ByteView(anna.pin_verifier)));
  EXPECT_EQ(files_with(marks), std::vector<std::string>{}) << "while it is open, with its log";
  Task task;
  value_of(create_backup(*shop_, owner(), temp_.file("stick"), "violet ladder under seven oaks", task));
  sell({kPens});
  clock_.advance(std::chrono::seconds(2));
  EXPECT_EQ(value_of(create_backup(*shop_, owner(), temp_.file("stick"), {}, task)).manifest.kind,
            backup::GenerationKind::incremental);
  EXPECT_EQ(files_with(marks), std::vector<std::string>{}) << "with a backup";
  close();
  EXPECT_EQ(files_with(marks), std::vector<std::string>{}) << "closed";
  open();
  EXPECT_EQ(text("SELECT name FROM customer WHERE note LIKE 'markernote%'"), customer.name) << "and it is all there";
}

TEST_F(Secrets, a_shop_of_an_older_program_is_sealed_when_it_is_opened) {
  marked_customer();
  close();
  make_plain(folder());
  ASSERT_NE(files_with(markers_), std::vector<std::string>{}) << "the test must begin with a plain one";
  open();
  EXPECT_EQ(text("SELECT tax_number FROM customer WHERE name LIKE 'Markerina%'"), "MARKERTAX77");
  EXPECT_EQ(files_with(markers_), std::vector<std::string>{});
  open_the_shift();
  sell({kPens});
  reopen();
  EXPECT_EQ(number("SELECT count(*) FROM sale"), 1);
}

TEST_F(Secrets, what_a_restore_puts_in_place_and_what_it_moves_aside_is_sealed) {
  marked_customer();
  Task task;
  value_of(create_backup(*shop_, owner(), temp_.file("stick"), "violet ladder under seven oaks", task));
  open_the_shift();
  sell({kPens});
  close();
  RestoreWish wish;
  wish.folder = folder();
  wish.target = temp_.file("stick");
  wish.generation = "latest";
  wish.asked_by = "Anna";
  const auto report = value_of(restore_shop(wish, task));
  EXPECT_TRUE(fs::exists(report.replaced_folder + "/till.db"));
  EXPECT_EQ(files_with(markers_), std::vector<std::string>{}) << "over the shop";
  wish.folder = temp_.file("elsewhere");
  wish.passphrase = "violet ladder under seven oaks";
  value_of(restore_shop(wish, task));
  EXPECT_EQ(files_with(markers_), std::vector<std::string>{}) << "in a new folder";
  open();
  EXPECT_EQ(text("SELECT tax_number FROM customer WHERE name LIKE 'Markerina%'"), "MARKERTAX77");
  EXPECT_EQ(number("SELECT count(*) FROM sale"), 0);
}

TEST_F(Secrets, without_the_databases_key_the_folder_says_what_to_do) {
  close();
  fs::rename(folder() + "/keys/database", folder() + "/keys/elsewhere");
  EXPECT_REFUSED(try_open(folder()), corrupt, "restore the newest backup");
  fs::rename(folder() + "/keys/elsewhere", folder() + "/keys/database");
  open();
}

TEST_F(Secrets, another_shops_key_does_not_open_the_folder) {
  close();
  make_tiny_shop(temp_.file("other"));
  fs::copy_file(temp_.file("other/keys/database"), folder() + "/keys/database", fs::copy_options::overwrite_existing);
  EXPECT_REFUSED(try_open(folder()), denied, "other keys");
}

TEST_F(Secrets, a_forgotten_customer_leaves_empty_fields_and_whole_books) {
  const auto customer = marked_customer();
  open_the_shift();
  const auto sold = sell({kPens});
  EXPECT_REFUSED(forget_customer(*shop_, owner(), new_id(clock_, shop_->state().random)), invalid, "not exist");
  EXPECT_DONE(forget_customer(*shop_, cashier(), customer.id));
  const auto row = value_of(shop_->state().db->read(
      [&](storage::Connection& conn) { return storage::load<domain::Customer>(conn, customer.id); }));
  ASSERT_TRUE(row);
  for (const auto& field : {row->name, row->phone, row->email, row->tax_number, row->card_code, row->note})
    EXPECT_EQ(field, "");
  EXPECT_EQ(row->lifecycle, domain::Lifecycle::deleted);
  EXPECT_EQ(number("SELECT count(*) FROM sale"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM audit_entry WHERE instr(subject || detail, 'Markerina') > 0"), 0);
  EXPECT_EQ(journalled("customer.forget"), 1);
}

TEST_F(Secrets, the_log_shows_no_keys_and_no_cards) {
  log::set_console_level(log::Level::error);
  marked_customer();
  log::warning("a card 4111 1111 1111 1111 was typed");
  const auto ring = shop_->state().keys->with_ring([](security::RingFile& file) { return file.ring.encode(); });
  const auto pc = shop_->state().keys->pc_key().clone();
  close();
  const auto said = bytes_of(folder() + "/logs/till.log");
  EXPECT_NE(said.find("1111 was typed"), std::string::npos);
  EXPECT_EQ(said.find("4111 1111"), std::string::npos);
  EXPECT_EQ(said.find(to_hex(pc.view())), std::string::npos);
  EXPECT_EQ(said.find(to_hex(ring.view().subspan(17, 32))), std::string::npos);
  EXPECT_EQ(said.find(std::string(as_text(pc.view()))), std::string::npos);
}

}  // namespace
}  // namespace till::app

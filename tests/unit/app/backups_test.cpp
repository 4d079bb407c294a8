#include "app/backups.hpp"

#include <filesystem>
#include <fstream>
#include <set>

#include "app/journal.hpp"
#include "app/journal_check.hpp"
#include "app/restores.hpp"
#include "shop_fixture.hpp"

namespace till::app {
namespace {

constexpr const char* kPassphrase = "violet ladder under seven oaks";

class Backups : public ShopTest {
 protected:
  void SetUp() override {
    ShopTest::SetUp();
    open_the_shift();
    sell({kPens});
  }
  [[nodiscard]] std::string target() const { return temp_.file("stick"); }
  Result<backup::BackupResult> try_create(const std::string& passphrase = kPassphrase) {
    Task task;
    clock_.advance(std::chrono::seconds(2));
    return create_backup(*shop_, owner(), target(), passphrase, task);
  }
  std::string create_full() {
    Task task;
    clock_.advance(std::chrono::seconds(2));
    return value_of(create_backup(*shop_, owner(), target(), kPassphrase, task, {true, false})).manifest.generation;
  }
  std::string create() { return value_of(try_create()).manifest.generation; }
  Result<RestoreReport> restore(const std::string& folder, const std::string& passphrase,
                                const std::string& generation = "latest") {
    Task task;
    return restore_shop({folder, target(), generation, passphrase, "Anna", std::nullopt, true}, task);
  }
  std::int64_t sales() { return number("SELECT count(*) FROM sale"); }
  // What a PC has that never saw this shop.
  void become_another_pc() { std::filesystem::remove_all(temp_.file("pc")); }
};

TEST_F(Backups, are_listed_and_verify) {
  const auto generation = create();
  const auto rows = value_of(list_generations(*shop_, target(), {}));
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].generation, generation);
  EXPECT_EQ(rows[0].sales, 1u);
  EXPECT_EQ(rows[0].problem, "");
  Task task;
  EXPECT_DONE(verify_generation(*shop_, target(), generation, {}, task));
  EXPECT_EQ(journalled("backup"), 1);
}

TEST_F(Backups, need_a_right_and_a_target) {
  Task task;
  EXPECT_REFUSED(create_backup(*shop_, cashier(), target(), {}, task), denied, "cashier");
  EXPECT_REFUSED(create_backup(*shop_, owner(), "", {}, task), invalid, "folder");
  EXPECT_REFUSED(list_generations(*shop_, temp_.file("no stick"), {}), invalid, "stick");
}

TEST_F(Backups, a_wrong_passphrase_is_refused) {
  create();
  EXPECT_REFUSED(try_create("another passphrase entirely"), denied, "passphrase");
  EXPECT_REFUSED(list_generations(*shop_, target(), "another passphrase entirely"), denied, "passphrase");
}

TEST_F(Backups, restored_over_the_shop_bring_back_what_was_and_number_anew) {
  const auto before = sell({kBread});
  create();
  const auto after = sell({kPens});
  close();
  const auto report = value_of(restore(folder(), {}));
  EXPECT_EQ(report.sales, 2u);
  EXPECT_EQ(report.last_receipt, before.receipt);
  EXPECT_TRUE(std::filesystem::exists(report.replaced_folder));
  open();
  EXPECT_EQ(sales(), 2);
  EXPECT_EQ(journalled("restore"), 1);
  const auto next = sell({kPens});
  EXPECT_NE(next.series, after.series) << "the number of the lost sale could be given again";
  EXPECT_NE(next.receipt, after.receipt);
  EXPECT_EQ(number("SELECT count(*) - count(DISTINCT receipt) FROM sale"), 0);
  EXPECT_TRUE(value_of(verify_journal(*shop_)).good);
}

TEST_F(Backups, a_restored_shop_can_be_restored_again_and_backed_up) {
  create();
  std::set<std::string> series;
  for (int i = 0; i < 2; ++i) {
    close();
    value_of(restore(folder(), {}));
    open();
    series.insert(sell({kPens}).series);
  }
  EXPECT_EQ(series.size(), 2u);
  EXPECT_DONE(try_create());
}

TEST_F(Backups, restore_to_a_new_folder_on_another_pc_with_the_passphrase_alone) {
  create();
  close();
  become_another_pc();
  EXPECT_REFUSED(restore(temp_.file("new"), {}), denied, "passphrase");
  EXPECT_REFUSED(restore(temp_.file("new"), "another passphrase entirely"), denied, "passphrase");
  EXPECT_FALSE(std::filesystem::exists(temp_.file("new/till.db")));
  EXPECT_EQ(value_of(restore(temp_.file("new"), kPassphrase)).sales, 1u);
  shop_ = value_of(try_open(temp_.file("new")));
  EXPECT_EQ(sales(), 1);
  EXPECT_EQ(stock_milli("NS-011"), 25'000);
}

TEST_F(Backups, a_restore_is_refused_while_the_shop_is_open) {
  create();
  EXPECT_REFUSED(restore(folder(), {}), retry, "another till is already running");
  EXPECT_EQ(sales(), 1);
}

TEST_F(Backups, a_damaged_backup_is_refused_and_the_shop_stays_as_it_is) {
  create();
  sell({kPens});
  close();
  for (const auto& entry : std::filesystem::recursive_directory_iterator(target()))
    if (entry.is_regular_file() && entry.file_size() > 4096)
      std::filesystem::resize_file(entry.path(), entry.file_size() / 2);
  EXPECT_FALSE(restore(folder(), {}));
  open();
  EXPECT_EQ(sales(), 2);
}

TEST_F(Backups, pruning_keeps_the_newest) {
  create();
  sell({kPens});
  create();
  sell({kPens});
  const auto newest = create_full();
  Task task;
  backup::RetentionRule rule;
  rule.keep_last = 1;
  const auto pruned = value_of(prune_generations(*shop_, owner(), target(), rule, task));
  EXPECT_EQ(pruned.removed.size(), 2u);
  const auto rows = value_of(list_generations(*shop_, target(), {}));
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].generation, newest);
  EXPECT_DONE(verify_generation(*shop_, target(), newest, {}, task));
}

TEST_F(Backups, a_restore_is_no_way_to_try_pins_anew) {
  create();
  for (int i = 0; i < 10; ++i) {
    EXPECT_FALSE(sign_in(*shop_, "Mia", "9999"));
    clock_.advance(std::chrono::minutes(2));
  }
  close();
  EXPECT_DONE(restore(folder(), kPassphrase));
  open();
  EXPECT_REFUSED(sign_in(*shop_, "Mia", "1357"), denied, "locked");
}

TEST_F(Backups, what_is_restored_is_sealed_on_another_pc_too) {
  create();
  close();
  become_another_pc();
  EXPECT_DONE(restore(temp_.file("new"), kPassphrase));
  std::ifstream file(temp_.file("new/till.db"), std::ios::binary);
  std::string beginning(16, ' ');
  file.read(beginning.data(), 16);
  EXPECT_NE(beginning.substr(0, 6), "SQLite");
  shop_ = value_of(try_open(temp_.file("new")));
  EXPECT_EQ(sales(), 1);
}

}  // namespace
}  // namespace till::app

// Three years of a shop, saved once a year (one full backup, two increments), restored on another PC with nothing but
// the passphrase, and compared table by table and row by row: none is lost, none is there that was not saved.
#include <filesystem>

#include "app/backups.hpp"
#include "app/demo_generator.hpp"
#include "app/restores.hpp"
#include "shop_fixture.hpp"
#include "storage/tables.hpp"
#include "support/table_rows.hpp"

namespace till::app {
namespace {

constexpr const char* kPassphrase = "violet ladder under seven oaks";
constexpr int kDaysOfAYear = 365, kSalesOfADay = 12;

class ThreeYears : public ShopTest {
 protected:
  void SetUp() override {
    ShopTest::SetUp();
    open_the_shift();
    sell({kPens});
  }
  [[nodiscard]] std::string target() const { return temp_.file("stick"); }

  void a_year_passes() {
    clock_.advance(std::chrono::hours(24) * kDaysOfAYear);
    ++years_;
    auto& state = shop_->state();
    const auto all =
        value_of(state.db->read([](storage::Connection& conn) { return storage::load_all<domain::Product>(conn); }));
    const auto taxes =
        value_of(state.db->read([](storage::Connection& conn) { return storage::load_all<domain::Tax>(conn); }));
    GeneratedHistory wanted;
    wanted.seed = years_;
    wanted.until = clock_.now();
    wanted.days = kDaysOfAYear;
    wanted.sales_per_day = kSalesOfADay;
    EXPECT_DONE(generate_sales(wanted, all, taxes, [&](std::span<const domain::Sale> batch) {
      return state.db->write([&](storage::Transaction& tx) -> Status {
        for (const auto& sale : batch) TRY(storage::store(tx, sale));
        return {};
      });
    }));
    sell({kPens});
  }
  backup::Manifest save() {
    Task task;
    clock_.advance(std::chrono::seconds(2));
    return value_of(create_backup(*shop_, owner(), target(), kPassphrase, task, {})).manifest;
  }
  void restore_on_another_pc(const std::string& generation) {
    close();
    std::filesystem::remove_all(temp_.file("pc"));
    RestoreWish wish;
    wish.folder = temp_.file("restored " + generation);
    wish.target = target();
    wish.generation = generation;
    wish.asked_by = "Anna";
    wish.passphrase = kPassphrase;
    Task task;
    value_of(restore_shop(wish, task));
    shop_ = value_of(try_open(wish.folder));
  }
  test::Tables tables() {
    return value_of(shop_->state().db->read(
        [](storage::Connection& conn) -> Result<test::Tables> { return test::tables_of(conn.handle()); }));
  }

  std::uint64_t years_ = 0;
};

const std::string kHeld = "+ setting key.held.";  // and the terminal's id

std::multiset<std::string> changes(const test::Tables& before, const test::Tables& after) {
  const auto found = test::differences(
      before, after, {{"audit_entry", "action"}, {"meta", "key"}, {"setting", "key"}, {"sync_own_feed", "lane"}});
  std::multiset<std::string> named;
  for (const auto& change : found) named.insert(change.starts_with(kHeld) ? kHeld : change);
  return named;
}

// What a restore on another PC changes by itself, and nothing else.
const std::multiset<std::string> kChangedByItself = {
    // The file is another one.
    "- meta database.file",
    "+ meta database.file",
    // Who it is: a new terminal, whose first life begins, with a journal of its own that tells of it and of the
    // restore.
    "- sync_self 1",
    "+ sync_self 1",
    "+ sync_origin 2",
    "+ audit_head (16 bytes)",
    "+ audit_entry terminal.new-life",
    "+ audit_entry restore",
    // The keys were a year old and more: it renews them, and says which it holds in a setting, whose stamps are there,
    // too.
    "+ audit_entry keys.rotate",
    "+ audit_entry keys.in-use",
    kHeld,
    "+ sync_row 6",
    // These five changes in its log, the setting in one lane and the journal in another, and what the two tables add up
    // to.
    "+ sync_uncut 2",
    "+ sync_uncut 2",
    "+ sync_uncut 2",
    "+ sync_uncut 2",
    "+ sync_uncut 2",
    "+ sync_own_feed 2",
    "+ sync_own_feed 3",
    "- sync_digest 6",
    "+ sync_digest 6",
    "- sync_digest 30",
    "+ sync_digest 30",
};

TEST_F(ThreeYears, come_back_row_for_row_on_another_pc) {
  std::vector<backup::Manifest> made;
  std::vector<test::Tables> saved;
  for (int year = 0; year < 3; ++year) {
    a_year_passes();
    saved.push_back(tables());
    made.push_back(save());
  }
  EXPECT_EQ(made[0].kind, backup::GenerationKind::full);
  EXPECT_EQ(made[2].kind, backup::GenerationKind::incremental);
  EXPECT_GT(saved[2].at("sale").rows.size(), 10'000u);

  restore_on_another_pc(made[2].generation);
  EXPECT_EQ(changes(saved[2], tables()), kChangedByItself);
  restore_on_another_pc(made[0].generation);
  EXPECT_EQ(changes(saved[0], tables()), kChangedByItself);
}

}  // namespace
}  // namespace till::app

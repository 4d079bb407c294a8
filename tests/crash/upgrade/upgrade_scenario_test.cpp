// The power goes, or the disk refuses, at every operation while a shop of an older schema opens and is brought up to
// date. Whatever happened, it opens afterwards, is of today's schema and has every row that it had; and the copy of
// before the upgrade is not there yet, or is the whole database as it was: a folder in which it is the database opens.
#include <cstdlib>
#include <iostream>

#include "../seal/shop_on_disk.hpp"
#include "older_folder.hpp"

namespace till::crash {
namespace {

using app::value_of;

// What an opening writes by itself: where it is, that a new part of its log begins because of that, and the journal of
// it.
bool is_of_the_opening(const std::string& difference) {
  for (const auto* written :
       {"- meta database.file", "+ meta database.file", "+ audit_entry terminal.new-life", "- sync_self", "+ sync_self",
        "- sync_own_feed", "+ sync_own_feed", "+ sync_origin", "+ sync_uncut", "- sync_digest", "+ sync_digest"})
    if (difference.starts_with(written)) return true;
  return false;
}

class UpgradeScenario : public ShopOnDisk, public ::testing::WithParamInterface<int> {
 protected:
  void SetUp() override {
    make_older(folder_, GetParam());
    {
      const auto seal = value_of(storage::FolderSeal::establish(folder_, app::database_key_of(folder_)));
      const auto conn = value_of(storage::Connection::open(folder_ + "/till.db", storage::Access::read_write));
      EXPECT_DONE(conn->exec("PRAGMA journal_mode=WAL"));
      // In the log alone, so that the database is what both of its files say.
      EXPECT_DONE(conn->exec("INSERT INTO meta(key, value) VALUES('planted', x'01')"));
      was_ = test::tables_of(conn->handle());
      load_files();
    }
    key_ = app::database_key_of(folder_);
    ASSERT_GT(image_.at(folder_ + "/till.db-wal").size(), 4096U);
    std::filesystem::remove_all(folder_);
    ASSERT_EQ(was_.at("sale").rows.size(), 1U);
  }
  [[nodiscard]] std::string copy() const { return folder_ + "/before-upgrade-" + std::to_string(GetParam()) + ".db"; }
  static std::multiset<std::string> differences(const test::Tables& before, const test::Tables& after) {
    return test::differences(before, after, {{"audit_entry", "action"}, {"meta", "key"}});
  }

  // Of a database on the disk while no shop is open.
  Status look(const std::string& path, const std::function<Status(storage::Connection&)>& at) {
    const auto seal = TRY(storage::FolderSeal::establish(folder_, key_));
    return at(*TRY(storage::Connection::open(path, storage::Access::read_only, disk_.name())));
  }
  void check_copy() {
    EXPECT_DONE(look(copy(), [&](storage::Connection& conn) -> Status {
      auto rows = TRY(conn.query("PRAGMA integrity_check"));
      EXPECT_TRUE(TRY(rows.next()));
      EXPECT_EQ(rows.text(0), "ok");
      EXPECT_EQ(TRY(conn.integer("PRAGMA user_version")), GetParam());
      EXPECT_EQ(differences(was_, test::tables_of(conn.handle())), std::multiset<std::string>{});
      return {};
    }));
  }
  void check_opened(app::Shop& shop) {
    EXPECT_DONE(shop.state().db->read([&](storage::Connection& conn) -> Status {
      EXPECT_EQ(TRY(conn.integer("PRAGMA user_version")), storage::schema_list().back().version);
      for (const auto& difference : differences(was_, test::tables_of(conn.handle()))) {
        const bool is_new_table = difference.starts_with("+ ") && !was_.contains(table_in(difference));
        EXPECT_TRUE(is_new_table || is_of_the_opening(difference)) << difference;
      }
      return {};
    }));
    const auto books = read_books(shop);
    EXPECT_EQ(books.wrong, std::vector<std::string>{});
    EXPECT_EQ(books.sales, 1);
  }
  static std::string table_in(const std::string& difference) {
    return difference.substr(2, difference.find(' ', 2) - 2);
  }
  // After whatever happened, with the power back.
  void check() {
    const bool copied = disk_.image().contains(copy());
    if (copied) check_copy();
    {
      const auto shop = open();
      ASSERT_NE(shop, nullptr) << outcome_.error().message << " / " << outcome_.error().cause;
      check_opened(*shop);
    }
    const auto image = disk_.image();
    ASSERT_TRUE(image.contains(copy()));
    check_copy();
    for (const auto& [path, bytes] : image) {
      EXPECT_EQ(path.find(".part"), path.npos) << path << " is left";
      EXPECT_FALSE(path.starts_with(copy() + "-")) << path << " is left";
    }
  }
  // The copy takes the database's place, as a person would put it back.
  void check_that_the_copy_can_be_put_back() {
    auto image = disk_.image();
    for (const auto* suffix : {"", "-wal", "-shm", "-journal"}) image.erase(folder_ + "/till.db" + suffix);
    image[folder_ + "/till.db"] = image.at(copy());
    disk_.load(image);
    const auto shop = open();
    ASSERT_NE(shop, nullptr) << outcome_.error().message << " / " << outcome_.error().cause;
    check_opened(*shop);
  }

  static std::uint64_t every(std::uint64_t in_the_slice) {
    const char* wanted = std::getenv("TILL_CRASH_EVERY");
    return wanted == nullptr ? in_the_slice : static_cast<std::uint64_t>(std::max(std::atoi(wanted), 1));
  }

  // The operations of the opening; those at the copy's and the transaction's edges, and every so many of the others.
  std::vector<std::uint64_t> stops() {
    disk_.load(image_);
    open();
    EXPECT_DONE(outcome_);
    const auto journal = disk_.journal();
    std::vector<std::uint64_t> chosen;
    std::size_t in_a_row = 0;
    for (std::size_t i = 0; i < journal.size(); ++i) {
      const bool goes_on = i > 0 && journal[i].kind == OpKind::write && journal[i - 1].kind == OpKind::write &&
                           journal[i].file == journal[i - 1].file;
      in_a_row = goes_on ? in_a_row + 1 : 0;
      if (in_a_row % every(97) == 0) chosen.push_back(i + 1);
    }
    EXPECT_GT(chosen.size(), 30U);
    return chosen;
  }

  security::SecretBytes key_;
  test::Tables was_;
};

INSTANTIATE_TEST_SUITE_P(FromSchema, UpgradeScenario, ::testing::Values(1, 2));

TEST_P(UpgradeScenario, is_finished_or_not_begun_wherever_the_power_goes) {
  const auto chosen = stops();
  const auto times = cut_power_at(
      chosen, [&] { return open() != nullptr; }, [&](bool) { check(); });
  check_that_the_copy_can_be_put_back();
  std::cout << "[ stops    ] " << times << " of " << chosen.back() << " operations\n";
}

TEST_P(UpgradeScenario, on_a_stick_that_lies_is_noticed_by_this_very_test) {
  disk_.load(image_);
  disk_.let_sync_lie(true);
  open();
  EXPECT_DONE(outcome_);
  EXPECT_TRUE(disk_.image().contains(copy()));
  disk_.crash(Loss::dropped, 1);
  EXPECT_FALSE(disk_.image().contains(copy())) << "what was said to be synced is not";
}

TEST_P(UpgradeScenario, is_finished_after_a_second_cut_while_the_first_is_mended) {
  const auto chosen = stops();
  const auto first = chosen[chosen.size() * 2 / 3];
  disk_.load(image_);
  disk_.stop_at(first);
  open();
  disk_.crash(Loss::torn, first);
  const auto after_the_first = disk_.image();
  disk_.load(after_the_first);
  open();
  const auto operations = disk_.operations();
  for (std::uint64_t k = 1; k <= operations; k += every(41)) {
    SCOPED_TRACE("stopped at " + std::to_string(first) + " and again at " + std::to_string(k));
    disk_.load(after_the_first);
    disk_.stop_at(k);
    open();
    disk_.crash(static_cast<Loss>(k % 3), k);
    check();
    if (HasFailure()) return;
  }
}

TEST_P(UpgradeScenario, is_finished_or_as_it_was_whatever_the_disk_refuses) {
  const auto chosen = stops();
  std::size_t trials = 0;
  for (const auto k : chosen) {
    for (const auto refusal : {Refusal::io_error, Refusal::no_room, Refusal::short_write, Refusal::read_only}) {
      if (!is_long_run() && k % 4 != static_cast<std::uint64_t>(refusal)) continue;
      SCOPED_TRACE("refused at " + std::to_string(k) + " in way " + std::to_string(static_cast<int>(refusal)));
      disk_.load(image_);
      disk_.fail_at(k, refusal);
      open();
      if (!outcome_) {
        EXPECT_FALSE(outcome_.error().message.empty());
      }
      disk_.fail_at(0);
      check();
      ++trials;
      if (HasFailure()) return;
    }
  }
  std::cout << "[ refusals ] " << trials << "\n";
}

}  // namespace
}  // namespace till::crash

// Three years of a shop, saved once a year (one full backup, two increments), restored on another PC with nothing but
// the passphrase, and compared table by table and row by row.
#include <sqlite3.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "app/backups.hpp"
#include "app/demo_generator.hpp"
#include "app/restores.hpp"
#include "shop_fixture.hpp"
#include "storage/tables.hpp"

namespace till::app {
namespace {

constexpr const char* kPassphrase = "violet ladder under seven oaks";
constexpr int kDaysOfAYear = 365, kSalesOfADay = 12;

using Rows = std::map<std::string, std::vector<std::string>>;  // by table, sorted

std::string row_text(sqlite3_stmt* row) {
  std::string text;
  for (int i = 0; i < sqlite3_column_count(row); ++i) {
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(row, i));
    text += static_cast<char>('0' + sqlite3_column_type(row, i));
    text += std::to_string(sqlite3_column_bytes(row, i)) + ":";
    text.append(bytes == nullptr ? "" : bytes, static_cast<std::size_t>(sqlite3_column_bytes(row, i)));
  }
  return text;
}

std::vector<std::string> rows_of(sqlite3* database, const std::string& table) {
  sqlite3_stmt* statement = nullptr;
  const auto sql = "SELECT * FROM \"" + table + "\"";
  EXPECT_EQ(sqlite3_prepare_v2(database, sql.c_str(), -1, &statement, nullptr), SQLITE_OK) << table;
  std::vector<std::string> rows;
  while (sqlite3_step(statement) == SQLITE_ROW) rows.push_back(row_text(statement));
  sqlite3_finalize(statement);
  std::sort(rows.begin(), rows.end());
  return rows;
}

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
  Rows rows() {
    return value_of(shop_->state().db->read([](storage::Connection& conn) -> Result<Rows> {
      Rows found;
      auto q =
          TRY(conn.query("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"));
      while (TRY(q.next())) found[q.text(0)] = rows_of(conn.handle(), q.text(0));
      return found;
    }));
  }

  std::uint64_t years_ = 0;
};

// Rows of `before` that are not in `after`, by table.
std::map<std::string, std::size_t> lost(const Rows& before, const Rows& after) {
  std::map<std::string, std::size_t> lost;
  for (const auto& [table, rows] : before) {
    std::vector<std::string> missing;
    const auto there = after.contains(table) ? after.at(table) : std::vector<std::string>{};
    std::set_difference(rows.begin(), rows.end(), there.begin(), there.end(), std::back_inserter(missing));
    if (!missing.empty()) lost[table] = missing.size();
  }
  return lost;
}

TEST_F(ThreeYears, come_back_row_for_row_on_another_pc) {
  std::vector<backup::Manifest> made;
  std::vector<Rows> saved;
  for (int year = 0; year < 3; ++year) {
    a_year_passes();
    saved.push_back(rows());
    made.push_back(save());
  }
  EXPECT_EQ(made[0].kind, backup::GenerationKind::full);
  EXPECT_EQ(made[2].kind, backup::GenerationKind::incremental);
  EXPECT_GT(saved[2].at("sale").size(), 10'000u);

  restore_on_another_pc(made[2].generation);
  const auto after = rows();
  // What a restore changes by itself: which incarnation this is, that it was restored, and by its entry in the journal
  // what that table adds up to.
  auto changed = lost(saved[2], after);
  for (const char* by_itself : {"meta", "sync_self", "sync_digest"}) changed.erase(by_itself);
  EXPECT_EQ(changed, (std::map<std::string, std::size_t>{}));
  EXPECT_EQ(after.at("sale"), saved[2].at("sale"));
  EXPECT_EQ(after.at("stock_move"), saved[2].at("stock_move"));

  restore_on_another_pc(made[0].generation);
  EXPECT_EQ(rows().at("sale"), saved[0].at("sale"));
}

}  // namespace
}  // namespace till::app

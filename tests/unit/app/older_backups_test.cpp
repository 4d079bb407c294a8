// A chain that an older program began and this one continues: its first generations hold schema 2, its last one the
// schema of today. Made by taking the shop's database back to schema 2 for the time of a backup.
#include "app/backups.hpp"
#include "app/catalogue.hpp"
#include "app/healing.hpp"
#include "app/journal_check.hpp"
#include "app/restore_parts.hpp"
#include "app/restores.hpp"
#include "shop_fixture.hpp"
#include "storage/migrations.hpp"

namespace till::app {
namespace {

const int kSchemaOfToday = storage::schema_list().back().version;
constexpr const char* kPassphrase = "violet ladder under seven oaks";

// What schemas 3 and 4 added, taken away again; the chain of the journal goes to where it was before.
constexpr const char* kBackToSchema2 = R"sql(
UPDATE audit_entry SET canonical = x'01', previous = previous_hash, hash = chain_hash WHERE chain_hash <> x'';
ALTER TABLE audit_entry DROP COLUMN changes;
ALTER TABLE audit_entry DROP COLUMN previous_hash;
ALTER TABLE audit_entry DROP COLUMN chain_hash;
ALTER TABLE shift_event DROP COLUMN journal_sequence;
ALTER TABLE shift_event DROP COLUMN journal_hash;
DROP TABLE audit_head;
DROP TABLE audit_checkpoint;
CREATE TABLE sync_waiting_sale (
  id BLOB PRIMARY KEY, origin INTEGER NOT NULL, sequence INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX sync_waiting_sale_by_record ON sync_waiting_sale(origin, sequence);
INSERT INTO sync_waiting_sale SELECT id, origin, sequence FROM sync_waiting_document WHERE id IN (SELECT id FROM sale);
DROP TABLE sync_waiting_document;
PRAGMA user_version = 2;
)sql";

class OlderBackups : public ShopTest {
 protected:
  void SetUp() override {
    ShopTest::SetUp();
    open_the_shift();
    create(temp_.file("elsewhere"));  // the passphrase is settled by the program of today
    price_ = price();
    sell({kPens});
    oldest_ = create_under_schema_2();
    sell({kBread});
    between_old_ = moment();
    sell({kPens});
    old_ = create_under_schema_2();
    sell({kBread});
    set_price(price_ + 100);
    between_old_and_new_ = moment();
    set_price(price_ + 200);
    sell({kPens});
    newest_ = create(target());
  }
  [[nodiscard]] std::string target() const { return temp_.file("stick"); }
  backup::Manifest create(const std::string& place) {
    Task task;
    clock_.advance(std::chrono::seconds(2));
    return value_of(create_backup(*shop_, owner(), place, kPassphrase, task)).manifest;
  }
  backup::Manifest create_under_schema_2() {
    EXPECT_DONE(shop_->state().db->write([](storage::Transaction& tx) { return tx.exec(kBackToSchema2); }));
    const auto made = create(target());
    close();
    open();  // brings it up again
    return made;
  }
  UtcTime moment() {
    const auto now = clock_.now();
    clock_.advance(std::chrono::seconds(2));
    return now;
  }
  std::int64_t price() { return number("SELECT price FROM product WHERE sku = 'BK-001'"); }
  void set_price(std::int64_t minor) {
    clock_.advance(std::chrono::seconds(1));
    const auto id = value_of(shop_->state().db->read([](storage::Connection& conn) -> Result<Id> {
      auto q = TRY(conn.query("SELECT id FROM product WHERE sku = 'BK-001'"));
      TRY(q.next());
      return q.id(0);
    }));
    EXPECT_DONE(change_price(*shop_, owner(), id, {minor}));
  }
  RestoreReport restore(const std::string& generation, std::optional<UtcTime> until = {}) {
    RestoreWish wish;
    wish.folder = folder();
    wish.target = target();
    wish.generation = generation;
    wish.until = until;
    wish.asked_by = "Anna";
    wish.passphrase = kPassphrase;
    Task task;
    close();
    auto report = value_of(restore_shop(wish, task));
    open();
    return report;
  }
  // Of today's schema, its tables what was kept of them, and at work.
  void expect_whole_shop_with(std::int64_t sales) {
    EXPECT_EQ(number("PRAGMA user_version"), kSchemaOfToday);
    EXPECT_EQ(number("SELECT count(*) FROM sale"), sales);
    const auto all = all_tables();
    EXPECT_EQ(table_names(value_of(find_damage(shop_->state(), {all.begin(), all.end()}, {}))), "");
    sell({kPens});
    EXPECT_EQ(number("SELECT count(*) FROM sale"), sales + 1);
    EXPECT_EQ(number("SELECT count(*) - count(DISTINCT receipt) FROM sale"), 0);
  }

  std::int64_t price_ = 0;
  backup::Manifest oldest_, old_, newest_;
  UtcTime between_old_, between_old_and_new_;
};

TEST_F(OlderBackups, are_one_chain_with_those_of_today) {
  EXPECT_EQ(oldest_.kind, backup::GenerationKind::full);
  EXPECT_EQ(oldest_.marker.schema_version, 2U);
  EXPECT_EQ(old_.kind, backup::GenerationKind::incremental);
  EXPECT_EQ(old_.marker.schema_version, 2U);
  EXPECT_EQ(newest_.kind, backup::GenerationKind::incremental);
  EXPECT_EQ(newest_.marker.schema_version, static_cast<std::uint32_t>(kSchemaOfToday));
  EXPECT_EQ(newest_.base, oldest_.generation);
}

TEST_F(OlderBackups, come_back_whole_and_are_brought_up) {
  EXPECT_EQ(restore(old_.generation).sales, 3U);
  expect_whole_shop_with(3);
}

TEST_F(OlderBackups, come_back_as_of_a_moment_between_two_of_them) {
  const auto report = restore("latest", between_old_);
  EXPECT_EQ(report.generation, oldest_.generation);
  EXPECT_EQ(report.continued_with, old_.generation);
  EXPECT_EQ(price(), price_);
  expect_whole_shop_with(2);
}

TEST_F(OlderBackups, come_back_as_of_a_moment_before_one_of_today) {
  const auto report = restore("latest", between_old_and_new_);
  EXPECT_EQ(report.generation, old_.generation);
  EXPECT_EQ(report.continued_with, newest_.generation);
  EXPECT_EQ(price(), price_ + 100);
  expect_whole_shop_with(4);
}

TEST_F(OlderBackups, give_parts_back_to_the_running_shop) {
  PartsWish wish;
  wish.target = target();
  wish.generation = old_.generation;
  wish.parts = {RestorePart::products};
  Task task;
  const auto report = value_of(restore_parts(*shop_, owner(), wish, task));
  EXPECT_EQ(report.changed, 1U);
  EXPECT_EQ(report.added + report.removed, 0U);
  EXPECT_EQ(price(), price_);
  expect_whole_shop_with(5);
}

}  // namespace
}  // namespace till::app

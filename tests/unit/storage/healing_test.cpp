// A table that has gone wrong is folded again from the log: whatever was done to it, it ends as it was.
#include "storage/healing.hpp"

#include <sys/stat.h>

#include "healing_fixture.hpp"
#include "storage/heal_divergence.hpp"
#include "storage/search.hpp"
#include "storage/stock.hpp"
#include "storage/sync_queries.hpp"
#include "sync/half_snapshot.hpp"
#include "sync/local_log.hpp"

namespace till::storage {
namespace {

using domain::Customer;
using domain::Product;
using domain::Sale;
using domain::StockMove;

class HealingTest : public HealingFixture {
 protected:
  void SetUp() override {
    HealingFixture::SetUp();
    a_.put(tea_);
    later();
    a_.put(cake_);
    deliver();
    edit_at<Product>(a_, tea_.id, [](Product& p) { p.price = {450}; });
    a_.add(sold_);
    a_.add(moved_);
    deliver();
    b_.put(own_);  // B's own, and not in a segment yet
    edit_at<Product>(b_, cake_.id, [](Product& p) { p.name = "Cheese cake"; });
    b_.add(own_sale_);
    before_ = counted();
  }
  void expect_as_before() {
    EXPECT_EQ(counted(), before_);
    EXPECT_EQ(damaged(), std::set<sync::EntityNumber>{});
    EXPECT_EQ(b_.get<Product>(tea_.id).price.minor, 450);
    EXPECT_EQ(b_.get<Product>(cake_.id).name, "Cheese cake");
    EXPECT_EQ(b_.get<Product>(own_.id).price.minor, 395);
    EXPECT_EQ(b_.read([&](Connection& conn) { return stock_level_milli(conn, tea_.id); }), -2000);
    EXPECT_TRUE(b_.read([](Connection& conn) { return wrong_stock_levels(conn); }).empty());
    EXPECT_EQ(found("cheese").size(), 1u);
    EXPECT_EQ(found("tea").size(), 1u);
    EXPECT_EQ(b_.read([](Connection& conn) { return find_by_code(conn, "4006381333931"); }).size(), 1u);
    EXPECT_EQ(b_.get<Sale>(sold_.id).lines.size(), 1u);
  }
  void retry_parked() {
    EXPECT_DONE(b_.database->write([&](Transaction& tx) -> Status {
      SyncStore store(tx);
      sync::Applier applier(tenant_, b_keys_);
      TRY(applier.begin_step(store));
      TRY(applier.retry_parked(store, clock_.now()));
      EXPECT_EQ(TRY(store.parked_count()), 0u);
      return {};
    }));
  }
  std::vector<Product> found(const std::string& text) {
    return b_.read([&](Connection& conn) { return search_products(conn, text); });
  }

  Product tea_ = product("Tea", {"4006381333931"}), cake_ = product("Cake"), own_ = product("Coffee");
  Sale sold_ = sale(450), own_sale_ = sale(395);
  StockMove moved_ = move(tea_.id, -2000);
  std::vector<sync::TableDigest> before_;
};

TEST_F(HealingTest, AWellTableIsLeftAlone) {
  EXPECT_EQ(damaged(), std::set<sync::EntityNumber>{});
  const auto all = replicated_entities();
  const auto report = heal_b({all.begin(), all.end()});
  EXPECT_EQ(report.healed(), 0u);
  EXPECT_EQ(report.not_healed(), 0u);
  EXPECT_TRUE(report.digests.empty());
  expect_as_before();
}

TEST_F(HealingTest, AFieldThatWasAlteredIsSetRightAndToldWithBothValues) {
  damage("UPDATE product SET price = 1 WHERE id = ?1", tea_.id);
  EXPECT_EQ(damaged(), std::set<sync::EntityNumber>{Product::kEntity});
  Surgeon surgeon(b_);
  const auto report = value_of(heal_with(surgeon, {Product::kEntity}));
  EXPECT_EQ(report.healed(), 1u);
  ASSERT_EQ(surgeon.told.size(), 1u);
  EXPECT_EQ(surgeon.told[0].row, tea_.id);
  ASSERT_EQ(surgeon.told[0].fields.size(), 1u);
  EXPECT_EQ(surgeon.told[0].before.begin()->second, encode(domain::Money{1}));
  EXPECT_EQ(surgeon.told[0].after.begin()->second, encode(domain::Money{450}));
  expect_as_before();
}

TEST_F(HealingTest, RowsOfHalfASnapshotAreNotTakenBackToWhatTheLogSays) {
  damage("UPDATE product SET price = 1 WHERE id = ?1", tea_.id);  // as a snapshot that knows more brings it
  const auto note = [&](const std::function<Status(SyncStore&)>& job) {
    EXPECT_DONE(b_.database->write([&](Transaction& tx) -> Status {
      SyncStore store(tx);
      return job(store);
    }));
  };
  note([&](SyncStore& store) -> Status {
    auto ends = TRY(store.positions());
    for (auto& end : ends) end.sequence += 5;
    return sync::note_half_taken(store, ends);
  });
  Surgeon surgeon(b_);
  const auto refused = heal_with(surgeon, {Product::kEntity});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, ErrorKind::retry);
  EXPECT_EQ(b_.get<Product>(tea_.id).price.minor, 1);
  note([](SyncStore& store) { return sync::clear_half_taken(store); });
  EXPECT_EQ(heal_b({Product::kEntity}).healed(), 1u);
  expect_as_before();
}

TEST_F(HealingTest, AnOwnRowThatIsInNoSegmentYetIsSetRight) {
  damage("UPDATE product SET price = 1, name = 'Rubbish' WHERE id = ?1", own_.id);
  EXPECT_EQ(heal_b({Product::kEntity}).healed(), 1u);
  expect_as_before();
  EXPECT_EQ(b_.get<Product>(own_.id).name, "Coffee");
}

TEST_F(HealingTest, ARowThatIsGoneIsPutBack) {
  damage("DELETE FROM product WHERE id = ?1", tea_.id);
  EXPECT_EQ(heal_b({Product::kEntity}).healed(), 1u);
  expect_as_before();
}

TEST_F(HealingTest, StampsThatAreGoneComeBackAndMergingGoesOnFromThem) {
  damage("DELETE FROM sync_row WHERE id = ?1", tea_.id);
  EXPECT_EQ(damaged(), std::set<sync::EntityNumber>{Product::kEntity});
  EXPECT_EQ(heal_b({Product::kEntity}).healed(), 1u);
  expect_as_before();
  edit_at<Product>(a_, tea_.id, [](Product& p) { p.price = {500}; });
  deliver();
  EXPECT_EQ(b_.get<Product>(tea_.id).price.minor, 500);
  EXPECT_EQ(damaged(), std::set<sync::EntityNumber>{});
}

TEST_F(HealingTest, StampsAndColumnsThatCannotBeReadAreSetRight) {
  damage("UPDATE sync_row SET state = x'ff0102' WHERE id = ?1", tea_.id);
  damage("UPDATE product SET barcodes = x'ffffff' WHERE id = ?1", cake_.id);
  EXPECT_EQ(damaged(), std::set<sync::EntityNumber>{Product::kEntity});
  EXPECT_EQ(heal_b({Product::kEntity}).healed(), 2u);
  expect_as_before();
}

TEST_F(HealingTest, ADocumentThatWasAlteredIsAsItWasSigned) {
  damage("UPDATE stock_move SET delta_milli = -7000 WHERE id = ?1", moved_.id);
  EXPECT_EQ(damaged(), std::set<sync::EntityNumber>{StockMove::kEntity});
  EXPECT_EQ(heal_b({StockMove::kEntity}).healed(), 1u);
  expect_as_before();
}

TEST_F(HealingTest, ADocumentThatIsGoneIsPutBackAndCountsOnce) {
  damage("DELETE FROM stock_move WHERE id = ?1", moved_.id);
  damage("DELETE FROM sale WHERE id IN (?1, ?2)", sold_.id, own_sale_.id);
  EXPECT_EQ(damaged(), (std::set<sync::EntityNumber>{Sale::kEntity, StockMove::kEntity}));
  EXPECT_EQ(heal_b({Sale::kEntity, StockMove::kEntity}).healed(), 3u);
  expect_as_before();
}

TEST_F(HealingTest, QueryRowsOfASaleAreWhatTheSaleSays) {
  damage("UPDATE sale SET total = 1 WHERE id = ?1", sold_.id);
  damage("DELETE FROM sale_line WHERE sale = ?1", own_sale_.id);
  EXPECT_EQ(heal_b({Sale::kEntity}).healed(), 2u);
  expect_as_before();
  EXPECT_EQ(b_.read([&](Connection& conn) { return conn.integer("SELECT sum(total) FROM sale_line"); }), 845);
  EXPECT_EQ(b_.read([&](Connection& conn) { return conn.integer("SELECT sum(total) FROM sale"); }), 845);
}

TEST_F(HealingTest, SearchFindsAgainWhatItsIndexHadLost) {
  damage("INSERT INTO product_words(product_words) VALUES('delete-all')");
  damage("INSERT INTO product_parts(product_parts) VALUES('delete-all')");
  damage("DELETE FROM product_barcode");
  damage("UPDATE product SET folded_name = 'rubbish' WHERE id = ?1", tea_.id);
  EXPECT_TRUE(found("cheese").empty());
  EXPECT_EQ(heal_b({Product::kEntity}).healed(), 3u);
  expect_as_before();
}

TEST_F(HealingTest, AWholeTableThatWasEmptiedIsThereAgain) {
  damage("DELETE FROM product");
  damage("DELETE FROM product_barcode");
  damage("DELETE FROM sync_row WHERE entity = ?1", Product::kEntity);
  EXPECT_EQ(heal_b({Product::kEntity}).healed(), 3u);
  expect_as_before();
}

// It has default values in the columns that this program knows, so that nothing but the row itself can be missing.
TEST_F(HealingTest, ARowOfWhichOnlyANewerProgramKnowsAnythingWasNotPutBack) {
  const Id row = product("Not said yet").id;
  EXPECT_DONE(a_.database->write([&](Transaction& tx) -> Status {
    SyncStore store(tx);
    sync::LocalLog log(clock_, random_);
    TRY(log.set(store, *lane_of(Product::kEntity), Product::kEntity, row, {{9'999, Bytes{1, 2, 3}}}));
    return log.seal(store);
  }));
  deliver();
  const auto rows = [&] {
    return b_.read([](Connection& conn) { return conn.integer("SELECT count(*) FROM product"); });
  };
  ASSERT_EQ(rows(), 4);
  damage("DELETE FROM product");
  damage("DELETE FROM product_barcode");
  EXPECT_EQ(heal_b({Product::kEntity}).healed(), 4u);
  EXPECT_EQ(rows(), 4);
}

TEST_F(HealingTest, AStockLevelIsCountedFromItsMoves) {
  damage("UPDATE stock_level SET level_milli = 99");
  const auto report = heal_b({StockMove::kEntity});
  EXPECT_EQ(report.stock_levels, 1u);
  expect_as_before();
}

TEST_F(HealingTest, ADigestThatWasKeptWrongIsCountedAnew) {
  damage("UPDATE sync_digest SET digest = 1, rows = 77 WHERE entity = ?1", Product::kEntity);
  EXPECT_EQ(damaged(), std::set<sync::EntityNumber>{Product::kEntity});
  const auto report = heal_b({Product::kEntity});
  EXPECT_EQ(report.healed(), 0u);
  EXPECT_EQ(report.digests, std::vector<sync::EntityNumber>{Product::kEntity});
  expect_as_before();
}

TEST_F(HealingTest, AConflictStaysAConflict) {
  edit_at<Product>(b_, tea_.id, [](Product& p) { p.price = {777}; });
  edit_at<Product>(a_, tea_.id, [](Product& p) { p.price = {888}; });
  deliver();
  const auto rivals = [&] { return b_.read([](Connection& conn) { return open_conflicts(conn, 9); }); };
  ASSERT_EQ(rivals().size(), 1u);
  const auto good = counted();
  damage("DELETE FROM product WHERE id = ?1", tea_.id);
  damage("DELETE FROM sync_row WHERE id = ?1", tea_.id);
  damage("DELETE FROM sync_conflict");
  EXPECT_EQ(heal_b({Product::kEntity}).healed(), 1u);
  EXPECT_EQ(counted(), good);
  EXPECT_EQ(b_.get<Product>(tea_.id).price.minor, 888);
  ASSERT_EQ(rivals().size(), 1u);
  EXPECT_EQ(rivals()[0].rival, encode(domain::Money{777}));
}

TEST_F(HealingTest, WhatIsInNoLogIsToldAndNeverDeleted) {
  const auto stray = move(tea_.id, 5000);
  EXPECT_DONE(b_.database->write([&](Transaction& tx) { return store(tx, stray); }));
  EXPECT_EQ(damaged(), std::set<sync::EntityNumber>{StockMove::kEntity});
  const auto report = heal_b({StockMove::kEntity});
  EXPECT_EQ(report.healed(), 0u);
  ASSERT_EQ(report.rows.size(), 1u);
  EXPECT_EQ(report.rows[0].remedy, sync::Remedy::not_in_log);
  EXPECT_EQ(b_.get<StockMove>(stray.id).delta_milli, 5000);
}

TEST_F(HealingTest, ADryRunChangesNothing) {
  damage("UPDATE product SET price = 1 WHERE id = ?1", tea_.id);
  damage("UPDATE stock_level SET level_milli = 99");
  const auto altered = counted();
  Surgeon surgeon(b_);
  const auto report = value_of(heal_with(surgeon, {Product::kEntity, StockMove::kEntity}, true));
  EXPECT_EQ(report.healed(), 1u);
  EXPECT_EQ(report.stock_levels, 1u);
  EXPECT_EQ(surgeon.writes, 0);
  EXPECT_EQ(counted(), altered);
}

TEST_F(HealingTest, AChangeThatComesWhileTheLogIsFoldedIsNotMistakenForDamage) {
  damage("UPDATE product SET price = 1 WHERE id = ?1", cake_.id);
  Surgeon surgeon(b_);
  surgeon.before_each = [&](int read) {
    if (read > 6) return;
    edit_at<Product>(a_, tea_.id, [&](Product& p) { p.price = {1000 + read}; });
    deliver();
    later();
    b_.put(product("New " + std::to_string(read)));
    edit_at<Product>(b_, own_.id, [&](Product& p) { p.name = "Coffee " + std::to_string(read); });
  };
  const auto report = value_of(heal_with(surgeon, {Product::kEntity}));
  EXPECT_EQ(report.healed(), 1u);
  ASSERT_EQ(surgeon.told.size(), 1u);
  EXPECT_EQ(surgeon.told[0].row, cake_.id);
  EXPECT_EQ(b_.get<Product>(cake_.id).price.minor, 395);
  EXPECT_EQ(b_.get<Product>(tea_.id).price.minor, 1006);
  EXPECT_EQ(b_.get<Product>(own_.id).name, "Coffee 6");
  EXPECT_EQ(damaged(), std::set<sync::EntityNumber>{});
}

TEST_F(HealingTest, AStopInTheMiddleLeavesNothingBehindAndTheNextOneGoesThrough) {
  damage("DELETE FROM product");
  for (int stop_after = 1; stop_after < 8; ++stop_after) {
    Surgeon surgeon(b_);
    surgeon.stop_after = stop_after;
    const auto stopped = heal_with(surgeon, {Product::kEntity});
    EXPECT_TRUE(stopped || stopped.error().kind == ErrorKind::retry);
    struct stat there = {};
    EXPECT_NE(::stat(b_.folder.file(ScratchTables::kFile).c_str(), &there), 0);
  }
  heal_b({Product::kEntity});
  expect_as_before();
}

TEST_F(HealingTest, ScratchTablesThatACrashLeftAreNoHindrance) {
  std::FILE* left = std::fopen(b_.folder.file(ScratchTables::kFile).c_str(), "w");
  std::fputs("half a database", left);
  std::fclose(left);
  damage("UPDATE product SET price = 1 WHERE id = ?1", tea_.id);
  EXPECT_EQ(heal_b({Product::kEntity}).healed(), 1u);
  expect_as_before();
}

TEST_F(HealingTest, ALogWithAHoleIsNoProofAgainstARow) {
  damage("DELETE FROM sync_segment WHERE lane = 2 AND number = (SELECT min(number) FROM sync_segment WHERE lane = 2)");
  damage("UPDATE product SET price = 1 WHERE id = ?1", tea_.id);
  const auto report = heal_b({Product::kEntity});
  ASSERT_EQ(report.tables.size(), 1u);
  EXPECT_EQ(report.tables[0].log, sync::LogState::broken);
  EXPECT_EQ(report.healed(), 0u);
  EXPECT_FALSE(report.why_broken.empty());
  EXPECT_EQ(b_.get<Product>(tea_.id).price.minor, 1);
}

TEST_F(HealingTest, AboveAFloorOnlyRowsWithTheirWholeHistoryAreSetRight) {
  Product late = product("Late");
  later();
  a_.put(late);
  deliver();
  // As if a snapshot stood for A's first records.
  damage("INSERT INTO sync_floor SELECT origin, lane, last FROM sync_segment WHERE lane = 2 ORDER BY number LIMIT 1");
  damage("DELETE FROM sync_segment WHERE lane = 2 AND number = (SELECT min(number) FROM sync_segment WHERE lane = 2)");
  damage("UPDATE product SET price = 1 WHERE id IN (?1, ?2, ?3)", tea_.id, late.id, own_.id);
  const auto report = heal_b({Product::kEntity});
  ASSERT_EQ(report.tables.size(), 1u);
  EXPECT_EQ(report.tables[0].log, sync::LogState::begins_late);
  EXPECT_EQ(report.tables[0].corrected, 2u);
  EXPECT_EQ(report.tables[0].history_missing, 1u);
  EXPECT_EQ(report.tables[0].not_in_log, 0u);
  EXPECT_EQ(b_.get<Product>(late.id).price.minor, 395);
  EXPECT_EQ(b_.get<Product>(own_.id).price.minor, 395);
  EXPECT_EQ(b_.get<Product>(tea_.id).price.minor, 1);
}

TEST_F(HealingTest, AParkedRecordIsNotFolded) {
  // Its author's clock is an hour ahead.
  clock_.advance(std::chrono::hours(1));
  edit_at<Product>(a_, tea_.id, [](Product& p) { p.price = {999}; });
  clock_.advance(-std::chrono::hours(1));
  deliver();
  EXPECT_EQ(b_.get<Product>(tea_.id).price.minor, 450);
  damage("UPDATE product SET price = 1 WHERE id = ?1", tea_.id);
  EXPECT_EQ(heal_b({Product::kEntity}).healed(), 1u);
  EXPECT_EQ(b_.get<Product>(tea_.id).price.minor, 450);
}

// Another terminal says that it has the same records, and shows another digest of the products.
TEST_F(HealingTest, WhoseDigestDiffersIsAnsweredByFoldingAgainOnceADayAndNeverByTakingItOver) {
  const auto kept = [&] { return b_.read([](Connection& conn) { return table_digests(conn); }); };
  sync::DeviceProgress theirs;
  theirs.id = a_.device;
  theirs.program = "tillstick 0.9";
  theirs.digests = kept();
  for (auto& digest : theirs.digests) digest.digest ^= digest.entity == Product::kEntity ? 1 : 0;
  EXPECT_DONE(b_.database->write([&](Transaction& tx) -> Status {
    const auto lanes = TRY(lane_hashes(tx));
    theirs.lanes.assign(lanes.begin(), lanes.end());
    return store(tx, theirs);
  }));
  const auto mine = kept();
  const std::vector<sync::Divergence> seen = {{a_.device, {Product::kEntity}}};
  const auto answer = [&](std::int64_t now_ms) {
    Surgeon surgeon(b_);
    return value_of(
        answer_divergences(surgeon, b_keys_, b_.folder.file(ScratchTables::kFile), "tillstick 1.0", seen, now_ms));
  };
  const auto first = answer(1'000);
  ASSERT_TRUE(first.report);
  EXPECT_EQ(first.report->healed(), 0u);
  ASSERT_EQ(first.incidents.size(), 1u);
  EXPECT_NE(first.incidents[0].find("still differ in 1 table"), std::string::npos) << first.incidents[0];
  EXPECT_NE(first.incidents[0].find("tillstick 0.9"), std::string::npos) << first.incidents[0];
  EXPECT_FALSE(answer(1'000 + sync::kHealInterval_ms - 1).report);
  EXPECT_TRUE(answer(1'000 + sync::kHealInterval_ms).report);
  EXPECT_EQ(kept(), mine);
}

// A copied folder sent the same records in other cuts, and went on.
TEST_F(HealingTest, BothBranchesOfAForkAreFoldedAndCountOnce) {
  const sync::Feed feed{a_.device, 77, sync::Lane::normal};
  const Id row = id();
  std::vector<sync::RecordBytes> records;
  sync::RecordHash hash{};
  std::vector<sync::RecordHash> before;
  std::vector<sync::Order> orders;
  for (std::uint64_t sequence = 1; sequence <= 3; ++sequence) {
    sync::Record record;
    record.feed = feed;
    record.sequence = sequence;
    record.stamp = sync::Stamp::of(clock_.now().us / 1000 + static_cast<std::int64_t>(sequence), 0);
    record.op_id = id();
    sync::Op op{sync::OpKind::set, Product::kEntity, row, {}, {}};
    op.fields[2] = encode("Name " + std::to_string(sequence));
    if (!orders.empty()) op.replaces[2] = {orders.back()};
    record.ops = {op};
    orders.push_back(record.order());
    before.push_back(hash);
    const auto body = value_of(sync::encode_body(record));
    hash = sync::chain_hash(feed, sequence, hash, body);
    records.push_back({body, hash});
  }
  const auto cut = [&](std::size_t first, std::size_t last) {
    return value_of(sync::seal_segment(
        tenant_, feed, first, before[first - 1],
        {records.begin() + static_cast<std::ptrdiff_t>(first) - 1, records.begin() + static_cast<std::ptrdiff_t>(last)},
        a_keys_));
  };
  take({cut(1, 1), cut(2, 2), cut(2, 3)});
  ASSERT_EQ(b_.get<Product>(row).name, "Name 3");
  const auto good = counted();
  EXPECT_EQ(heal_b({Product::kEntity}).healed(), 0u);
  damage("UPDATE product SET name = 'x' WHERE id = ?1", row);
  const auto report = heal_b({Product::kEntity});
  EXPECT_EQ(report.tables[0].log, sync::LogState::whole) << report.why_broken;
  EXPECT_EQ(report.healed(), 1u);
  EXPECT_EQ(counted(), good);
}

// A row that could not be read could take no change either.
TEST_F(HealingTest, ARecordThatADamagedRowCouldNotTakeIsTriedAgain) {
  damage("UPDATE sync_row SET state = x'ff' WHERE id = ?1", tea_.id);
  edit_at<Product>(a_, tea_.id, [](Product& p) { p.price = {500}; });
  deliver();
  EXPECT_EQ(b_.get<Product>(tea_.id).price.minor, 450);
  EXPECT_EQ(heal_b({Product::kEntity}).healed(), 1u);
  retry_parked();
  EXPECT_EQ(b_.get<Product>(tea_.id).price.minor, 500);
  EXPECT_EQ(damaged(), std::set<sync::EntityNumber>{});
}

// What such rows could not take was parked, so that nobody was ever compared with this terminal.
TEST_F(HealingTest, ATableWasEmptiedWithItsSumsAndNobodyNoticed) {
  damage("DELETE FROM product");
  damage("DELETE FROM product_barcode");
  EXPECT_DONE(b_.database->write([](Transaction& tx) { return rebuild_digests(tx); }));
  edit_at<Product>(a_, tea_.id, [](Product& p) { p.price = {500}; });
  deliver();
  EXPECT_EQ(damaged(), std::set<sync::EntityNumber>{Product::kEntity});
  EXPECT_EQ(heal_b({Product::kEntity}).healed(), 3u);
  EXPECT_EQ(damaged(), std::set<sync::EntityNumber>{});
  retry_parked();
  EXPECT_EQ(b_.get<Product>(tea_.id).price.minor, 500);
  EXPECT_EQ(b_.get<Product>(tea_.id).name, "Tea");
  EXPECT_EQ(b_.get<Product>(own_.id).name, "Coffee");
}

// The scratch tables' cache and the pieces are bounded; that is what this shows, and that nothing is quadratic.
TEST_F(HealingTest, ManyRowsAreHealedInPieces) {
  constexpr int kGroups = 20, kRowsEach = 250;
  for (int group = 0; group < kGroups; ++group) {
    a_.change([&](Transaction& tx) -> Status {
      for (int i = 0; i < kRowsEach; ++i) {
        Customer customer;
        customer.id = id();
        customer.name = "Customer " + std::to_string(i);
        TRY(a_.replica.put(tx, customer));
      }
      return {};
    });
  }
  deliver();
  const auto good = counted();
  damage("DELETE FROM customer");
  Surgeon surgeon(b_);
  const auto report = value_of(heal_with(surgeon, {Customer::kEntity}));
  EXPECT_EQ(report.healed(), static_cast<std::uint64_t>(kGroups * kRowsEach));
  EXPECT_LE(surgeon.most_at_once, 512u);
  EXPECT_GE(surgeon.writes, kGroups * kRowsEach / 512);
  EXPECT_LE(report.rows.size(), HealReport::kMaxRows);
  EXPECT_EQ(counted(), good);
}

}  // namespace
}  // namespace till::storage

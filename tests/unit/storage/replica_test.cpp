// Two tills and a hub over real databases: what one changes through its replica, the other's tables show.
#include "storage/replica.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <map>

#include "security/key_ring.hpp"
#include "security/signing.hpp"
#include "storage/hub_database.hpp"
#include "storage/hub_store.hpp"
#include "storage/hub_tenants.hpp"
#include "storage/product_rows.hpp"
#include "storage/stock.hpp"
#include "storage/sync_queries.hpp"
#include "storage/sync_store.hpp"
#include "storage/waiting_documents.hpp"
#include "storage_fixture.hpp"
#include "sync/engine.hpp"
#include "sync/hub_session.hpp"
#include "sync/ring_keys.hpp"

namespace till::storage {
namespace {

using sync::Lane;

struct TillNode {
  Id device;
  ManualClock& clock;
  SeededRandom random;
  TempFolder folder;
  std::unique_ptr<Env> env = make_real_env();
  std::unique_ptr<Database> database;
  std::unique_ptr<Replica> replica;
  std::unique_ptr<sync::RingKeys> keys;
  std::unique_ptr<sync::Engine> engine;
  std::int64_t mono_us = 1;
  std::vector<sync::EntityNumber> applied;

  TillNode(const Id& own, ManualClock& time, std::uint64_t seed) : device(own), clock(time), random(seed) { open(); }

  void open() {
    OpenOptions options;
    options.folder = folder.path();
    database = value_of(Database::open(*env, options));
    EXPECT_DONE(database->write([&](Transaction& tx) { return Replica::establish(tx, device, random); }));
    replica = std::make_unique<Replica>(clock, random);
  }
  template <class F>
  Status change(F&& f) {
    return database->write([&](Transaction& tx) -> Status {
      replica->abandon();
      TRY(f(tx));
      return replica->seal_group(tx);
    });
  }
  template <class F>
  auto read(F&& f) {
    return value_of(database->read(std::forward<F>(f)));
  }
  std::vector<Bytes> step(const sync::Event& event) {
    clock.advance(std::chrono::milliseconds(1));
    mono_us += 1000;
    auto effects = value_of(database->write([&](Transaction& tx) {
      SyncStore store(tx);
      return engine->step(store, event, {mono_us, clock.now()});
    }));
    std::vector<Bytes> frames;
    for (const auto& effect : effects) {
      if (const auto* send = std::get_if<sync::Send>(&effect)) frames.push_back(send->frame);
      if (const auto* news = std::get_if<sync::Applied>(&effect)) {
        applied.insert(applied.end(), news->entities.begin(), news->entities.end());
      }
    }
    return frames;
  }
  std::optional<domain::Product> product(const Id& id) {
    return read([&](Connection& conn) { return load<domain::Product>(conn, id); });
  }
  std::uint64_t waiting(Lane lane) {
    return read([](Connection& conn) { return waiting_by_lane(conn); })[sync::index(lane)].records;
  }
};

class ReplicaTest : public testing::Test {
 protected:
  void SetUp() override {
    hub_database_ = value_of(HubDatabase::open(hub_folder_.file("hub.db")));
    hub_store_ = std::make_unique<HubSegments>(*hub_database_);
    core_ = std::make_unique<sync::HubCore>(*hub_store_);
    for (int i = 0; i < 2; ++i) signing_.push_back(value_of(security::SigningKey::generate(random_)));
    enrol_both();
    for (std::size_t i = 0; i < 2; ++i) {
      tills_[i].keys = std::make_unique<sync::RingKeys>(ring_, signing_[i], random_);
      for (std::size_t d = 0; d < 2; ++d) tills_[i].keys->set_device(tills_[d].device, public_key(d));
      start(tills_[i]);
    }
  }
  void start(TillNode& till) {
    sync::EngineConfig config;
    config.tenant = tenant_;
    till.engine = std::make_unique<sync::Engine>(config, *till.keys, random_);
  }
  Bytes public_key(std::size_t i) const { return {signing_[i].public_key().begin(), signing_[i].public_key().end()}; }
  void enrol_both() {
    HubTenants tenants(*hub_database_);
    EXPECT_DONE(tenants.begin());
    EXPECT_DONE(tenants.add_tenant({tenant_, "Cafe", clock_.now()}));
    for (std::size_t i = 0; i < 2; ++i) {
      const Bytes code(32, static_cast<std::uint8_t>(i));
      EXPECT_DONE(tenants.add_code(tenant_, code, clock_.now(), {clock_.now().us + 1'000'000}));
      EXPECT_DONE(tenants.enrol({code, tills_[i].device, "Till", public_key(i), Bytes(32, 1)}, clock_.now()));
    }
    EXPECT_DONE(tenants.commit());
  }

  // A conversation with the hub until both are done.
  void exchange(TillNode& till) {
    sync::HubSession session(*core_, tenant_, till.device);
    std::deque<Bytes> to_hub;
    const auto hear = [&](std::vector<Bytes> frames) { to_hub.insert(to_hub.end(), frames.begin(), frames.end()); };
    hear(till.step(sync::LinkUp{}));
    look_();
    int quiet = 0;
    while (quiet < 3) {
      if (to_hub.empty()) {
        ++quiet;
        hear(till.step(sync::Tick{}));
        look_();
        continue;
      }
      sync::Received received;
      EXPECT_DONE(hub_database_->begin());
      while (!to_hub.empty()) {
        auto reply = value_of(session.receive(to_hub.front(), clock_.now()));
        EXPECT_EQ(reply.close_reason, "");
        to_hub.pop_front();
        for (Bytes& out : reply.frames) received.frames.push_back(std::move(out));
      }
      EXPECT_DONE(hub_database_->commit());
      if (!received.frames.empty()) hear(till.step(received));
      look_();
    }
  }
  void both() {
    exchange(a());
    exchange(b());
    exchange(a());
  }
  TillNode& a() { return tills_[0]; }
  TillNode& b() { return tills_[1]; }

  domain::Product tea() {
    domain::Product p;
    p.id = new_id(clock_, random_);
    p.sku = "TEA";
    p.name = "Tea";
    p.barcodes = {"4006381333931"};
    p.price = {250};
    return p;
  }
  domain::StockMove move(const Id& product, std::int64_t delta) {
    domain::StockMove m;
    m.id = new_id(clock_, random_);
    m.product = product;
    m.delta_milli = delta;
    m.reason = "sale";
    return m;
  }
  domain::Sale sale(std::int64_t number) {
    domain::Sale s;
    s.id = new_id(clock_, random_);
    s.series = "K7QF";
    s.number = number;
    s.receipt = "K7QF-" + std::to_string(number);
    s.at = clock_.now();
    s.total = s.due = s.paid = {250};
    return s;
  }

  std::function<void()> look_ = [] {};  // after each step of an exchange
  ManualClock clock_;
  SeededRandom random_{1};
  Id tenant_{{0x7e}};
  security::KeyRing ring_ = security::KeyRing::generate(tenant_, clock_, random_);
  std::vector<security::SigningKey> signing_;
  TempFolder hub_folder_;
  std::unique_ptr<HubDatabase> hub_database_;
  std::unique_ptr<HubSegments> hub_store_;
  std::unique_ptr<sync::HubCore> core_;
  std::array<TillNode, 2> tills_{TillNode{Id{{0xde, 1}}, clock_, 11}, TillNode{Id{{0xde, 2}}, clock_, 12}};
};

TEST_F(ReplicaTest, AnEditOnOneTillIsInTheOthersTablesAndSearch) {
  domain::Product p = tea();
  EXPECT_DONE(a().change([&](Transaction& tx) { return a().replica->put(tx, p); }));
  EXPECT_EQ(a().waiting(Lane::normal), 1U);
  both();
  ASSERT_TRUE(b().product(p.id));
  EXPECT_EQ(to_fields(*b().product(p.id)), to_fields(p));
  EXPECT_EQ(a().waiting(Lane::normal), 0U);
  EXPECT_EQ(b().applied, std::vector<sync::EntityNumber>{domain::Product::kEntity});
}

// A change of a field that no index reads writes that column alone; of the others the whole product.
TEST_F(ReplicaTest, AnyFieldOfAProductAloneArrivesAndLeavesTheOthersAndTheSearchAsTheyWere) {
  domain::Product product = tea();
  EXPECT_DONE(a().change([&](Transaction& tx) { return a().replica->put(tx, product); }));
  both();
  domain::Product other;
  other.id = product.id;
  other.sku = "CHAI";
  other.name = "Chai";
  other.category = other.deposit = other.supplier = other.picture = new_id(clock_, random_);
  other.price = other.special_price = {431};
  other.taxes = {new_id(clock_, random_)};
  other.barcodes = {"4006381333948"};
  other.unit = domain::SellUnit::kilogram;
  other.has_special = true;
  other.available = other.track_stock = false;
  other.low_stock_milli = 5'000;
  other.tare = {12};
  other.lifecycle = domain::Lifecycle::archived;
  other.minimum_age = 16;
  other.colour_rgb = 0x112233;
  other.icon = "cup";
  other.position = 3;
  auto expected = to_fields(product), others = to_fields(other);
  std::vector<std::pair<FieldNumber, Bytes>> changes(others.begin(), others.end());
  std::ranges::stable_partition(changes, [](const auto& change) { return change.first != 15; });  // archived at last
  for (const auto& [number, value] : changes) {
    ASSERT_NE(expected[number], value) << "field " << number << " is not changed by this test";
    expected[number] = value;
    ASSERT_TRUE(apply_fields(expected, product));
    clock_.advance(std::chrono::milliseconds(3));
    EXPECT_DONE(a().change([&](Transaction& tx) { return a().replica->put(tx, product); }));
    both();
    for (TillNode* till : {&a(), &b()}) {
      const auto there = till->product(product.id);
      ASSERT_TRUE(there);
      EXPECT_EQ(to_fields(*there), expected) << "field " << number;
      EXPECT_TRUE(till->read([&](Connection& conn) { return is_indexed(conn, product.id); })) << "field " << number;
    }
  }
}

TEST_F(ReplicaTest, APriceOfAProductWhoseRowIsLostBringsTheRowBack) {
  const domain::Product product = tea();
  EXPECT_DONE(a().change([&](Transaction& tx) { return a().replica->put(tx, product); }));
  EXPECT_DONE(a().database->write([&](Transaction& tx) -> Status {
    SyncStore store(tx);
    auto state = TRY(store.load_row(domain::Product::kEntity, product.id));
    TRY(tx.run("DELETE FROM product WHERE id = ?1", product.id));
    sync::MergeOutcome outcome;
    outcome.changed = {4};
    outcome.states_changed = true;
    return store.save_row(domain::Product::kEntity, product.id, state, outcome);
  }));
  const auto there = a().product(product.id);
  ASSERT_TRUE(there);
  EXPECT_EQ(to_fields(*there), to_fields(product));
}

TEST_F(ReplicaTest, DifferentFieldsOfOneProductBothStayWithoutAConflict) {
  domain::Product p = tea();
  EXPECT_DONE(a().change([&](Transaction& tx) { return a().replica->put(tx, p); }));
  both();
  domain::Product here = p, there = p;
  here.price = {300};
  there.name = "Green tea";
  EXPECT_DONE(a().change([&](Transaction& tx) { return a().replica->put(tx, here); }));
  EXPECT_DONE(b().change([&](Transaction& tx) { return b().replica->put(tx, there); }));
  both();
  both();
  for (TillNode& till : tills_) {
    EXPECT_EQ(till.product(p.id)->price.minor, 300);
    EXPECT_EQ(till.product(p.id)->name, "Green tea");
    EXPECT_TRUE(till.read([](Connection& conn) { return open_conflicts(conn, 10); }).empty());
  }
}

TEST_F(ReplicaTest, TheSameFieldOnBothIsAConflictAndTheLatestWinsOnBoth) {
  domain::Product p = tea();
  EXPECT_DONE(a().change([&](Transaction& tx) { return a().replica->put(tx, p); }));
  both();
  domain::Product here = p, there = p;
  here.price = {300};
  there.price = {310};
  EXPECT_DONE(a().change([&](Transaction& tx) { return a().replica->put(tx, here); }));
  clock_.advance(std::chrono::seconds(1));
  EXPECT_DONE(b().change([&](Transaction& tx) { return b().replica->put(tx, there); }));
  both();
  both();
  for (TillNode& till : tills_) {
    EXPECT_EQ(till.product(p.id)->price.minor, 310);
    const auto conflicts = till.read([](Connection& conn) { return open_conflicts(conn, 10); });
    ASSERT_EQ(conflicts.size(), 1U);
    EXPECT_EQ(conflicts[0].rival_order.device, a().device);
    EXPECT_EQ(conflicts[0].rival, encode(domain::Money{300}));
  }
}

TEST_F(ReplicaTest, ASaleAndItsStockCountOnceEverywhereHoweverOftenItComes) {
  const domain::Product p = tea();
  const domain::Sale sold = sale(1);
  EXPECT_DONE(a().change([&](Transaction& tx) -> Status {
    TRY(a().replica->put(tx, p));
    TRY(a().replica->add(tx, sold));
    TRY(a().replica->add(tx, move(p.id, -2000)));
    return a().replica->add(tx, move(p.id, -500));
  }));
  EXPECT_EQ(a().read([&](Connection& conn) { return document_state(conn, sold.id); }), DocumentState::waiting);
  both();
  EXPECT_EQ(a().read([&](Connection& conn) { return document_state(conn, sold.id); }), DocumentState::confirmed);
  // The other till forgets how far it was and is served everything again.
  EXPECT_DONE(b().database->write([](Transaction& tx) { return SyncStore(tx).set_cursor(sync::kHubLink, {}); }));
  start(b());
  both();
  for (TillNode& till : tills_) {
    EXPECT_EQ(till.read([&](Connection& conn) { return stock_level_milli(conn, p.id); }), -2500);
    EXPECT_EQ(till.read([](Connection& conn) { return count<domain::Sale>(conn); }), 1);
    EXPECT_TRUE(till.read([](Connection& conn) { return wrong_stock_levels(conn); }).empty());
  }
}

// What lists say of a document, each time it changes.
struct WordsOf {
  Id document;
  std::vector<DocumentState> seen;
  void look(TillNode& till) {
    const auto now = till.read([&](Connection& conn) { return document_state(conn, document); });
    if (seen.empty() || seen.back() != now) seen.push_back(now);
  }
};
const std::vector<DocumentState> kWholeWay = {DocumentState::waiting, DocumentState::sent, DocumentState::confirmed};

TEST_F(ReplicaTest, SalesOrdersShiftsAndCountsWaitAreSentAndAreConfirmed) {
  const domain::Product p = tea();
  const domain::Sale sold = sale(1);
  domain::Order order;
  domain::OrderEvent line;
  domain::ShiftEvent opened;
  domain::StockCount count;
  for (Id* id : {&order.id, &line.id, &opened.id, &opened.shift, &count.id}) *id = new_id(clock_, random_);
  line.order = order.id;
  count.product = p.id;
  std::map<std::string, WordsOf> words = {
      {"sale", {sold.id, {}}}, {"order", {order.id, {}}}, {"shift", {opened.shift, {}}}, {"count", {count.id, {}}}};
  look_ = [&] {
    for (auto& [name, of] : words) of.look(a());
  };
  EXPECT_DONE(a().change([&](Transaction& tx) -> Status {
    TRY(a().replica->put(tx, p));
    TRY(a().replica->add(tx, opened));
    TRY(a().replica->add(tx, sold));
    TRY(a().replica->put(tx, order));
    TRY(a().replica->add(tx, line));
    return a().replica->add(tx, count);
  }));
  look_();
  exchange(a());
  for (const auto& [name, of] : words) EXPECT_EQ(of.seen, kWholeWay) << name;
  look_ = [] {};
  exchange(b());
  for (const auto& [name, of] : words)
    EXPECT_EQ(b().read([&](Connection& conn) { return document_state(conn, of.document); }), DocumentState::confirmed)
        << "what another made, " << name;
}

TEST_F(ReplicaTest, WhatIsAddedToAnOrderOrAShiftTakesItOnItsWayAgain) {
  domain::Order order;
  domain::OrderEvent line;
  domain::ShiftEvent opened, closed;
  domain::StockCount count;
  for (Id* id : {&order.id, &line.id, &opened.id, &closed.id, &count.id}) *id = new_id(clock_, random_);
  opened.shift = closed.shift = new_id(clock_, random_);
  line.order = order.id;
  closed.kind = domain::ShiftEventKind::closed;
  EXPECT_DONE(a().change([&](Transaction& tx) -> Status {
    TRY(a().replica->add(tx, opened));
    TRY(a().replica->add(tx, count));
    return a().replica->put(tx, order);
  }));
  exchange(a());
  std::map<std::string, WordsOf> words = {{"order", {order.id, {}}}, {"shift", {closed.shift, {}}}};
  WordsOf counted{count.id, {}};
  look_ = [&] {
    for (auto& [name, of] : words) of.look(a());
    counted.look(a());
  };
  EXPECT_DONE(a().change([&](Transaction& tx) -> Status {
    TRY(a().replica->add(tx, closed));
    return a().replica->add(tx, line);
  }));
  look_();
  exchange(a());
  for (const auto& [name, of] : words) EXPECT_EQ(of.seen, kWholeWay) << name;
  EXPECT_EQ(counted.seen, std::vector<DocumentState>{DocumentState::confirmed}) << "nothing happened to it";
}

TEST_F(ReplicaTest, WhatWaitsFromBeforeARestoreStillWaitsUntilThatIsConfirmedToo) {
  domain::Order order;
  order.id = new_id(clock_, random_);
  EXPECT_DONE(a().change([&](Transaction& tx) { return a().replica->put(tx, order); }));
  EXPECT_DONE(a().database->write([&](Transaction& tx) { return Replica::start_incarnation(tx, a().random); }));
  order.note = "window";
  EXPECT_DONE(a().change([&](Transaction& tx) { return a().replica->put(tx, order); }));
  EXPECT_EQ(a().read([](Connection& conn) { return conn.integer("SELECT count(*) FROM sync_waiting_document"); }), 2);
  EXPECT_EQ(a().read([&](Connection& conn) { return document_state(conn, order.id); }), DocumentState::waiting);
  exchange(a());
  EXPECT_EQ(a().read([&](Connection& conn) { return document_state(conn, order.id); }), DocumentState::confirmed);
  EXPECT_EQ(a().read([](Connection& conn) { return conn.integer("SELECT count(*) FROM sync_waiting_document"); }), 0);
}

TEST_F(ReplicaTest, APutThatDiffersInNothingIsNotReplicated) {
  const domain::Product p = tea();
  for (int i = 0; i < 3; ++i) EXPECT_DONE(a().change([&](Transaction& tx) { return a().replica->put(tx, p); }));
  EXPECT_EQ(a().waiting(Lane::normal), 1U);
}

TEST_F(ReplicaTest, WhatIsRolledBackLeavesNothingInTheLog) {
  const domain::Product p = tea();
  const Status failed = a().change([&](Transaction& tx) -> Status {
    TRY(a().replica->put(tx, p));
    return invalid("the cashier changed his mind");
  });
  EXPECT_FALSE(failed);
  EXPECT_EQ(a().waiting(Lane::normal), 0U);
  EXPECT_DONE(a().change([&](Transaction& tx) { return a().replica->put(tx, p); }));
  both();
  EXPECT_TRUE(b().product(p.id));
}

TEST_F(ReplicaTest, WhatWaitsSurvivesAStopAndDrainsOnceEach) {
  const domain::Product p = tea();
  for (std::int64_t n = 1; n <= 30; ++n) {
    EXPECT_DONE(a().change([&](Transaction& tx) -> Status {
      TRY(a().replica->add(tx, sale(n)));
      return a().replica->add(tx, move(p.id, -1000));
    }));
  }
  a().engine.reset();
  a().database.reset();
  a().open();
  start(a());
  EXPECT_EQ(a().waiting(Lane::critical), 30U);
  EXPECT_TRUE(a().read([](Connection& conn) { return waiting_by_lane(conn); })[0].oldest_ms);
  both();
  EXPECT_EQ(b().read([](Connection& conn) { return count<domain::Sale>(conn); }), 30);
  EXPECT_EQ(b().read([&](Connection& conn) { return stock_level_milli(conn, p.id); }), -30'000);
}

TEST_F(ReplicaTest, FieldsOfANewerProgramAreKeptByteForByte) {
  const domain::Product p = tea();
  EXPECT_DONE(a().database->write([&](Transaction& tx) -> Status {
    sync::LocalLog log(clock_, random_);
    SyncStore store(tx);
    FieldMap fields = to_fields(p);
    fields[777] = to_bytes("of a later year");
    TRY(log.set(store, Lane::normal, domain::Product::kEntity, p.id, fields));
    return log.seal(store);
  }));
  both();
  domain::Product dearer = p;
  dearer.price = {300};
  EXPECT_DONE(b().change([&](Transaction& tx) { return b().replica->put(tx, dearer); }));
  both();
  both();
  for (TillNode& till : tills_) {
    const auto row = value_of(
        till.database->write([&](Transaction& tx) { return SyncStore(tx).load_row(domain::Product::kEntity, p.id); }));
    EXPECT_EQ(row.values.at(777), to_bytes("of a later year"));
    EXPECT_EQ(till.product(p.id)->price.minor, 300);
  }
}

TEST_F(ReplicaTest, ARowThatDoesNotDecodeIsParkedWholeAndTheNextIsTaken) {
  const domain::Product good = tea();
  EXPECT_DONE(a().database->write([&](Transaction& tx) -> Status {
    SyncStore store(tx);
    const auto self = TRY(store.self());
    sync::Record record;
    record.feed = {self.device, self.incarnation, Lane::normal};
    record.sequence = 1;
    record.stamp = sync::Stamp::of(clock_.now().us / 1000, 0);
    record.op_id = new_id(clock_, random_);
    sync::Op fine, broken;
    fine.entity = broken.entity = domain::Product::kEntity;
    fine.row = new_id(clock_, random_);
    fine.fields = to_fields(tea());
    broken.row = new_id(clock_, random_);
    broken.fields[4] = Bytes(40, 0xff);
    record.ops = {fine, broken};
    const Bytes body = TRY(sync::encode_body(record));
    return store.append_own(record, body, sync::chain_hash(record.feed, 1, {}, body));
  }));
  EXPECT_DONE(a().change([&](Transaction& tx) { return a().replica->put(tx, good); }));
  both();
  EXPECT_TRUE(b().product(good.id));
  EXPECT_EQ(b().read([](Connection& conn) { return count<domain::Product>(conn); }), 1) << "half a record was taken";
  const auto parked = b().read([](Connection& conn) { return parked_records(conn, 10); });
  ASSERT_EQ(parked.size(), 1U);
  EXPECT_EQ(parked[0].reason, sync::ParkedReason::failed);
  EXPECT_EQ(parked[0].feed.device, a().device);
}

TEST_F(ReplicaTest, AnImportIsSplitIntoRecordsThatASaleCanOvertake) {
  constexpr int kProducts = 1000;
  EXPECT_DONE(a().change([&](Transaction& tx) -> Status {
    for (int i = 0; i < kProducts; ++i) {
      domain::Product p = tea();
      p.sku = "S" + std::to_string(i);
      TRY(a().replica->put(tx, p));
    }
    return {};
  }));
  EXPECT_EQ(a().waiting(Lane::normal), 4U);
  both();
  EXPECT_EQ(b().read([](Connection& conn) { return count<domain::Product>(conn); }), kProducts);
}

TEST_F(ReplicaTest, AnotherDeviceOnTheSameFolderIsANewIncarnation) {
  const auto identity = [&] { return a().read([](Connection& conn) { return log_identity(conn); }); };
  const auto before = identity();
  EXPECT_NE(before.incarnation, 0U);
  const auto establish = [&](const Id& device) {
    EXPECT_DONE(a().database->write([&](Transaction& tx) { return Replica::establish(tx, device, random_); }));
  };
  establish(a().device);
  EXPECT_EQ(identity().incarnation, before.incarnation);
  establish(Id{{0xde, 9}});
  EXPECT_NE(identity().incarnation, before.incarnation);
}

TEST_F(ReplicaTest, AFolderInAnotherMachineForgetsTheErrorOfTheFirstMachinesClock) {
  const auto offset_ms = [&] { return a().read([](Connection& conn) { return log_identity(conn); }).clock_offset_ms; };
  EXPECT_DONE(a().database->write([](Transaction& tx) { return SyncStore(tx).set_clock_offset_ms(-3'600'000); }));
  ASSERT_EQ(offset_ms(), -3'600'000);
  EXPECT_DONE(a().database->write([&](Transaction& tx) { return Replica::start_incarnation(tx, random_); }));
  EXPECT_EQ(offset_ms(), 0);
}

TEST_F(ReplicaTest, ARestoredFolderGetsItsLostSalesBackAndDoublesNone) {
  const domain::Product p = tea();
  const auto sell = [&](std::int64_t n) {
    EXPECT_DONE(a().change([&](Transaction& tx) -> Status {
      TRY(a().replica->add(tx, sale(n)));
      return a().replica->add(tx, move(p.id, -1000));
    }));
  };
  sell(1);
  both();
  a().database.reset();
  const std::string copy = hub_folder_.file("copy.db");
  std::filesystem::copy_file(a().folder.file("till.db"), copy);
  a().open();
  start(a());
  sell(2);
  sell(3);
  both();
  a().engine.reset();
  a().database.reset();
  std::filesystem::copy_file(copy, a().folder.file("till.db"), std::filesystem::copy_options::overwrite_existing);
  std::filesystem::remove(a().folder.file("till.db-wal"));
  std::filesystem::remove(a().folder.file("till.db-shm"));
  a().open();
  EXPECT_DONE(a().database->write([&](Transaction& tx) { return Replica::start_incarnation(tx, random_); }));
  start(a());
  sell(4);
  both();
  both();
  for (TillNode& till : tills_) {
    EXPECT_EQ(till.read([](Connection& conn) { return count<domain::Sale>(conn); }), 4);
    EXPECT_EQ(till.read([&](Connection& conn) { return stock_level_milli(conn, p.id); }), -4000);
  }
}

}  // namespace
}  // namespace till::storage

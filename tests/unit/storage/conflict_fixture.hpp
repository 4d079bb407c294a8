// Tills that send each other their records of the lane `normal` over a wire of the test's own: in any order, as late as
// the test likes. Real databases, real merging, real settling; the log can be looked up by all.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <vector>

#include "security/key_ring.hpp"
#include "security/signing.hpp"
#include "storage/conflicts.hpp"
#include "storage/log_reader.hpp"
#include "storage/replica.hpp"
#include "storage/sync_queries.hpp"
#include "storage/sync_store.hpp"
#include "storage_fixture.hpp"
#include "sync/ring_keys.hpp"

namespace till::storage {

// Every record that was ever made, unless the test forgets it.
class SharedLog final : public sync::LogReader {
 public:
  Result<std::optional<Bytes>> uncut_body(const sync::Feed& feed, std::uint64_t sequence) override {
    const auto found = bodies.find({feed, sequence});
    return found == bodies.end() ? std::optional<Bytes>{} : std::optional<Bytes>{found->second};
  }
  Result<std::vector<Bytes>> segments_with(const sync::Feed&, std::uint64_t) override { return std::vector<Bytes>{}; }
  std::map<std::pair<sync::Feed, std::uint64_t>, Bytes> bodies;
};

struct ConflictTill {
  Id device;
  ManualClock& clock;
  SeededRandom random;
  SharedLog& log;
  const sync::SegmentKeys& keys;
  const sync::Policies& policies;
  TempFolder folder;
  std::unique_ptr<Env> env = make_real_env();
  std::unique_ptr<Database> database;
  std::unique_ptr<Replica> replica;
  std::uint64_t read = 0;  // of the own log
  std::uint64_t settled = 0;
  std::deque<sync::Record> inbox;

  ConflictTill(Id own, ManualClock& time, SharedLog& shared, const sync::SegmentKeys& shared_keys,
               const sync::Policies& rules)
      : device(own), clock(time), random(own.bytes[1] + 1U), log(shared), keys(shared_keys), policies(rules) {
    OpenOptions options;
    options.folder = folder.path();
    database = value_of(Database::open(*env, options));
    EXPECT_DONE(database->write([&](Transaction& tx) { return Replica::establish(tx, device, random); }));
    replica = std::make_unique<Replica>(clock, random);
  }

  template <class F>
  auto change(F&& f) {
    clock.advance(std::chrono::milliseconds(3));
    return database->write([&](Transaction& tx) -> decltype(f(tx)) {
      replica->abandon();
      auto done = f(tx);
      if (!done) return done;
      TRY(replica->seal_group(tx));
      return done;
    });
  }
  template <class F>
  auto ask(F&& f) {
    return value_of(database->read(std::forward<F>(f)));
  }
  void put(const domain::Product& product) {
    EXPECT_DONE(change([&](Transaction& tx) { return replica->put(tx, product); }));
  }

  // What was written here since the last call.
  std::vector<sync::Record> news() {
    const auto self = ask([](Connection& conn) { return log_identity(conn); });
    const sync::Feed feed{self.device, self.incarnation, sync::Lane::normal};
    std::vector<sync::Record> records;
    while (const auto body = ask([&](Connection& conn) { return SyncLogReader(conn).uncut_body(feed, read + 1); })) {
      log.bodies[{feed, ++read}] = *body;
      records.push_back(value_of(sync::decode_body(feed, read, *body)));
    }
    return records;
  }

  Status apply(SyncStore& store, const sync::Record& record) {
    for (const sync::Op& op : record.ops) {
      if (op.kind == sync::OpKind::add) {
        TRY(store.add_document(op.entity, op.row, op.fields));
        continue;
      }
      auto row = TRY(store.load_row(op.entity, op.row));
      const auto outcome = sync::merge(row, op, record.order());
      if (outcome.states_changed) TRY(store.save_row(op.entity, op.row, row, outcome));
    }
    return store.observe(record.stamp);
  }

  void take(const sync::Record& record) {
    EXPECT_DONE(database->write([&](Transaction& tx) {
      SyncStore store(tx);
      return apply(store, record);
    }));
    settle();
  }

  std::size_t settle() {
    const auto before = news_count();
    const auto looked = value_of(change([&](Transaction& tx) -> Result<std::size_t> {
      SyncStore store(tx);
      SyncConflicts book(tx, clock, random, {{}, "Till", device, {}});
      return sync::settle_by_policy(store, book, log, replica->log(), keys, policies);
    }));
    settled += news_count() - before;
    return looked;
  }
  std::uint64_t news_count() {
    return ask([](Connection& conn) { return count<domain::Resolution>(conn); });
  }

  std::optional<domain::Product> product(const Id& id) {
    return ask([&](Connection& conn) { return load<domain::Product>(conn, id); });
  }
  std::vector<ConflictRow> conflicts() {
    return ask([](Connection& conn) { return conflict_rows(conn, 100); });
  }
  std::uint64_t open() {
    return ask([](Connection& conn) { return open_conflict_count(conn); });
  }
};

class ConflictTest : public testing::Test {
 protected:
  void SetUp() override { add_tills(2); }
  void add_tills(std::size_t count) {
    while (tills_.size() < count)
      tills_.push_back(std::make_unique<ConflictTill>(Id{{0xde, static_cast<std::uint8_t>(tills_.size() + 1)}}, clock_,
                                                      log_, keys_, policies_));
  }
  ConflictTill& a() { return *tills_[0]; }
  ConflictTill& b() { return *tills_[1]; }

  // Puts what was written on the wire to all others.
  void send() {
    for (auto& from : tills_) {
      for (const auto& record : from->news()) {
        for (auto& to : tills_)
          if (to != from) to->inbox.push_back(record);
      }
    }
  }
  // The first record of that author that is on its way.
  static void take_from(ConflictTill& till, const Id& author) {
    const auto record = std::find_if(till.inbox.begin(), till.inbox.end(),
                                     [&](const sync::Record& r) { return r.feed.device == author; });
    ASSERT_NE(record, till.inbox.end());
    till.take(*record);
    till.inbox.erase(record);
  }
  // Until nobody has anything to say; false when that does not come to an end.
  bool exchange(int rounds = 60) {
    for (int round = 0; round < rounds; ++round) {
      send();
      bool quiet = true;
      for (auto& till : tills_) {
        for (; !till->inbox.empty(); till->inbox.pop_front(), quiet = false) till->take(till->inbox.front());
      }
      if (quiet) return true;
    }
    return false;
  }

  domain::Product tea() {
    domain::Product p;
    p.id = new_id(clock_, random_);
    p.sku = "TEA";
    p.name = "Tea";
    p.barcodes = {"1"};
    p.price = {250};
    return p;
  }
  // The same product everywhere.
  domain::Product shared_tea() {
    const auto product = tea();
    a().put(product);
    EXPECT_TRUE(exchange());
    return product;
  }
  void set_policy(FieldNumber field, sync::Policy policy, sync::FieldKind kind) {
    policies_.rules[domain::Product::kEntity][field] = {policy, kind};
  }
  // One till after the other gives the product this price, all from the same state.
  void price(const domain::Product& product, const std::vector<std::int64_t>& minors) {
    for (std::size_t i = 0; i < minors.size(); ++i) {
      auto changed = product;
      changed.price = {minors[i]};
      tills_[i]->put(changed);
    }
  }
  std::vector<std::int64_t> prices(const Id& product) {
    std::vector<std::int64_t> all;
    for (auto& till : tills_) all.push_back(till->product(product)->price.minor);
    return all;
  }

  static constexpr FieldNumber kName = 2, kPrice = 4, kBarcodes = 6;

  ManualClock clock_;
  SeededRandom random_{1};
  security::KeyRing ring_ = security::KeyRing::generate(Id{{0x7e}}, clock_, random_);
  security::SigningKey signing_ = value_of(security::SigningKey::generate(random_));
  sync::RingKeys keys_{ring_, signing_, random_};
  SharedLog log_;
  sync::Policies policies_;
  std::vector<std::unique_ptr<ConflictTill>> tills_;
};

}  // namespace till::storage

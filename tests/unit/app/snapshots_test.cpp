// Terminals of one shop over a real hub on the loopback: a snapshot is made, the hub drops its past, newcomers and
// terminals that were away come by it. Time is the test's: a month passes at once.
#include "app/snapshots/care.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "../backup/memory_store.hpp"
#include "../net/hub_fixture.hpp"
#include "ahead_clock.hpp"
#include "app/catalogue.hpp"
#include "app/devices.hpp"
#include "app/shop_state.hpp"
#include "app/snapshots/order.hpp"
#include "app/sync_service.hpp"
#include "joining.hpp"
#include "journal_told.hpp"
#include "shop_fixture.hpp"
#include "storage/meta.hpp"
#include "storage/sync_digests.hpp"
#include "storage/sync_store.hpp"
#include "sync/bootstrap.hpp"
#include "sync/epochs.hpp"
#include "sync/ring_keys.hpp"

namespace till::app {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

class SnapshotsTest : public ShopTest {
 protected:
  static constexpr std::size_t kTills = 3;

  void SetUp() override {
    hub_.retention.min_age_ms = 0;
    hub_.stop();
    hub_.start();
    hub_.add_tenant("Corner");
    for (std::size_t i = 0; i < 2; ++i) join(i);
    EXPECT_TRUE(exchange({0, 1}, [&] { return value_of(list_devices(*shops_[0])).size() == 2; }));
    sell(0);
    EXPECT_TRUE(exchange({0, 1}, [&] { return sales(1) == 1; }));
  }
  void TearDown() override {
    for (auto& service : services_) service.reset();
  }

  void join(std::size_t i) {
    shops_[i] = new_tiny_shop(temp_.file("till-" + std::to_string(i)), &time_);
    app::join(*shops_[i], anna(i), hub_, "Corner", shops_[0].get());
  }
  SyncService& service(std::size_t i) {
    if (!services_[i]) services_[i] = value_of(SyncService::start(*shops_[i], {}));
    return *services_[i];
  }
  template <class Done>
  bool exchange(const std::vector<std::size_t>& tills, Done&& done) {
    const auto give_up = std::chrono::steady_clock::now() + net::kPatience;
    while (std::chrono::steady_clock::now() < give_up) {
      for (const auto i : tills) static_cast<void>(service(i).run_once(3s));
      if (done()) return true;
    }
    return false;
  }
  void pass(std::chrono::hours span) {
    time_.advance(span);
    hub_.clock.advance(span);
  }
  // A day later everybody has said what it holds.
  bool everybody_says(const std::vector<std::size_t>& tills) {
    pass(25h);
    const auto now_ms = time_.now().us / 1000;
    return exchange(tills, [&] {
      return std::ranges::all_of(tills, [&](auto i) {
        return number(tills.front(), "SELECT count(*) FROM device_progress WHERE vector_at_ms > " +
                                         std::to_string(now_ms - 3'600'000)) >=
                   static_cast<std::int64_t>(tills.size()) &&
               i < kTills;
      });
    });
  }
  SnapshotsDone order(std::size_t i, const SnapshotOrder& what) {
    return value_of(order_snapshots(*shops_[i], anna(i), what,
                                    [&](const SnapshotOrder& wanted) { return service(i).snapshots(wanted, 20s); }));
  }
  // The hub has nothing of before any more.
  sync::HubDropped drop_past(const std::vector<std::size_t>& active) {
    const auto made = order(0, {true, false}).made;
    EXPECT_TRUE(made);
    EXPECT_TRUE(exchange(active, [&] {
      return std::ranges::all_of(active, [&](auto i) { return holds(i, made->manifest.positions); });
    }));
    EXPECT_TRUE(everybody_says(active));
    const auto done = order(0, {false, true});
    EXPECT_TRUE(done.dropped);
    return done.dropped.value_or(sync::HubDropped{});
  }

  bool holds(std::size_t i, const std::vector<sync::FeedPosition>& wanted) {
    const auto here =
        value_of(shops_[i]->state().db->read([](storage::Connection& conn) { return storage::feed_positions(conn); }));
    return std::ranges::all_of(wanted, [&](const auto& position) {
      const auto found = std::ranges::find(here, position.feed, &sync::FeedPosition::feed);
      return found != here.end() && found->sequence >= position.sequence;
    });
  }
  bool has_sent_all(std::size_t i) { return number(i, "SELECT count(*) FROM sync_own_feed WHERE head > acked") == 0; }

  Actor anna(std::size_t i) { return value_of(actor_named(*shops_[i], "Anna")); }
  void sell(std::size_t i) {
    auto& shop = *shops_[i];
    const auto mia = value_of(actor_named(shop, "Mia"));
    if (!std::exchange(is_open_[i], true)) EXPECT_DONE(open_shift(shop, mia, {10000}));
    domain::Basket basket(shop.state().settings()->rules);
    value_of(basket.add(value_of(domain::find_item(catalogue_lookup(shop), kPens)), {}));
    value_of(finalise(shop, mia, basket, {{}}));
  }
  std::int64_t number(std::size_t i, const std::string& sql) {
    return value_of(shops_[i]->state().db->read([&](storage::Connection& conn) { return conn.integer(sql); }))
        .value_or(-1);
  }
  std::int64_t sales(std::size_t i) { return number(i, "SELECT count(*) FROM sale"); }
  std::optional<sync::TakenSnapshot> taken(std::size_t i) {
    return value_of(shops_[i]->state().db->write([&](storage::Transaction& tx) {
      storage::SyncStore store(tx);
      return sync::last_taken(store);
    }));
  }
  // Without what changes by being published.
  std::vector<sync::TableDigest> digests(std::size_t i) {
    auto found =
        value_of(shops_[i]->state().db->read([](storage::Connection& conn) { return storage::table_digests(conn); }));
    std::erase_if(found, [](const auto& digest) { return digest.entity == sync::DeviceProgress::kEntity; });
    return found;
  }
  std::vector<fs::path> parts_at_hub(const std::string& ending) {
    std::vector<fs::path> found;
    for (const auto& entry : fs::recursive_directory_iterator(hub_.folder() + "/objects")) {
      if (entry.path().string().find("sync/snapshot") == std::string::npos || !entry.is_regular_file()) continue;
      if (entry.path().filename().string().starts_with(ending)) found.push_back(entry.path());
    }
    return found;
  }

  net::TestHub hub_;
  AheadClock time_;
  std::array<std::unique_ptr<Shop>, kTills> shops_;
  std::array<std::unique_ptr<SyncService>, kTills> services_;
  std::array<bool, kTills> is_open_{};
};

TEST_F(SnapshotsTest, ANewcomerComesByASnapshotWhenTheHubHasDroppedItsPast) {
  const auto dropped = drop_past({0, 1});
  EXPECT_GT(dropped.floor.after[sync::index(sync::Lane::critical)], 0U);
  EXPECT_EQ(told(*shops_[0], "sync.snapshot"), Told{"Anna: "});
  EXPECT_EQ(told(*shops_[0], "sync.drop"), Told{"Anna: "});
  sell(1);  // after the snapshot
  join(2);
  EXPECT_TRUE(
      exchange({0, 1, 2}, [&] { return sales(2) == 2 && digests(2) == digests(0) && digests(1) == digests(0); }));
  ASSERT_TRUE(taken(2));
  EXPECT_EQ(taken(2)->id, dropped.floor.snapshot);
  EXPECT_EQ(service(2).report().status.problem, "");
}

TEST_F(SnapshotsTest, ATerminalThatWasAwayForTooLongComesBackWholeAndItsSalesCount) {
  services_[1].reset();
  sell(1);  // and is not connected before the others have forgotten it
  sell(0);
  pass(31 * 24h);
  EXPECT_TRUE(everybody_says({0}));
  const auto dropped = drop_past({0});
  EXPECT_GT(dropped.floor.after[sync::index(sync::Lane::critical)], 1U);
  const auto rows = value_of(list_devices(*shops_[0]));
  EXPECT_TRUE(std::ranges::any_of(rows, [](const DeviceRow& row) { return row.state == kLapsed; }));
  EXPECT_TRUE(exchange({0, 1}, [&] { return sales(0) == 3 && sales(1) == 3 && digests(0) == digests(1); }));
  EXPECT_TRUE(taken(1));
}

TEST_F(SnapshotsTest, ADamagedSnapshotIsRemovedAndTheNextOneServes) {
  (void)drop_past({0, 1});
  for (const auto& part : parts_at_hub("chunk-")) std::ofstream(part, std::ios::in | std::ios::out) << "damaged";
  join(2);
  EXPECT_TRUE(exchange({0, 1, 2}, [&] { return parts_at_hub("manifest").empty(); }));
  EXPECT_FALSE(taken(2));
  EXPECT_GE(told(*shops_[2], "sync.incident").size(), 1U) << "whoever looks for the reason finds it";
  EXPECT_TRUE(order(0, {true, false}).made);
  EXPECT_TRUE(exchange({0, 1, 2}, [&] {
    service(2).sync_now();
    return digests(2) == digests(0);
  }));
}

TEST_F(SnapshotsTest, AnOlderOneWasLeftThatDoesNotStandForWhatTheHubDroppedAndNobodyMadeAnother) {
  const auto first = order(0, {true, false}).made;
  ASSERT_TRUE(first);
  const auto older = parts_at_hub("chunk-");
  sell(0);
  EXPECT_TRUE(exchange({0, 1}, [&] { return sales(1) == 2 && has_sent_all(0) && has_sent_all(1); }));
  const auto dropped = drop_past({0, 1});
  ASSERT_FALSE(sync::has_reached(first->manifest.cursor, dropped.floor.after));
  for (const auto& part : parts_at_hub("chunk-"))
    if (std::ranges::find(older, part) == older.end()) std::ofstream(part, std::ios::in | std::ios::out) << "damaged";
  join(2);
  EXPECT_TRUE(exchange({0, 1, 2}, [&] { return parts_at_hub("manifest").size() == 1; }));
  EXPECT_FALSE(taken(2));
  for (std::size_t i = 0; i < 2; ++i) services_[i].reset();  // the next morning the hub says where its floor is
  EXPECT_TRUE(exchange({0, 1, 2}, [&] {
    return order(0, {}).made || order(1, {}).made;  // by themselves
  }));
  EXPECT_TRUE(exchange({0, 1, 2}, [&] {
    service(2).sync_now();
    return digests(2) == digests(0);
  }));
}

TEST_F(SnapshotsTest, TwoTerminalsThatMakeOneAtOnceLeaveTwoAndTheOldestGoesWithTheNext) {
  EXPECT_TRUE(order(0, {true, false}).made);
  EXPECT_TRUE(order(1, {true, false}).made);
  EXPECT_EQ(parts_at_hub("manifest").size(), 2U);
  EXPECT_TRUE(everybody_says({0, 1}));
  for (int i = 0; i < 2; ++i) {
    pass(1h);
    EXPECT_TRUE(order(1, {true, true}).made);
  }
  EXPECT_LE(parts_at_hub("manifest").size(), 3U) << "the newest two, and the one that the floor rests on";
}

// Takes so many objects and then none.
class StoppedStore final : public backup::ObjectStore {
 public:
  StoppedStore(backup::ObjectStore& inner, std::size_t puts) : inner_(inner), left_(puts) {}
  Result<Id> id() override { return inner_.id(); }
  Status put(std::string_view name, ByteView bytes) override {
    if (left_-- == 0) return fail(ErrorKind::retry, "the line was cut");
    return inner_.put(name, bytes);
  }
  Result<std::optional<Bytes>> get(std::string_view name, std::uint64_t max) override { return inner_.get(name, max); }
  Result<std::vector<backup::ObjectInfo>> list(std::string_view prefix) override { return inner_.list(prefix); }
  Status remove(std::string_view name) override { return inner_.remove(name); }
  Status sweep_unfinished(std::string_view prefix) override { return inner_.sweep_unfinished(prefix); }
  Result<backup::StoreSpace> space() override { return inner_.space(); }
  [[nodiscard]] std::string describe() const override { return inner_.describe(); }

 private:
  backup::ObjectStore& inner_;
  std::size_t left_;
};

TEST_F(SnapshotsTest, AStopInTheMiddleLeavesNoSnapshotAndTheNextOneClearsItAway) {
  do {
    EXPECT_TRUE(exchange({0}, [&] { return has_sent_all(0); }));
    services_[0].reset();
  } while (!has_sent_all(0));
  auto& state = shops_[0]->state();
  const auto ring = state.keys->with_ring([](security::RingFile& file) { return file.ring.clone(); });
  sync::RingKeys keys(ring, state.keys->identity().signing, state.random);
  const auto own = state.keys->identity().public_part().signing;
  keys.set_device(state.device(), Bytes(own.begin(), own.end()));
  const auto tenant = value_of(membership(*shops_[0]))->tenant;
  backup::MemoryStore objects;
  SnapshotShelf shelf(objects, tenant);
  for (std::size_t puts = 0; puts < 2; ++puts) {
    StoppedStore stopped(objects, puts);
    EXPECT_FALSE(make_snapshot(*shops_[0], stopped, keys, tenant, 1'000 + static_cast<std::int64_t>(puts)));
    EXPECT_DONE(shelf.look(keys));
    EXPECT_TRUE(shelf.snapshots().empty());
    EXPECT_EQ(shelf.unfinished().size(), puts);
  }
  const auto made = value_of(make_snapshot(*shops_[0], objects, keys, tenant, 2'000));
  EXPECT_DONE(shelf.look(keys));
  ASSERT_EQ(shelf.snapshots().size(), 1U);
  EXPECT_TRUE(shelf.unfinished().empty());
  EXPECT_EQ(shelf.snapshots().front().place, made.place);
  EXPECT_TRUE(value_of(shelf.chunk(shelf.snapshots().front(), 0)));
  EXPECT_FALSE(fs::exists(shops_[0]->folder() + "/snapshot.part"));
  // The power failed when all of it was there, and before that was noted here.
  EXPECT_DONE(state.db->write([&](storage::Transaction& tx) {
    return storage::set_meta_text(tx, "sync.snapshot.making", sync::manifest_name(made.place));
  }));
  EXPECT_DONE(sweep_own_snapshot(*shops_[0], objects));
  EXPECT_DONE(shelf.look(keys));
  EXPECT_EQ(shelf.snapshots().size(), 1U) << "the hub's floor may rest on it";
}

}  // namespace
}  // namespace till::app

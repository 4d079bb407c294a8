// A snapshot is made, the hub drops its past, newcomers and terminals that were away come by it.
#include <fstream>

#include "../backup/memory_store.hpp"
#include "app/snapshots/care.hpp"
#include "journal_told.hpp"
#include "snapshots_fixture.hpp"
#include "storage/meta.hpp"
#include "sync/epochs.hpp"
#include "sync/ring_keys.hpp"

namespace till::app {
namespace {

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

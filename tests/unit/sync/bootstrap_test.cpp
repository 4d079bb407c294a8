#include "sync/bootstrap.hpp"

#include <gtest/gtest.h>

#include <deque>

#include "engine_fixture.hpp"
#include "security/hash.hpp"
#include "sim/memory_hub_store.hpp"
#include "storage/snapshot_source.hpp"
#include "storage/sync_digests.hpp"
#include "sync/hub_session.hpp"

namespace till::sync {
namespace {

struct Snapshot {
  SnapshotManifest manifest;
  Bytes manifest_bytes;
  std::vector<Bytes> chunks;
};

// A hub that has dropped its past.
struct ShortHub : sim::MemoryHubStore {
  std::array<std::uint64_t, kLanes> dropped{};
  Result<std::array<std::uint64_t, kLanes>> floor(const Id&) override { return dropped; }
};

struct BootstrapTest : testing::Test {
  Shop shop{3};
  ShortHub hub_store;
  HubCore core{hub_store};
  Till a{shop, 0}, b{shop, 1}, c{shop, 2};
  std::map<std::size_t, std::unique_ptr<HubSession>> sessions;
  std::optional<Snapshot> offered;
  std::size_t chunks_asked = 0;

  void SetUp() override {
    for (std::size_t i = 0; i < 3; ++i)
      hub_store.tenants[shop.tenant].devices[Shop::device(i)] = {shop.public_key(i), false};
  }

  Snapshot snapshot_of(Till& till) {
    exchange(till);  // its cursor passes over what it wrote itself
    storage::SnapshotSource source(till.disk.tx());
    Snapshot made;
    made.manifest.id = id_of(0x55);
    made.manifest.tenant = shop.tenant;
    made.manifest.device = Shop::device(till.number);
    made.manifest.key_epoch = shop.keys[till.number]->current_epoch();
    value_of(source.describe(made.manifest));
    SnapshotChunk chunk;
    while (value_of(source.next(chunk))) {
      const auto number = static_cast<std::uint32_t>(made.chunks.size());
      made.chunks.push_back(value_of(seal_chunk(made.manifest, number, chunk, *shop.keys[till.number])));
      SnapshotChunkName name;
      name.bytes = made.chunks.back().size();
      const auto hash = security::sha256(made.chunks.back());
      std::copy(hash.begin(), hash.end(), name.sha256.begin());
      made.manifest.chunks.push_back(name);
    }
    made.manifest_bytes = value_of(seal_manifest(made.manifest, *shop.keys[till.number]));
    return made;
  }

  // The effects of one step, answered by the hub and by where snapshots lie.
  std::vector<Event> answers(Till& till) {
    std::vector<Event> events;
    Received received;
    for (const Effect& effect : std::vector<Effect>(till.effects)) {
      if (const auto* send = std::get_if<Send>(&effect)) {
        auto reply = value_of(sessions[till.number]->receive(send->frame, shop.clock.now()));
        for (Bytes& out : reply.frames) received.frames.push_back(std::move(out));
      }
      if (std::get_if<NeedSnapshot>(&effect) != nullptr) {
        if (offered) {
          events.emplace_back(SnapshotFound{kHubLink, offered->manifest_bytes});
        } else {
          events.emplace_back(SnapshotMissing{kHubLink});
        }
      }
      if (const auto* need = std::get_if<NeedSnapshotChunk>(&effect)) {
        ++chunks_asked;
        events.emplace_back(SnapshotChunkCame{kHubLink, need->number, offered->chunks.at(need->number)});
      }
    }
    if (!received.frames.empty()) events.emplace_back(received);
    return events;
  }
  void settle(Till& till, std::deque<Event> events) {
    for (int round = 0; round < 2000; ++round) {
      if (events.empty()) {
        if (till.find<Wake>() == nullptr || till.find<Wake>()->mono_us > till.mono_us + 1) return;
        till.advance_ms(1);
        events.emplace_back(Tick{});
      }
      till.step(events.front());
      events.pop_front();
      for (Event& event : answers(till)) events.push_back(std::move(event));
    }
    ADD_FAILURE() << "it does not come to rest";
  }
  void exchange(Till& till) {
    sessions[till.number] = std::make_unique<HubSession>(core, shop.tenant, Shop::device(till.number));
    settle(till, {Event{LinkDown{kHubLink, "the line was cut"}}, Event{LinkUp{}}});
  }
  // Everything so far is only to be had from the snapshot.
  void drop_past_of_hub() {
    hub_store.dropped.fill(hub_store.tenants[shop.tenant].log.size());
    for (auto& stored : hub_store.tenants[shop.tenant].log) stored.segment.bytes.clear();
  }
  auto digests(Till& till) { return value_of(till.store().digests()); }
};

Id product(std::uint8_t n) {
  return id_of(0xaa, n);
}

TEST_F(BootstrapTest, ANewcomerTakesTheSnapshotAndThenWhatCameAfterIt) {
  for (std::uint8_t n = 1; n <= 40; ++n) a.set(product(n), "sku" + std::to_string(n));
  a.sell(1);
  exchange(a);
  offered = snapshot_of(a);
  drop_past_of_hub();
  a.set(product(1), "later");
  a.sell(2);
  exchange(a);
  exchange(b);
  EXPECT_EQ(b.value(product(1)), "later");
  EXPECT_EQ(b.value(product(40)), "sku40");
  EXPECT_EQ(b.documents(), a.documents());
  EXPECT_EQ(digests(b), digests(a));
  EXPECT_EQ(value_of(b.store().lane_hashes()), value_of(a.store().lane_hashes()));
}

TEST_F(BootstrapTest, AwayForAYearItKeepsWhatItSoldAndGainsWhatItMissed) {
  a.set(product(1), "first");
  a.set(product(2), "second");
  exchange(a);
  exchange(b);
  b.sell(7);                  // never sent before it was put into the drawer
  b.set(product(2), "by b");  // and an edit
  a.set(product(1), "new");
  a.set(product(2), "by a");
  a.set(product(3), "third");
  a.sell(1);
  exchange(a);
  offered = snapshot_of(a);
  drop_past_of_hub();
  a.sell(2);
  exchange(a);
  exchange(b);
  exchange(a);
  exchange(b);
  EXPECT_EQ(b.value(product(1)), "new");
  EXPECT_EQ(b.value(product(3)), "third");
  EXPECT_EQ(a.documents().size(), 3U) << "the sale from the drawer counts";
  EXPECT_EQ(a.documents(), b.documents());
  EXPECT_EQ(a.value(product(2)), b.value(product(2)));
  EXPECT_EQ(digests(a), digests(b));
  EXPECT_EQ(a.status().conflicts, b.status().conflicts);
  const auto row = value_of(b.store().load_row(kProduct, product(2)));
  EXPECT_EQ(row.fields.at(kSku).rivals.size(), 1U) << "both edits are known, none is lost";
}

TEST_F(BootstrapTest, StoppedHalfWayItGoesOnWhereItWas) {
  for (std::uint8_t n = 1; n <= 200; ++n) a.set(product(n), std::string(8000, static_cast<char>('a' + n % 26)));
  exchange(a);
  offered = snapshot_of(a);
  ASSERT_GE(offered->chunks.size(), 3U);
  drop_past_of_hub();
  sessions[1] = std::make_unique<HubSession>(core, shop.tenant, Shop::device(1));
  b.step(LinkUp{});
  std::deque<Event> events;
  for (Event& event : answers(b)) events.push_back(std::move(event));
  while (chunks_asked < 3) {
    ASSERT_FALSE(events.empty());
    b.step(events.front());
    events.pop_front();
    for (Event& event : answers(b)) events.push_back(std::move(event));
  }
  b.restart();
  chunks_asked = 0;
  exchange(b);
  EXPECT_LT(chunks_asked, offered->chunks.size()) << "what was in the data already was fetched again";
  EXPECT_EQ(digests(b), digests(a));
}

TEST_F(BootstrapTest, WithoutASnapshotItSaysSoAndItsSalesStillGoOut) {
  a.set(product(1), "x");
  exchange(a);
  exchange(a);  // it is active: what is dropped it has
  drop_past_of_hub();
  b.sell(1);
  exchange(b);
  EXPECT_EQ(b.status().waiting_total(), 0U);
  EXPECT_NE(b.status().problem.find("away for longer"), std::string::npos);
  offered = snapshot_of(a);
  b.advance_ms(31'000);
  settle(b, {Event{Tick{}}});
  EXPECT_EQ(b.value(product(1)), "x");
}

TEST_F(BootstrapTest, ADamagedPartIsNotTakenAndAForgedManifestNeither) {
  a.set(product(1), "x");
  exchange(a);
  const Snapshot made = snapshot_of(a);
  Bytes chunk = made.chunks[0];
  chunk.back() ^= 1;
  EXPECT_FALSE(open_chunk(made.manifest, 0, chunk, *shop.keys[1]));
  Bytes manifest = made.manifest_bytes;
  manifest.back() ^= 1;
  EXPECT_FALSE(open_manifest(manifest, shop.tenant, *shop.keys[1]));
  EXPECT_FALSE(open_manifest(made.manifest_bytes, id_of(0x66), *shop.keys[1])) << "another shop's";
}

TEST_F(BootstrapTest, WhileRecordsWaitNoSnapshotIsMade) {
  a.set(product(1), "x");
  storage::SnapshotSource source(a.disk.tx());
  SnapshotManifest manifest;
  const Status described = source.describe(manifest);
  ASSERT_FALSE(described);
  EXPECT_EQ(described.error().kind, ErrorKind::retry);
}

TEST(SnapshotChunkTest, ReadsBackWhatWasWritten) {
  SnapshotChunk chunk;
  const Order order{Stamp::of(10, 1), id_of(0xde, 1), 7, 3}, other{Stamp::of(9, 1), id_of(0xde, 2), 8, 4};
  chunk.heads.push_back({{order.device, 7, Lane::normal}, 3, {}, 1});
  chunk.ops.push_back(id_of(0x0b));
  SnapshotParked parked;
  parked.feed = {order.device, 7, Lane::high};
  parked.first = parked.last = 9;
  parked.reason = ParkedReason::future_stamp;
  parked.due_ms = -5;
  parked.bytes = to_bytes("body");
  chunk.parked.push_back(parked);
  chunk.rows.push_back({1, id_of(0xaa), {{2, order, to_bytes("v"), {{other, to_bytes("w")}}, {other}}}});
  chunk.documents.push_back({20, id_of(0xbb), {{1, to_bytes("sale")}}});
  const Bytes bytes = encode_chunk(chunk);
  const SnapshotChunk back = value_of(decode_chunk(bytes));
  EXPECT_EQ(encode_chunk(back), bytes);
  EXPECT_EQ(back.rows[0].fields[0].rivals[0].order, other);
  EXPECT_EQ(back.parked[0].due_ms, -5);
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) EXPECT_FALSE(decode_chunk(ByteView(bytes).first(cut)));
}

}  // namespace
}  // namespace till::sync

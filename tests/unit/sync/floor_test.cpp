// Behind the floor of a hub: who lacks nothing needs no snapshot, and who lacks what the hub still has asks for that.
#include <gtest/gtest.h>

#include "bootstrap_fixture.hpp"
#include "sync/all_heads.hpp"
#include "sync/epochs.hpp"
#include "sync/incarnation.hpp"

namespace till::sync {
namespace {

struct FloorTest : BootstrapTest {
  static constexpr LinkNumber kRelay = 1;
  sim::MemoryHubStore relay_store;
  HubCore relay{relay_store};

  void SetUp() override {
    BootstrapTest::SetUp();
    relay_store.tenants[shop.tenant].devices = hub_store.tenants[shop.tenant].devices;
    for (Till* till : {&a, &b, &c}) {
      till->config.peers = {{kHubLink, {}}, {kRelay, {}}};
      till->restart();
    }
  }
  void exchange_with_relay(Till& till) {
    HubSession session(relay, shop.tenant, Shop::device(till.number));
    till.step(LinkUp{kRelay});
    std::vector<Bytes> to_relay = till.sent();
    for (int round = 0; round < 500; ++round) {
      Received received{kRelay, {}};
      for (const Bytes& frame : to_relay) {
        auto reply = value_of(session.receive(frame, shop.clock.now()));
        for (Bytes& out : reply.frames) received.frames.push_back(std::move(out));
      }
      const bool has_more = till.find<Wake>() != nullptr && till.find<Wake>()->mono_us <= till.mono_us + 1;
      if (received.frames.empty() && !has_more) break;
      till.advance_ms(1);
      till.step(received.frames.empty() ? Event{Tick{}} : Event{received});
      to_relay = till.sent();
    }
    till.step(LinkDown{kRelay, "the line was cut"});
  }
  void exchange_all() {
    for (Till* till : {&a, &b, &a, &b}) exchange(*till);
  }
  void wait_and_look(Till& till) {
    till.advance_ms(31'000);
    settle(till, {Event{Tick{}}});
  }
  static std::string hub_problem(Till& till) {
    const auto peers = till.status().peers;
    return std::find_if(peers.begin(), peers.end(), [](const auto& p) { return p.link == kHubLink; })->problem;
  }
  // Both had everything, and so has a relay; the hub has dropped it, and b came out of a copy of its first day.
  void lose_all_of_b() {
    const crash::Image empty = b.disk.image();
    a.set(product(1), "x");
    a.sell(1);
    b.sell(2);
    exchange_all();
    for (Till* till : {&a, &b, &a}) exchange_with_relay(*till);
    drop_past_of_hub();
    restore(b, empty);
  }
  bool is_past_the_floor(Till& till) {
    const auto& hub = hub_store.tenants[shop.tenant];
    const Cursor cursor = value_of(till.store().cursor(kHubLink));
    return cursor.epoch == hub.epoch && has_reached(cursor, hub.floor.after);
  }
  // Restored: a copy of another time, and the till knows.
  void restore(Till& till, const crash::Image& copy) {
    till.put_in_disk(copy);
    value_of(till.disk.begin());
    value_of(begin_incarnation(till.store(), till.random));
    value_of(till.disk.commit());
    till.restart();
  }
};

TEST_F(FloorTest, WhatAPowerCutTookOfTheOwnRecordsComesBackWithoutASnapshot) {
  a.set(product(1), "x");
  b.sell(1);
  exchange_all();
  drop_past_of_hub();
  const crash::Image before = b.disk.image();
  b.sell(2);
  b.set(product(2), "y");
  exchange(b);
  restore(b, before);
  EXPECT_EQ(b.documents().size(), 1U);
  a.sell(3);
  exchange(a);
  exchange(b);
  EXPECT_EQ(hub_problem(b), "");
  EXPECT_EQ(chunks_asked, 0U);
  EXPECT_TRUE(is_past_the_floor(b));
  EXPECT_EQ(b.documents().size(), 3U);
  exchange(a);
  EXPECT_EQ(b.documents(), a.documents());
  EXPECT_EQ(digests(b), digests(a));
}

// It began another incarnation only when it had written in the one of before again: the hub has another branch of it.
TEST_F(FloorTest, AnOwnBranchThatIsNotHereIsAskedForFromItsBeginning) {
  b.sell(1);
  exchange_all();
  drop_past_of_hub();
  const crash::Image before = b.disk.image();
  b.sell(2);
  b.sell(3);
  exchange(b);
  b.put_in_disk(before);
  b.sell(4);
  b.sell(5);
  b.sell(6);
  exchange(b);  // it finds that the hub has what it did not write
  exchange(b);
  exchange(b);
  EXPECT_EQ(hub_problem(b), "");
  EXPECT_EQ(chunks_asked, 0U);
  EXPECT_TRUE(is_past_the_floor(b));
  exchange(a);
  exchange(b);
  EXPECT_EQ(b.documents().size(), 6U);
  EXPECT_EQ(b.documents(), a.documents());
}

// The snapshot was lost and every terminal was behind the floor: nobody could make another.
TEST_F(FloorTest, WhoHasEverythingFromARelayIsPastTheFloorWithoutASnapshot) {
  lose_all_of_b();
  a.sell(3);
  exchange(a);
  exchange(b);
  EXPECT_NE(hub_problem(b).find("away for longer"), std::string::npos);
  EXPECT_FALSE(is_past_the_floor(b));
  exchange_with_relay(a);
  exchange_with_relay(b);
  wait_and_look(b);
  EXPECT_EQ(hub_problem(b), "");
  EXPECT_TRUE(is_past_the_floor(b));
  a.sell(4);
  exchange(a);
  exchange(b);
  EXPECT_EQ(b.documents().size(), 4U);
  EXPECT_EQ(digests(b), digests(a));
}

TEST_F(FloorTest, WithoutASnapshotWhatTheHubStillHasOfOthersIsAskedForToo) {
  lose_all_of_b();
  exchange_with_relay(b);
  a.sell(3);  // no relay hears of it
  exchange(a);
  exchange(b);
  EXPECT_EQ(hub_problem(b), "");
  EXPECT_TRUE(is_past_the_floor(b));
  EXPECT_EQ(b.documents().size(), 3U);
}

TEST_F(FloorTest, WhatNobodyHasButASnapshotIsWaitedForAndNotPassed) {
  b.sell(1);
  exchange(b);
  const crash::Image stick = b.disk.image();
  b.sell(2);
  exchange(b);
  exchange_all();
  const Snapshot made = snapshot_of(a);
  drop_past_of_hub();
  restore(b, stick);
  exchange(b);
  for (int look = 0; look < 3; ++look) {
    EXPECT_FALSE(is_past_the_floor(b));
    EXPECT_NE(hub_problem(b).find("away for longer"), std::string::npos);
    EXPECT_FALSE(b.status().caught_up);
    wait_and_look(b);
  }
  offered = made;
  hub_store.tenants[shop.tenant].floor.snapshot = made.manifest.id;
  exchange(b);
  EXPECT_TRUE(is_past_the_floor(b));
  EXPECT_EQ(b.documents().size(), 2U);
}

// What a hub says to a terminal, without an engine.
struct ToldTest : FloorTest {
  std::vector<Message> told(const std::vector<Message>& said) {
    HubSession session(core, shop.tenant, Shop::device(1));
    std::vector<Message> heard;
    for (const Message& message : said) {
      const auto reply = value_of(session.receive(encode_message(message), shop.clock.now()));
      close_reason = reply.close_reason;
      for (const Bytes& frame : reply.frames) heard.push_back(value_of(decode_message(frame)));
    }
    return heard;
  }
  Hello hello(bool asks) const {
    Hello said;
    said.tenant = shop.tenant;
    said.device = Shop::device(1);
    said.incarnation = 9;
    if (asks) said.all_heads = asks_for_all_heads();
    return said;
  }
  static std::vector<FeedHead> heads_in(const std::vector<Message>& heard) {
    std::vector<FeedHead> heads;
    for (const Message& message : heard) {
      const auto* have = std::get_if<Have>(&message);
      if (have != nullptr) heads.insert(heads.end(), have->heads.begin(), have->heads.end());
    }
    return heads;
  }
  std::string close_reason;
};

TEST_F(ToldTest, TheEndsOfAllFeedsToWhoIsBehindAndAsks) {
  a.sell(1);
  a.set(product(1), "x");
  exchange(a);
  EXPECT_TRUE(heads_in(told({hello(true)})).empty()) << "not behind the floor: nothing but its own";
  drop_past_of_hub();
  EXPECT_TRUE(heads_in(told({hello(false)})).empty()) << "a program of before does not ask";
  const auto heard = told({hello(true)});
  const auto heads = heads_in(heard);
  EXPECT_EQ(heads.size(), 2U);
  EXPECT_EQ(std::get<Hello>(heard.front()).all_heads, digest_of(heads));
}

TEST_F(ToldTest, RangesFromBehindTheFloorAndNothingElse) {
  a.sell(1);
  exchange(a);
  drop_past_of_hub();
  a.sell(2);
  exchange(a);
  const Feed sales = heads_in(told({hello(true)})).front().feed;
  const auto heard = told({hello(true), Want{{}, {{sales, 1, 2}}}});
  EXPECT_EQ(close_reason, "");
  std::size_t segments = 0;
  for (const Message& message : heard) segments += std::holds_alternative<SegmentMessage>(message);
  EXPECT_EQ(segments, 1U) << "the first one is dropped";
  EXPECT_TRUE(std::holds_alternative<Ack>(heard.back())) << "that was all";
  told({hello(true), Want{}});
  EXPECT_NE(close_reason, "");
}

TEST(AllHeadsTest, ADoubledMessageChangesNoDigestAndAPartIsNotTheWhole) {
  const FeedHead one{{id_of(1), 5, Lane::high}, 7, {}, 0}, other{{id_of(2), 5, Lane::high}, 7, {}, 0};
  EXPECT_EQ(digest_of({one, other}), digest_of({other, one, other}));
  EXPECT_NE(digest_of({one, other}), digest_of({one}));
  EXPECT_NE(digest_of({}), RecordHash{});
}

}  // namespace
}  // namespace till::sync

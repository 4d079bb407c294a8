#include "sync/hub_drop.hpp"

#include <gtest/gtest.h>

#include "sim/memory_hub_store.hpp"
#include "sync/hub_session.hpp"
#include "sync_fixture.hpp"

namespace till::sync {
namespace {

constexpr std::int64_t kDay_us = 24LL * 3600 * 1'000'000;
const UtcTime kNow{1'790'000'100'000'000};
const UtcTime kLongAgo{kNow.us - 20 * kDay_us};

struct HubDrop : testing::Test {
  Shop shop{3};
  sim::MemoryHubStore store;
  HubCore core{store};
  Chain chain{{Shop::device(0), 11, Lane::normal}};
  const std::size_t lane = index(Lane::normal);

  void SetUp() override {
    for (std::size_t i = 0; i < 2; ++i) hub().devices[Shop::device(i)] = {shop.public_key(i), false};
    for (std::size_t i = 0; i < 2; ++i) confirm(i, 1'000);
  }
  sim::HubTenantState& hub() { return store.tenants[shop.tenant]; }
  void confirm(std::size_t device, std::uint64_t number, UtcTime heard = kNow, std::uint64_t epoch = 1) {
    Cursor cursor{epoch, {}};
    cursor.after.fill(number);
    value_of(store.confirm(shop.tenant, Shop::device(device), cursor, heard));
  }
  Bytes accept(UtcTime at = kLongAgo) {
    Bytes segment = chain.segment(shop.tenant, *shop.keys[0], {{set_op(id_of(0xaa), 1, "x")}});
    EXPECT_EQ(value_of(core.accept(shop.tenant, segment, at)).outcome, Outcome::stored);
    return segment;
  }
  HubDropRequest request(std::uint64_t up_to) {
    HubDropRequest wanted;
    wanted.device = Shop::device(0);
    wanted.epoch = hub().epoch;
    wanted.snapshot = id_of(0x55);
    wanted.positions.fill(up_to);
    return wanted;
  }
  Result<HubDropped> ask(const HubDropRequest& wanted) { return drop(store, shop.tenant, wanted, {}, kNow); }
  std::uint64_t dropped(std::uint64_t up_to) { return value_of(ask(request(up_to))).floor.after[lane]; }
};

TEST_F(HubDrop, DropsUpToTheSnapshotAndNamesIt) {
  for (int i = 0; i < 5; ++i) accept();
  const auto done = value_of(ask(request(3)));
  EXPECT_EQ(done.floor.after[lane], 3U);
  EXPECT_EQ(done.floor.snapshot, id_of(0x55));
  EXPECT_FALSE(done.more);
  EXPECT_TRUE(hub().log[2].segment.bytes.empty());
  EXPECT_FALSE(hub().log[3].segment.bytes.empty());
  EXPECT_EQ(value_of(store.after(shop.tenant, Lane::normal, 0, {}, 0, 1'000'000)).front().sequence, 4U);
  EXPECT_TRUE(value_of(store.of_feed(shop.tenant, {chain.feed, 1, 3}, 1'000'000)).empty());
}

TEST_F(HubDrop, NeverAboveItsLastNumberAndOnlyInItsPresentEpoch) {
  for (int i = 0; i < 3; ++i) accept();
  EXPECT_EQ(dropped(900), 3U);
  auto old = request(3);
  old.epoch = 99;
  const auto refused = ask(old);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
}

TEST_F(HubDrop, WhatIsYoungStays) {
  for (int i = 0; i < 2; ++i) accept();
  accept(UtcTime{kNow.us - 6 * kDay_us});
  EXPECT_EQ(dropped(3), 2U);
}

TEST_F(HubDrop, ATerminalThatHasNotGotSoFarHoldsItBackUntilItLapsesOrIsRevoked) {
  for (int i = 0; i < 4; ++i) accept();
  confirm(1, 1);
  const auto held = value_of(ask(request(4)));
  EXPECT_EQ(held.floor.after[lane], 1U);
  EXPECT_EQ(held.held_by, Shop::device(1));
  hub().devices[Shop::device(1)].revoked = true;
  EXPECT_EQ(dropped(2), 2U);
  hub().devices[Shop::device(1)].revoked = false;
  confirm(1, 1, UtcTime{kNow.us - 29 * kDay_us});
  EXPECT_EQ(dropped(4), 2U);
  confirm(1, 1, UtcTime{kNow.us - 30 * kDay_us});
  EXPECT_EQ(dropped(4), 4U);
}

TEST_F(HubDrop, PositionsOfAnEarlierEpochCountAsFarAsItIsTheSameLog) {
  for (int i = 0; i < 4; ++i) accept();
  confirm(0, 900, kNow, 77);
  EXPECT_EQ(dropped(4), 0U) << "nobody knows what epoch 77 was";
  hub().ancestors = {{77, 2}};
  EXPECT_EQ(dropped(4), 2U);
}

TEST_F(HubDrop, AnOlderSnapshotDoesNotTakeThePlaceOfTheOneThatTheFloorRestsOn) {
  for (int i = 0; i < 4; ++i) accept();
  EXPECT_EQ(dropped(3), 3U);
  auto older = request(4);
  older.snapshot = id_of(0x44);
  older.positions[index(Lane::normal)] = 2;
  const HubFloor floor = value_of(ask(older)).floor;
  EXPECT_EQ(floor.after[lane], 3U);
  EXPECT_EQ(floor.snapshot, id_of(0x55));
  EXPECT_EQ(floor.after[index(Lane::low)], 3U);
}

TEST_F(HubDrop, WhatWasDroppedIsStillKnownAndAnotherBranchOfItIsKept) {
  const Bytes first = accept();
  Chain twin = chain;
  twin.random = SeededRandom(99);
  const Bytes second = accept();
  accept();
  EXPECT_EQ(dropped(3), 3U);
  EXPECT_EQ(value_of(core.accept(shop.tenant, first, kNow)).outcome, Outcome::duplicate);
  EXPECT_EQ(value_of(core.accept(shop.tenant, second, kNow)).outcome, Outcome::duplicate);
  const Bytes other = twin.segment(shop.tenant, *shop.keys[0], {{set_op(id_of(0xbb), 1, "only the twin has it")}});
  const Verdict fork = value_of(core.accept(shop.tenant, other, kNow));
  EXPECT_EQ(fork.outcome, Outcome::stored) << "it is nowhere else";
  EXPECT_TRUE(fork.fork);
  EXPECT_EQ(value_of(core.accept(shop.tenant, accept(kNow), kNow)).outcome, Outcome::duplicate) << "the feed goes on";
}

TEST_F(HubDrop, AHeadThatOnlyASnapshotHasRisesAndEverybodyMustTakeTheSnapshot) {
  accept();
  for (int i = 0; i < 3; ++i) chain.segment(shop.tenant, *shop.keys[0], {{set_op(id_of(0xaa), 1, "lost")}});
  auto mend = request(1);
  mend.heads = {{chain.feed, 4, chain.hash, 0}};
  const auto done = value_of(ask(mend));
  EXPECT_EQ(done.raised, 1U);
  EXPECT_EQ(done.floor.after[lane], 2U) << "above every number that was given";
  EXPECT_EQ(done.floor.snapshot, id_of(0x55));
  EXPECT_EQ(value_of(store.last_number(shop.tenant)), 2U);
  accept(kNow);
  EXPECT_EQ(hub().heads[chain.feed].size(), 1U) << "it goes on behind the head that was raised";
  mend.epoch = hub().epoch;
  EXPECT_EQ(value_of(ask(mend)).raised, 0U) << "asked again it changes nothing";
}

TEST_F(HubDrop, WhatCameSinceTheSnapshotThatMendsTheLogIsNotDroppedWithTheRest) {
  Chain other{{Shop::device(1), 12, Lane::normal}};
  const auto sells = [&] {
    const Bytes sold = other.segment(shop.tenant, *shop.keys[1], {{set_op(id_of(0xbb), 1, "y")}});
    EXPECT_EQ(value_of(core.accept(shop.tenant, sold, kLongAgo)).outcome, Outcome::stored);
    return sold;
  };
  accept();
  sells();
  const std::vector<Bytes> since = {sells(), sells()};
  for (int i = 0; i < 3; ++i) chain.segment(shop.tenant, *shop.keys[0], {{set_op(id_of(0xaa), 1, "lost")}});
  auto mend = request(2);
  mend.heads = {{chain.feed, 4, chain.hash, 0}};
  const std::uint64_t floor = value_of(ask(mend)).floor.after[lane];
  EXPECT_EQ(floor, 5U);
  const auto served = value_of(store.after(shop.tenant, Lane::normal, floor, {}, 0, 1'000'000));
  ASSERT_EQ(served.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(served[i].sequence, 6 + i);
    EXPECT_EQ(served[i].bytes, since[i]);
  }
  EXPECT_EQ(value_of(core.accept(shop.tenant, since[1], kNow)).outcome, Outcome::duplicate);
  sells();
  EXPECT_EQ(value_of(store.last_number(shop.tenant)), 8U) << "and it goes on behind them";
}

// Whoever had taken in what has another number now would pass over it after a copy of before was put back.
TEST_F(HubDrop, AMendedLogIsAnotherEpochWhoseBeginningIsTheSame) {
  accept();
  const std::uint64_t before = hub().epoch;
  auto mend = request(1);
  mend.heads = {{chain.feed, 4, chain.hash, 0}};
  value_of(ask(mend));
  EXPECT_NE(hub().epoch, before);
  ASSERT_EQ(hub().ancestors.size(), 1U);
  EXPECT_EQ(hub().ancestors[0].epoch, before);
  EXPECT_EQ(hub().ancestors[0].until, 1U);
}

TEST_F(HubDrop, ASnapshotFromBeforeTheOneThatTheLogRestsOnMendsNothing) {
  for (int i = 0; i < 3; ++i) accept();
  EXPECT_EQ(dropped(3), 3U);
  auto mend = request(2);
  mend.snapshot = id_of(0x66);
  mend.heads = {{chain.feed, 9, chain.hash, 0}};
  const auto refused = ask(mend);
  ASSERT_FALSE(refused) << "who takes it in would lack what the other one stands for";
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
  EXPECT_EQ(hub().floor.snapshot, id_of(0x55));
  EXPECT_EQ(hub().heads[chain.feed].front().sequence, 3U);
}

TEST_F(HubDrop, NobodyRaisesTheHeadsOfAnother) {
  auto foreign = request(0);
  foreign.heads = {{{Shop::device(1), 11, Lane::normal}, 4, {}, 0}};
  EXPECT_FALSE(ask(foreign));
}

TEST_F(HubDrop, WhatATerminalThatTheHubNeverMetHadSaidCouldNotBeBroughtToIt) {
  accept();
  auto brought = request(1);
  brought.heads = {{{Shop::device(2), 11, Lane::normal}, 4, {}, 0}};
  brought.snapshot = {};
  const auto asked = value_of(ask(brought));
  EXPECT_EQ(asked.lacking, 1U);
  EXPECT_EQ(asked.raised, 0U) << "it was only asked";
  EXPECT_EQ(hub().floor.snapshot, Id{});
  EXPECT_TRUE(hub().ancestors.empty());
  brought.snapshot = id_of(0x55);
  const auto done = value_of(ask(brought));
  EXPECT_EQ(done.raised, 1U);
  EXPECT_EQ(done.floor.after[lane], 2U);
  brought.epoch = hub().epoch;
  brought.snapshot = {};
  EXPECT_EQ(value_of(ask(brought)).lacking, 0U);
}

TEST_F(HubDrop, LargeDropsAreDoneInPieces) {
  for (std::size_t i = 0; i < kHubSweep + 10; ++i) accept();
  EXPECT_TRUE(value_of(ask(request(1'000))).more);
  EXPECT_FALSE(value_of(ask(request(1'000))).more);
}

TEST_F(HubDrop, TheHubRemembersHowFarATerminalSaidThatItIs) {
  HubSession session(core, shop.tenant, Shop::device(1));
  Hello hello;
  hello.tenant = shop.tenant;
  hello.device = Shop::device(1);
  hello.cursor = {1, {3, 3, 3, 3}};
  value_of(session.receive(encode_message(hello), kNow));
  EXPECT_EQ(hub().confirmed[Shop::device(1)].second.after[lane], 3U);
  Want want;
  want.after = {1, {4, 4, 4, 4}};
  value_of(session.receive(encode_message(want), kNow));
  EXPECT_EQ(hub().confirmed[Shop::device(1)].second.after[lane], 4U);
  Ack ack;
  ack.cursor = {1, {6, 6, 6, 6}};
  value_of(session.receive(encode_message(ack), UtcTime{kNow.us + 59'000'000}));
  EXPECT_EQ(hub().confirmed[Shop::device(1)].second.after[lane], 4U) << "an ACK alone does not make it write each time";
  value_of(session.receive(encode_message(ack), UtcTime{kNow.us + 60'000'000}));
  EXPECT_EQ(hub().confirmed[Shop::device(1)].second.after[lane], 6U);
}

TEST_F(HubDrop, WhoAsksForWhatIsNotServedAnyMoreIsSentToTheSnapshotNotPastTheHole) {
  for (int i = 0; i < 4; ++i) accept();
  EXPECT_EQ(dropped(3), 3U);
  HubSession session(core, shop.tenant, Shop::device(1));
  Hello hello;
  hello.tenant = shop.tenant;
  hello.device = Shop::device(1);
  const auto greeting = value_of(session.receive(encode_message(hello), kNow));
  const auto answer = std::get<Hello>(value_of(decode_message(greeting.frames.front())));
  EXPECT_EQ(answer.floor[lane], 3U);
  EXPECT_EQ(answer.floor_snapshot, id_of(0x55));
  const auto refused = value_of(session.receive(encode_message(Want{}), kNow));
  EXPECT_FALSE(refused.close_reason.empty());
}

}  // namespace
}  // namespace till::sync

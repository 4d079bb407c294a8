#include "sync/engine.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "engine_fixture.hpp"
#include "sim/memory_hub_store.hpp"
#include "sync/amend.hpp"
#include "sync/hub_session.hpp"

namespace till::sync {
namespace {

struct EngineTest : testing::Test {
  Shop shop{3};
  sim::MemoryHubStore hub_store;
  HubCore core{hub_store};
  Till a{shop, 0}, b{shop, 1};

  void SetUp() override {
    for (std::size_t i = 0; i < 3; ++i)
      hub_store.tenants[shop.tenant].devices[Shop::device(i)] = {shop.public_key(i), false};
  }
  // One conversation with the hub until nobody has anything to say.
  void exchange(Till& till) {
    HubSession session(core, shop.tenant, Shop::device(till.number));
    till.step(LinkUp{});
    converse(till, session);
  }
  void converse(Till& till, HubSession& session, LinkNumber link = kHubLink) {
    std::vector<Bytes> to_hub = till.sent();
    for (int round = 0; round < 500 && !to_hub.empty(); ++round) {
      Received received{link, {}};
      for (const Bytes& frame : to_hub) {
        auto reply = value_of(session.receive(frame, shop.clock.now()));
        for (Bytes& out : reply.frames) received.frames.push_back(std::move(out));
      }
      to_hub.clear();
      if (!received.frames.empty()) {
        till.step(received);
        to_hub = till.sent();
      } else if (till.find<Wake>() && till.find<Wake>()->mono_us <= till.mono_us + 1) {
        till.advance_ms(1);
        till.step(Tick{});
        to_hub = till.sent();
      }
    }
    EXPECT_TRUE(to_hub.empty());
  }
  void hang_up(Till& till) { till.step(LinkDown{kHubLink, "the line was cut"}); }
  // Puts a segment of a third terminal, as its author made it, into the hub.
  void third(const Bytes& segment) {
    const Verdict verdict = value_of(core.accept(shop.tenant, segment, shop.clock.now()));
    ASSERT_EQ(verdict.outcome, Outcome::stored);
  }
  std::int64_t ms() { return shop.clock.now().us / 1000; }
};

const Id kTea = id_of(0xaa, 1), kCake = id_of(0xaa, 2);

TEST_F(EngineTest, AChangeReachesTheOtherTerminal) {
  a.set(kTea, "1.20");
  EXPECT_EQ(a.status().waiting[index(Lane::normal)], 1U);
  exchange(a);
  exchange(b);
  EXPECT_EQ(b.value(kTea), "1.20");
  EXPECT_EQ(a.status().waiting_total(), 0U);
  EXPECT_TRUE(b.status().caught_up);
}

TEST_F(EngineTest, NotEnrolledItKeepsQuiet) {
  a.config.tenant = {};
  a.restart();
  a.sell(1);
  a.step(Tick{});
  EXPECT_EQ(a.find<Connect>(), nullptr);
  EXPECT_EQ(a.status().link, LinkState::not_enrolled);
  EXPECT_EQ(a.status().waiting_total(), 1U);
}

TEST_F(EngineTest, WhatWasSoldAloneIsSentAfterEnrolment) {
  a.config.tenant = {};
  a.restart();
  a.sell(1);
  a.config.tenant = shop.tenant;
  a.restart();
  exchange(a);
  exchange(b);
  EXPECT_TRUE(b.documents().contains(id_of(0x5a, 1)));
}

TEST_F(EngineTest, AResentSegmentHasTheIdenticalBytes) {
  const auto greeted = [&] {
    HubSession session(core, shop.tenant, Shop::device(0));
    a.step(LinkUp{});
    auto reply = value_of(session.receive(a.sent().at(0), shop.clock.now()));
    a.step(Received{kHubLink, reply.frames});
    return a.sent();
  };
  a.set(kTea, "1");
  const Bytes first = greeted().back();
  ASSERT_EQ(value_of(decode_message(first)).index(), 3U);
  hang_up(a);
  a.set(kTea, "2");
  const auto again = greeted();
  EXPECT_NE(std::find(again.begin(), again.end(), first), again.end());
}

TEST_F(EngineTest, ABacklogIsTakenInSmallStepsSoThatASaleNeverWaitsLong) {
  Chain chain{{Shop::device(2), 5, Lane::normal}};
  chain.ms = ms();
  for (std::uint8_t s = 0; s < 10; ++s) {
    std::vector<std::vector<Op>> groups(1);
    for (int i = 0; i < 200; ++i) {
      groups[0].push_back(set_sku(id_of(0xab), "x"));
      chain.random.fill(groups[0].back().row.bytes);
    }
    third(chain.segment(shop.tenant, *shop.keys[2], std::move(groups)));
  }
  HubSession session(core, shop.tenant, Shop::device(0));
  const auto hub = [&] {
    Received received;
    for (const Bytes& frame : a.sent()) {
      auto reply = value_of(session.receive(frame, shop.clock.now()));
      for (Bytes& out : reply.frames) received.frames.push_back(std::move(out));
    }
    return received;
  };
  a.step(LinkUp{});
  a.step(hub());
  a.step(hub());
  std::size_t rows = a.rows(), steps = 1;
  EXPECT_LE(rows, kMaxOpsPerStep + kMaxOpsPerSegment);
  for (; rows < 2000 && steps < 20; ++steps) {
    ASSERT_NE(a.find<Wake>(), nullptr);
    ASSERT_LE(a.find<Wake>()->mono_us, a.mono_us + 1);
    a.advance_ms(1);
    a.step(Tick{});
    EXPECT_LE(a.rows() - rows, kMaxOpsPerStep + kMaxOpsPerSegment);
    rows = a.rows();
  }
  EXPECT_EQ(rows, 2000U);
}

TEST_F(EngineTest, AStepEndsAfterOneSegmentWhenSomebodyWaitsForTheDatabase) {
  Chain chain{{Shop::device(2), 5, Lane::normal}};
  chain.ms = ms();
  for (int segment = 0; segment < 3; ++segment) {
    std::vector<std::vector<Op>> groups(1);
    for (int i = 0; i < 10; ++i) {
      groups[0].push_back(set_sku(id_of(0xab), "x"));
      chain.random.fill(groups[0].back().row.bytes);
    }
    third(chain.segment(shop.tenant, *shop.keys[2], std::move(groups)));
  }
  bool waits = true;
  a.config.somebody_waits = [&] { return waits; };
  a.restart();
  HubSession session(core, shop.tenant, Shop::device(0));
  const auto hub = [&] {
    Received received;
    for (const Bytes& frame : a.sent()) {
      auto reply = value_of(session.receive(frame, shop.clock.now()));
      for (Bytes& out : reply.frames) received.frames.push_back(std::move(out));
    }
    return received;
  };
  a.step(LinkUp{});
  a.step(hub());
  a.step(hub());
  EXPECT_EQ(a.rows(), 10U);
  ASSERT_NE(a.find<Wake>(), nullptr);
  EXPECT_LE(a.find<Wake>()->mono_us, a.mono_us + 1) << "it goes on right after";
  waits = false;
  a.advance_ms(1);
  a.step(Tick{});
  EXPECT_EQ(a.rows(), 30U);
}

TEST_F(EngineTest, NoMoreIsKeptOfWhatCameEarlyThanAWindow) {
  EarlyFrames early;
  SegmentMessage segment{7, 0, 0, Bytes(100'000)};
  for (std::uint64_t n = 2; n <= 40; ++n) {
    segment.sequence = n;
    segment.after = n - 1;
    early.keep(Lane::low, segment);
  }
  EXPECT_LE(early.bytes(), kWindowBytes);
  EXPECT_EQ(early.items(), kWindowBytes / 100'100);
  EXPECT_FALSE(early.next(Lane::low, 0)) << "the first one is still to come";
  EXPECT_FALSE(early.next(Lane::high, 1));
  EXPECT_TRUE(early.next(Lane::low, 1));
  EXPECT_FALSE(early.next(Lane::low, 100)) << "all that has come another way";
  EXPECT_EQ(early.items(), 0U);
  EXPECT_EQ(early.bytes(), 0U);
}

TEST_F(EngineTest, TriesAgainWithGrowingPausesUntilATapOrAChangeOfTheNetwork) {
  const auto begins_over = [&](const Event& event) {
    a.step(event);
    EXPECT_NE(a.find<Connect>(), nullptr);
    a.step(LinkDown{kHubLink, "nobody there"});
    EXPECT_LE(a.find<Wake>()->mono_us - a.mono_us, 1'001'000);
  };
  a.step(Tick{});
  std::int64_t longest_us = 0;
  for (int attempt = 0; attempt < 12; ++attempt) {
    ASSERT_NE(a.find<Connect>(), nullptr);
    a.step(LinkDown{kHubLink, "nobody there"});
    EXPECT_EQ(a.status().link, LinkState::offline);
    EXPECT_EQ(a.status().problem, "nobody there");
    ASSERT_NE(a.find<Wake>(), nullptr);
    const std::int64_t pause_us = a.find<Wake>()->mono_us - a.mono_us;
    longest_us = std::max(longest_us, pause_us);
    EXPECT_LE(pause_us, 301'000'000);
    a.mono_us += pause_us;
    a.step(Tick{});
  }
  EXPECT_GT(longest_us, 10'000'000);
  a.step(LinkDown{kHubLink, "nobody there"});
  begins_over(SyncNow{});
  for (int attempt = 0; attempt < 12; ++attempt) {
    a.mono_us = a.find<Wake>()->mono_us;
    a.step(Tick{});
    a.step(LinkDown{kHubLink, "nobody there"});
  }
  begins_over(NetworkChanged{});
}

TEST_F(EngineTest, AfterSoManyFailuresAsTheSettingsSayAPersonIsAskedAndItGoesOnTrying) {
  a.step(Tick{});
  for (std::uint32_t failed = 0; !a.status().asks_a_person; ++failed) {
    ASSERT_LE(failed, 100U);
    ASSERT_NE(a.find<Connect>(), nullptr);
    a.step(LinkDown{kHubLink, "nobody there"});
    a.mono_us = a.find<Wake>()->mono_us;
    a.step(Tick{});
  }
  EXPECT_EQ(a.status().peers.front().failures_in_row, EngineSettings{}.attempts_before_asking);
  EXPECT_NE(a.find<Connect>(), nullptr) << "all the same";
  exchange(a);
  EXPECT_FALSE(a.status().asks_a_person);
}

TEST_F(EngineTest, ASilentHubIsLeftAndTriedAgain) {
  a.step(LinkUp{});
  a.advance_ms(30'000);
  a.step(Tick{});
  EXPECT_NE(a.find<Disconnect>(), nullptr);
  EXPECT_NE(a.find<Wake>(), nullptr);
}

TEST_F(EngineTest, PausedItHangsUpAndOnlyAPersonStartsItAgain) {
  exchange(a);
  a.step(Pause{true});
  EXPECT_NE(a.find<Disconnect>(), nullptr);
  EXPECT_EQ(a.status().link, LinkState::paused);
  a.advance_ms(600'000);
  a.step(Tick{});
  EXPECT_EQ(a.find<Connect>(), nullptr);
  a.step(Pause{false});
  EXPECT_NE(a.find<Connect>(), nullptr);
}

TEST_F(EngineTest, AFailedCommitChangesNothingAndIsTriedAgain) {
  a.set(kTea, "1");
  value_of(a.disk.begin());
  (void)value_of(a.engine->step(a.store(), LinkUp{}, {a.mono_us, shop.clock.now()}));
  a.disk.roll_back();
  a.effects = a.engine->failed({ErrorKind::permanent, "the disk is full", {}}, {a.mono_us, shop.clock.now()});
  EXPECT_NE(a.find<Disconnect>(), nullptr);
  EXPECT_NE(a.find<Wake>(), nullptr);
  EXPECT_EQ(a.status().problem, "the disk is full");
  exchange(a);
  EXPECT_EQ(a.status().waiting_total(), 0U);
}

TEST_F(EngineTest, ALinkWhoseHangingUpCouldNotBeCommittedIsClosedAllTheSame) {
  a.step(LinkUp{});
  value_of(a.disk.begin());
  (void)value_of(a.engine->step(a.store(), Pause{true}, {a.mono_us, shop.clock.now()}));
  a.disk.roll_back();
  a.effects = a.engine->failed({ErrorKind::permanent, "the disk is full", {}}, {a.mono_us, shop.clock.now()});
  EXPECT_NE(a.find<Disconnect>(), nullptr);
}

TEST_F(EngineTest, AFullDiskIsNoReasonToConnectTwiceASecondThoughTheHubAnswersEveryTime) {
  const auto pause_after_a_full_disk_us = [&] {
    exchange(a);
    a.effects = a.engine->failed({ErrorKind::permanent, "the disk is full", {}}, {a.mono_us, shop.clock.now()});
    const std::int64_t pause_us = a.status().next_attempt_mono_us - a.mono_us;
    a.advance_ms(600'000);
    return pause_us;
  };
  std::int64_t longest_us = 0;
  for (int i = 0; i < 12; ++i) longest_us = std::max(longest_us, pause_after_a_full_disk_us());
  EXPECT_GT(longest_us, 60'000'000);
  a.sell(1);
  exchange(a);
  EXPECT_LE(pause_after_a_full_disk_us(), 1'000'000) << "something was stored and sent meanwhile";
}

TEST_F(EngineTest, AFailedCommitDoesNotMakeAPauseThatIsRunningLonger) {
  for (int i = 0; i < 6; ++i) {
    a.step(SyncNow{});
    a.step(LinkDown{kHubLink, "nobody there"});
  }
  const auto before = a.status();
  ASSERT_GT(before.next_attempt_mono_us, a.mono_us);
  for (int i = 0; i < 20; ++i)
    a.effects = a.engine->failed({ErrorKind::permanent, "the disk is full", {}}, {a.mono_us, shop.clock.now()});
  EXPECT_EQ(a.status().next_attempt_mono_us, before.next_attempt_mono_us);
  EXPECT_EQ(a.status().peers.front().failures_in_row, before.peers.front().failures_in_row);
  EXPECT_EQ(a.status().problem, "the disk is full");
  EXPECT_EQ(a.find<Disconnect>(), nullptr);
  ASSERT_NE(a.find<Wake>(), nullptr);
  EXPECT_GT(a.find<Wake>()->mono_us, a.mono_us) << "a disk that stays full is no reason to spin";
}

TEST_F(EngineTest, ARecordThatCannotBeStoredIsParkedAloneAndTheOthersOfItsSegmentCountOnce) {
  Chain chain{{Shop::device(2), 5, Lane::normal}};
  chain.ms = ms();
  const Op no_price = set_op(id_of(0xab, 9), 4, "not a price");
  third(chain.segment(shop.tenant, *shop.keys[2],
                      {{set_sku(kTea, "1")}, {set_sku(id_of(0xab, 8), "half"), no_price}, {set_sku(kCake, "2")}}));
  exchange(a);
  EXPECT_EQ(a.value(kTea), "1");
  EXPECT_EQ(a.value(kCake), "2");
  EXPECT_EQ(a.rows(), 2U) << "half of the record is here";
  ASSERT_EQ(a.status().parked, 1U);
  EXPECT_EQ(sim::parked_in(a.disk).at(0).reason, ParkedReason::failed);
  EXPECT_EQ(a.status().applied_records, 2U);
  EXPECT_GE(a.self().last_stamp, Stamp::of(chain.ms, 0));
  EXPECT_TRUE(sim::digests_are_true(a.disk));
}

TEST_F(EngineTest, ABadRecordIsParkedAndTheNextOneIsTaken) {
  Chain chain{{Shop::device(2), 5, Lane::normal}};
  chain.ms = ms();
  Op broken = set_sku(kTea, "x");
  third(chain.segment(shop.tenant, *shop.keys[2], {{broken, broken}, {set_sku(kCake, "2.50")}}));
  exchange(a);
  EXPECT_EQ(a.value(kCake), "2.50");
  EXPECT_EQ(a.value(kTea), "");
  ASSERT_EQ(a.status().parked, 1U);
  EXPECT_EQ(sim::parked_in(a.disk).at(0).reason, ParkedReason::invalid);
}

TEST_F(EngineTest, BytesThatAreNoRecordAreParkedAndTheNextOneIsTaken) {
  Chain chain{{Shop::device(2), 5, Lane::normal}};
  RecordBytes garbage{to_bytes("garbage"), chain_hash(chain.feed, 1, {}, view("garbage"))};
  chain.head = 1;
  chain.hash = garbage.hash;
  const RecordBytes good = chain.append({set_sku(kCake, "2.50")});
  EXPECT_FALSE(seal_segment(shop.tenant, chain.feed, 1, {}, {garbage, good}, *shop.keys[2]))
      << "our own program never sends such a thing";
}

TEST_F(EngineTest, WhatAnOlderProgramCannotReadIsAppliedOnceItIsBroughtUpToDate) {
  b.config.reader = kSchema - 1;
  b.restart();
  a.set(kTea, "9");
  a.sell(1);
  exchange(a);
  exchange(b);
  EXPECT_EQ(b.value(kTea), "");
  EXPECT_GT(b.status().parked, 0U);
  b.config.reader = kSchema;
  b.restart();
  exchange(b);
  EXPECT_EQ(b.value(kTea), "9");
  EXPECT_EQ(b.documents(), a.documents());
  EXPECT_EQ(b.status().parked, 0U);
}

TEST_F(EngineTest, AHubThatSendsWithoutBeingAskedDoesNotFillTheMemory) {
  a.config.somebody_waits = [] { return true; };  // so that one segment is a whole step
  a.restart();
  exchange(a);
  Chain chain{{Shop::device(2), 5, Lane::normal}};
  chain.ms = ms();
  Received received;
  received.frames.push_back(
      encode_message(SegmentMessage{0, 0, 0, chain.segment(shop.tenant, *shop.keys[2], {{set_sku(kTea, "x")}})}));
  const Bytes junk = encode_message(SegmentMessage{0, 0, 0, Bytes(kWindowBytes / 8, 1)});
  received.frames.resize(kMaxFramesPerStep, junk);
  a.step(received);
  for (const MemoryUse& use : a.engine->memory()) EXPECT_EQ(excess(use), "");
  EXPECT_NE(a.find<Disconnect>(), nullptr) << "a hub that does so is not one of ours";
}

struct OutOfOrderTest : EngineTest {
  HubSession session{core, shop.tenant, Shop::device(1)};

  // What the hub serves a newcomer: `n` segments of one lane, and the end.
  std::vector<Bytes> served(std::uint8_t n) {
    for (std::uint8_t i = 1; i <= n; ++i) {
      a.set(id_of(0xaa, i), "x");
      exchange(a);
    }
    b.step(LinkUp{});
    Received greeting;
    for (const Bytes& frame : b.sent()) {
      for (Bytes& out : value_of(session.receive(frame, shop.clock.now())).frames) greeting.frames.push_back(out);
    }
    b.step(greeting);
    return answers();
  }
  std::vector<Bytes> answers() {
    std::vector<Bytes> frames;
    for (const Bytes& frame : b.sent()) {
      for (Bytes& out : value_of(session.receive(frame, shop.clock.now())).frames) frames.push_back(out);
    }
    return frames;
  }
  std::size_t wants() const {
    std::size_t count = 0;
    for (const Bytes& frame : b.sent()) count += std::holds_alternative<Want>(value_of(decode_message(frame)));
    return count;
  }
};

TEST_F(OutOfOrderTest, FramesThatOvertookEachOtherDoNotMakeTheHubSendEverythingAgainForEachOfThem) {
  auto frames = served(20);
  std::erase_if(frames, [](const Bytes& frame) {
    return !std::holds_alternative<SegmentMessage>(value_of(decode_message(frame)));
  });
  ASSERT_EQ(frames.size(), 20U);
  std::size_t asked = 0;
  for (std::size_t i = 0; i < 10; ++i) {  // the first, the last, the second, the last but one
    for (const std::size_t at : {i, 19 - i}) {
      b.step(Received{kHubLink, {frames[at]}});
      asked += wants();
    }
  }
  EXPECT_EQ(asked, 0U) << "it may all be under way";
  EXPECT_EQ(b.rows(), 20U) << "and what came early is not thrown away";
  b.advance_ms(1'000);
  b.step(Tick{});
  EXPECT_EQ(wants(), 0U);
}

// On a line that always changes the order each WANT brought one or two of two hundred.
TEST_F(OutOfOrderTest, OfWhatComesAgainOnlyTheLostFrameWasLacking) {
  const auto frames = served(20);
  for (std::size_t at = 0; at < 20; ++at) {
    if (at != 3) b.step(Received{kHubLink, {frames[at]}});
  }
  EXPECT_EQ(b.rows(), 3U);
  b.step(Received{kHubLink, {frames[3]}});
  EXPECT_EQ(b.rows(), 20U);
  for (const MemoryUse& use : b.engine->memory()) EXPECT_EQ(use.inbox_items, 0U);
}

TEST_F(OutOfOrderTest, WhatWasOvertakenAndCameIsNotAskedForAgain) {
  const auto frames = served(3);
  for (const std::size_t at : {0, 2, 1, 2}) b.step(Received{kHubLink, {frames[at]}});
  EXPECT_EQ(b.rows(), 3U);
  b.advance_ms(1'000);
  b.step(Tick{});
  EXPECT_EQ(wants(), 0U);
}

TEST_F(OutOfOrderTest, ALostFrameIsAskedForAtOnceWhenNothingWasAskedForLately) {
  const auto frames = served(4);
  b.advance_ms(2'000);
  b.step(Received{kHubLink, {frames[0], frames[2]}});
  EXPECT_EQ(wants(), 1U);
  b.step(Received{kHubLink, {frames[3]}});
  EXPECT_EQ(wants(), 0U);
  b.advance_ms(1'000);
  b.step(Tick{});
  EXPECT_EQ(wants(), 1U) << "the answer was lost, too";
}

TEST_F(EngineTest, AGapThatTheHubCannotFillIsNotAskedForWithoutEnd) {
  Chain chain{{Shop::device(2), 5, Lane::normal}};
  chain.ms = ms();
  chain.segment(shop.tenant, *shop.keys[2], {{set_sku(kTea, "the hub lost it")}});
  const Bytes second = chain.segment(shop.tenant, *shop.keys[2], {{set_sku(kCake, "x")}});
  const Envelope e = value_of(parse_envelope(second));
  value_of(hub_store.append({shop.tenant, e.feed, 2, 2, e.previous_hash, e.last_hash, 0, false, 0, {}, second}));
  exchange(b);
  EXPECT_EQ(b.rows(), 0U);
}

TEST_F(EngineTest, ARecordOfANewerProgramWaitsForTheUpgrade) {
  Chain chain{{Shop::device(2), 5, Lane::normal}};
  chain.ms = ms();
  Record newer = chain.record({set_sku(kTea, "9")});
  newer.min_reader = kSchema + 1;
  const RecordHash before = chain.hash;
  const RecordBytes bytes = chain.append(newer), next = chain.append({set_sku(kCake, "2.50")});
  third(value_of(seal_segment(shop.tenant, chain.feed, 1, before, {bytes, next}, *shop.keys[2])));
  Chain unknown{{Shop::device(2), 5, Lane::high}};
  unknown.ms = ms();
  third(unknown.segment(shop.tenant, *shop.keys[2], {{set_op(kTea, 1, "?", 999)}}));
  exchange(a);
  EXPECT_EQ(a.value(kCake), "2.50");
  EXPECT_EQ(a.status().parked, 2U);
  for (const Parked& parked : sim::parked_in(a.disk)) EXPECT_EQ(parked.reason, ParkedReason::newer_program);
}

TEST_F(EngineTest, AMissingDependencyParksTheRecordUntilItComes) {
  Chain sales{{Shop::device(2), 5, Lane::critical}}, rows{{Shop::device(2), 5, Lane::normal}};
  sales.ms = rows.ms = ms();
  Record needing = sales.record({set_sku(kTea, "needs the other")});
  needing.needs = {{rows.feed, 1}};
  const RecordHash before = sales.hash;
  const RecordBytes first = sales.append(needing), second = sales.append({set_sku(kCake, "does not")});
  third(value_of(seal_segment(shop.tenant, sales.feed, 1, before, {first, second}, *shop.keys[2])));
  exchange(a);
  EXPECT_EQ(a.value(kCake), "does not");
  EXPECT_EQ(a.status().parked, 1U);
  third(rows.segment(shop.tenant, *shop.keys[2], {{set_sku(id_of(0xaa, 3), "x")}}));
  exchange(a);
  EXPECT_EQ(a.value(kTea), "needs the other");
  EXPECT_EQ(a.status().parked, 0U);
}

TEST_F(EngineTest, TwoHundredRecordsWithoutHopeKeepNoOtherWaiting) {
  Chain sales{{Shop::device(2), 5, Lane::critical}}, rows{{Shop::device(2), 5, Lane::normal}};
  sales.ms = rows.ms = ms();
  const RecordHash before = sales.hash;
  std::vector<RecordBytes> waiting;
  for (int i = 0; i < 201; ++i) {
    Record needing = sales.record({set_sku(i < 200 ? kCake : kTea, "needs another")});
    needing.needs = {{rows.feed, i < 200 ? 99U : 1U}};
    waiting.push_back(sales.append(needing));
  }
  third(value_of(seal_segment(shop.tenant, sales.feed, 1, before, waiting, *shop.keys[2])));
  exchange(a);
  ASSERT_EQ(a.status().parked, 201U);
  third(rows.segment(shop.tenant, *shop.keys[2], {{set_sku(id_of(0xaa, 3), "x")}}));
  exchange(a);
  EXPECT_EQ(a.value(kTea), "needs another");
  EXPECT_EQ(a.status().parked, 200U);
}

TEST_F(EngineTest, ARecordThatADamagedRowCouldNotTakeIsTakenOnceTheRowIsRight) {
  Chain chain{{Shop::device(2), 5, Lane::normal}};
  chain.ms = ms();
  third(chain.segment(shop.tenant, *shop.keys[2], {{set_sku(kTea, "1")}}));
  exchange(a);
  const auto on_disk = [&](const std::string& sql) {
    value_of(a.disk.begin());
    value_of(a.disk.tx().run(sql, kTea));
    value_of(a.disk.commit());
  };
  on_disk("CREATE TABLE kept AS SELECT * FROM sync_row WHERE id = ?1");
  on_disk("UPDATE sync_row SET state = x'ff' WHERE id = ?1");
  third(chain.segment(shop.tenant, *shop.keys[2], {{set_sku(kTea, "2")}}));
  exchange(a);
  ASSERT_EQ(a.status().parked, 1U);
  const Parked parked = sim::parked_in(a.disk).at(0);
  EXPECT_EQ(parked.reason, ParkedReason::failed);
  a.advance_ms(1000);
  a.step(LocalCommit{});
  EXPECT_EQ(sim::parked_in(a.disk).at(0).number, parked.number) << "it is the same one, known since then";
  on_disk("UPDATE sync_row SET state = (SELECT state FROM kept) WHERE id = ?1");
  a.step(LocalCommit{});
  EXPECT_EQ(a.value(kTea), "2");
  EXPECT_EQ(a.status().parked, 0U);
}

// They were one change with two values, and who held both kept the one that came first.
TEST_F(EngineTest, WhatTwinsWriteInTheSameMillisecondIsTwoChanges) {
  Till one(shop, 0), twin(shop, 1);
  twin.put_in_disk(one.disk.image());
  one.set(id_of(0xaa), "one");
  twin.set(id_of(0xaa), "two");
  const auto change_of = [](Till& till) {
    return value_of(till.store().load_row(kProduct, id_of(0xaa))).fields.at(kSku).order;
  };
  EXPECT_EQ(change_of(one).sequence, change_of(twin).sequence);
  EXPECT_EQ(change_of(one).incarnation, change_of(twin).incarnation);
  EXPECT_NE(change_of(one), change_of(twin));
}

// The rest of an own feed stood in a snapshot alone, since a restore had lost it: with a relay beside the hub the
// terminal looked for the segments in its log, hung up everywhere, and began again; or it said for ever that a record
// waits.
TEST_F(EngineTest, WhatOnlyASnapshotHasOfTheOwnLogKeepsNoRelayWaiting) {
  constexpr LinkNumber kRelay = 1;
  for (const char* sku : {"1", "2", "3"}) {
    a.set(kTea, sku);
    exchange(a);
    hang_up(a);
  }
  value_of(a.disk.begin());
  RecordHash end{};
  end.fill(0xee);
  value_of(a.store().raise_head({{Shop::device(0), a.self().incarnation, Lane::normal}, 5, end, 0}));
  value_of(a.disk.commit());

  sim::MemoryHubStore relay_store;
  relay_store.tenants[shop.tenant].devices[Shop::device(0)] = {shop.public_key(0), false};
  HubCore relay(relay_store);
  HubSession session(relay, shop.tenant, Shop::device(0));
  a.config.peers = {{kHubLink, {}}, {kRelay, {}}};
  a.restart();
  a.step(LinkUp{kRelay});
  converse(a, session, kRelay);
  hang_up(a);
  a.step(LinkDown{kRelay, "the line was cut"});
  HubSession later(relay, shop.tenant, Shop::device(0));
  a.step(LinkUp{kRelay});
  converse(a, later, kRelay);
  EXPECT_EQ(relay_store.tenants[shop.tenant].log.size(), 3U) << "what the log has is sent";
  const auto status = a.status();
  const auto at_relay = std::ranges::find(status.peers, kRelay, &PeerStatus::link);
  ASSERT_NE(at_relay, status.peers.end());
  EXPECT_EQ(at_relay->waiting[index(Lane::normal)], 0U);

  a.step(LinkDown{kRelay, "the line was cut"});
  a.set(kTea, "4");  // behind what no relay can be given: it cannot be given this either, and the hub can
  EXPECT_EQ(a.status().waiting_total(), 1U) << "nobody holds it";
  HubSession last(relay, shop.tenant, Shop::device(0));
  a.step(LinkUp{kRelay});
  converse(a, last, kRelay);
  EXPECT_EQ(relay_store.tenants[shop.tenant].log.size(), 3U);
  EXPECT_EQ(a.status().waiting_total(), 1U);
  const auto peers = a.status().peers;
  const auto again = std::ranges::find(peers, kRelay, &PeerStatus::link);
  EXPECT_EQ(again->waiting[index(Lane::normal)], 0U);
}

// Its cursor passed what a twin had sent, since the hub took that for its own; a snapshot that it made then stood for
// sales that were not in it.
TEST_F(EngineTest, TheCursorNeverPassesWhatATwinSentMeanwhile) {
  HubSession session(core, shop.tenant, Shop::device(0));
  a.step(LinkUp{});
  converse(a, session);
  a.sell(1);
  a.step(LocalCommit{});
  converse(a, session);
  EXPECT_EQ(a.status().waiting_total(), 0U);
  EXPECT_TRUE(value_of(session.serve()).empty()) << "what it sent itself is not served to it";

  Till twin(shop, 0);
  twin.put_in_disk(a.disk.image());
  twin.sell(2);
  exchange(twin);
  b.sell(3);
  exchange(b);
  const Incarnation before = a.self().incarnation;
  a.step(Received{kHubLink, value_of(session.serve())});
  EXPECT_NE(a.self().incarnation, before);
  EXPECT_EQ(value_of(a.store().cursor(kHubLink)).after, Cursor{}.after);
  hang_up(a);
  exchange(a);
  EXPECT_EQ(a.documents(), (std::set{id_of(0x5a, 1), id_of(0x5a, 2), id_of(0x5a, 3)}));
}

TEST_F(EngineTest, ATerminalWhoseClockWasPutRightAsksAgainForWhatItsTwinWrote) {
  shop.clock.advance(std::chrono::hours(1));
  a.set(kTea, "of the time ahead");
  exchange(a);
  shop.clock.advance(-std::chrono::hours(1));
  a.step(LinkUp{});
  const Incarnation before = a.self().incarnation;
  value_of(a.disk.begin());
  ASSERT_TRUE(value_of(amend_own_clock(a.store(), a.log, *shop.keys[0], a.random, shop.clock.now())));
  value_of(a.log.seal(a.store()));
  value_of(a.disk.commit());
  EXPECT_NE(a.self().incarnation, before);
  EXPECT_EQ(value_of(a.store().cursor(kHubLink)).after, Cursor{}.after);
  a.step(LocalCommit{});
  EXPECT_NE(a.find<Disconnect>(), nullptr) << "a session is for one incarnation";
}

TEST_F(EngineTest, WhatOthersWroteAheadIsNoReasonToGoBackBeforeIt) {
  shop.clock.advance(std::chrono::hours(1));
  b.set(kTea, "of the time ahead");
  exchange(b);
  exchange(a);
  shop.clock.advance(-std::chrono::hours(1));
  const SelfState before = a.self();
  value_of(a.disk.begin());
  EXPECT_FALSE(value_of(amend_own_clock(a.store(), a.log, *shop.keys[0], a.random, shop.clock.now())));
  value_of(a.disk.commit());
  EXPECT_EQ(a.self().incarnation, before.incarnation);
  EXPECT_EQ(a.self().last_stamp, before.last_stamp);
}

TEST_F(EngineTest, SegmentsOfAnUnknownDeviceWaitForItsKeyAndAreAskedFor) {
  RingKeys few(shop.ring, shop.signing[0], shop.random);
  few.set_device(Shop::device(0), shop.public_key(0));
  a.engine = std::make_unique<Engine>(a.config, few, a.random);
  b.set(kTea, "1.20");
  exchange(b);
  HubSession session(core, shop.tenant, Shop::device(0));
  exchange(a);
  EXPECT_EQ(a.value(kTea), "");
  EXPECT_EQ(a.status().parked, 1U);
  few.set_device(Shop::device(1), shop.public_key(1));
  a.step(KeysChanged{});
  EXPECT_EQ(a.value(kTea), "1.20");
  EXPECT_EQ(a.status().parked, 0U);
}

TEST_F(EngineTest, SegmentsOfAnUnknownEpochWaitForTheRing) {
  auto ring = shop.ring.clone();
  RingKeys behind(ring, shop.signing[0], shop.random);
  for (std::size_t i = 0; i < 3; ++i) behind.set_device(Shop::device(i), shop.public_key(i));
  a.engine = std::make_unique<Engine>(a.config, behind, a.random);
  shop.ring.rotate(shop.clock, shop.random);
  b.set(kTea, "1.20");
  exchange(b);
  exchange(a);
  EXPECT_EQ(a.value(kTea), "");
  ASSERT_TRUE(ring.merge(shop.ring));
  a.step(KeysChanged{});
  EXPECT_EQ(a.value(kTea), "1.20");
}

TEST_F(EngineTest, OfTwoKeysMadeAtOnceUnderOneNumberTheOtherOneIsWaitedFor) {
  auto ring = shop.ring.clone();
  RingKeys mine(ring, shop.signing[0], shop.random);
  for (std::size_t i = 0; i < 3; ++i) mine.set_device(Shop::device(i), shop.public_key(i));
  a.engine = std::make_unique<Engine>(a.config, mine, a.random);
  shop.ring.rotate(shop.clock, shop.random);
  ring.rotate(shop.clock, shop.random);
  b.set(kTea, "1.20");
  exchange(b);
  exchange(a);
  ASSERT_EQ(sim::parked_in(a.disk).size(), 1U);
  EXPECT_EQ(sim::parked_in(a.disk)[0].reason, ParkedReason::unknown_key);
  const auto number = sim::parked_in(a.disk)[0].number;
  a.step(KeysChanged{});
  EXPECT_EQ(sim::parked_in(a.disk)[0].number, number) << "it is the same one, known since then";
  ASSERT_TRUE(ring.merge(shop.ring));
  a.step(KeysChanged{});
  EXPECT_EQ(a.value(kTea), "1.20");
  EXPECT_EQ(a.status().parked, 0U);
}

TEST_F(EngineTest, AClockAheadHoldsRowsBackButNeverSales) {
  Chain rows{{Shop::device(2), 5, Lane::normal}}, sales{{Shop::device(2), 5, Lane::critical}};
  rows.ms = sales.ms = ms() + 3'600'000;
  third(rows.segment(shop.tenant, *shop.keys[2], {{set_sku(kTea, "tomorrow's")}}));
  Op sale;
  sale.kind = OpKind::add;
  sale.entity = kSale;
  sale.row = id_of(0x5a, 9);
  sale.fields = to_fields(domain::Sale{});
  third(sales.segment(shop.tenant, *shop.keys[2], {{sale}}));
  exchange(a);
  EXPECT_TRUE(a.documents().contains(sale.row));
  EXPECT_EQ(a.value(kTea), "");
  EXPECT_EQ(sim::parked_in(a.disk).at(0).reason, ParkedReason::future_stamp);
  a.set(kTea, "now");
  EXPECT_LT(a.self().last_stamp.ms(), ms() + kFutureLimit_ms) << "a wrong clock is not followed";
  a.advance_ms(3'600'000);
  a.step(Tick{});
  EXPECT_EQ(a.value(kTea), "tomorrow's");
}

// Its author is gone for good, and everybody would have had to wait for three years.
TEST_F(EngineTest, WhatATerminalWithAWrongClockLeftBehindCountsWhenAnAdministratorSaysSo) {
  Chain rows{{Shop::device(2), 5, Lane::normal}};
  rows.ms = ms() + 3LL * 365 * 24 * 3'600'000;
  third(rows.segment(shop.tenant, *shop.keys[2], {{set_sku(kTea, "of 2026")}, {set_sku(kCake, "cake")}}));
  exchange(a);
  exchange(b);
  ASSERT_EQ(a.status().parked, 2U);
  ASSERT_EQ(b.status().parked, 2U);
  b.advance_ms(60'000);

  value_of(a.disk.begin());
  EXPECT_TRUE(value_of(amendments_for_held(a.store(), a.random, Shop::device(1), shop.clock.now())).empty());
  const auto said = value_of(amendments_for_held(a.store(), a.random, Shop::device(2), shop.clock.now()));
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(said[0].first, 1U);
  EXPECT_EQ(said[0].last, 2U);
  value_of(amend(a.store(), a.log, *shop.keys[0], said[0]));
  value_of(a.log.seal(a.store()));
  value_of(a.disk.commit());
  exchange(a);
  exchange(b);
  for (Till* till : {&a, &b}) {
    EXPECT_EQ(till->status().parked, 0U);
    EXPECT_EQ(till->value(kTea), "of 2026");
    EXPECT_EQ(till->value(kCake), "cake");
  }
  b.set(kTea, "newer");
  exchange(b);
  exchange(a);
  EXPECT_EQ(a.value(kTea), "newer") << "it counts as made when it came, before this one";
}

TEST_F(EngineTest, TheHubsTimeIsTrustedOverAWrongClock) {
  const UtcTime truth = shop.clock.now();
  a.step(LinkUp{});
  HubSession session(core, shop.tenant, Shop::device(0));
  auto reply = value_of(session.receive(a.sent().at(0), {truth.us + 86'400'000'000}));
  a.step(Received{kHubLink, reply.frames});
  EXPECT_EQ(a.status().clock_offset_ms, 86'400'000);
  a.set(kTea, "x");
  EXPECT_GE(a.self().last_stamp.ms(), truth.us / 1000 + 86'400'000);
}

TEST_F(EngineTest, ARevokedTerminalIsToldSoAndKeepsItsRecords) {
  a.sell(1);
  hub_store.tenants[shop.tenant].devices[Shop::device(0)].revoked = true;
  exchange(a);
  EXPECT_EQ(a.status().problem, sentence(Outcome::revoked));
  EXPECT_EQ(a.status().waiting_total(), 1U);
  EXPECT_EQ(value_of(a.engine->stuck(a.store())), "");
}

TEST_F(EngineTest, AHubThatLostItsDataGetsEverythingAgain) {
  a.sell(1);
  b.sell(2);
  exchange(a);
  exchange(b);
  exchange(a);
  auto& tenant = hub_store.tenants[shop.tenant];
  tenant.log.clear();
  tenant.heads.clear();
  tenant.epoch = 2;
  exchange(a);
  exchange(b);
  exchange(a);
  EXPECT_EQ(tenant.log.size(), 2U);
  EXPECT_EQ(a.documents().size(), 2U);
  EXPECT_EQ(b.documents().size(), 2U);
  EXPECT_EQ(a.status().waiting_total(), 0U);
}

TEST_F(EngineTest, AHubThatKnowsMoreOfUsMakesANewIncarnationAndGivesTheLostTailBack) {
  a.sell(1);
  exchange(a);
  const crash::Image copy = a.disk.image();
  a.sell(2);
  exchange(a);
  a.put_in_disk(copy);
  a.sell(3);
  const Incarnation before = a.self().incarnation;
  exchange(a);
  EXPECT_EQ(a.status().link, LinkState::offline);
  exchange(a);
  EXPECT_NE(a.self().incarnation, before);
  exchange(b);
  exchange(a);
  EXPECT_EQ(a.documents().size(), 3U);
  EXPECT_EQ(b.documents().size(), 3U);
}

TEST_F(EngineTest, AHubOfAnotherShopIsLeft) {
  a.step(LinkUp{});
  Hello hello;
  hello.tenant = id_of(0x99);
  a.step(Received{kHubLink, {encode_message(hello)}});
  EXPECT_NE(a.find<Disconnect>(), nullptr);
  a.step(LinkUp{});
  a.step(Received{kHubLink, {Bytes(50, 7)}});
  EXPECT_NE(a.find<Disconnect>(), nullptr);
}

TEST(LocalLogTest, ALargeGroupBecomesSeveralRecordsAndARowChangedTwiceIsWrittenOnce) {
  Shop shop;
  Till till(shop, 0);
  value_of(till.disk.begin());
  for (int i = 0; i < 600; ++i) {
    Id row = id_of(0xab);
    row.bytes[14] = static_cast<std::uint8_t>(i >> 8);
    row.bytes[15] = static_cast<std::uint8_t>(i);
    const auto set = [&](FieldMap fields) {
      value_of(till.log.set(till.store(), Lane::normal, kProduct, row, std::move(fields)));
    };
    set({{kSku, encode(std::string("a"))}, {2, encode(std::string("b"))}});
    set({{kSku, encode(std::string("c"))}});
    set({{kSku, encode(std::string("c"))}});
  }
  value_of(till.log.seal(till.store()));
  value_of(till.disk.commit());
  const auto own = value_of(till.store().own_feeds());
  ASSERT_EQ(own.size(), 1U);
  EXPECT_EQ(own[0].head, 3U);
  const auto uncut = value_of(till.store().uncut(own[0].feed, 256));
  const Record record = value_of(decode_body(own[0].feed, 1, uncut.at(0).body));
  EXPECT_EQ(record.ops.size(), 256U);
  EXPECT_EQ(value_of(decode<std::string>(record.ops[0].fields.at(kSku))), "c");
  EXPECT_TRUE(flaw(record).empty());
}

TEST_F(EngineTest, AnEditAfterAConflictSettlesItEverywhere) {
  a.set(kTea, "1");
  b.set(kTea, "2");
  exchange(a);
  exchange(b);
  exchange(a);
  EXPECT_EQ(a.status().conflicts, 1U);
  EXPECT_EQ(b.status().conflicts, 1U);
  a.set(kTea, "3");
  exchange(a);
  exchange(b);
  EXPECT_EQ(a.status().conflicts, 0U);
  EXPECT_EQ(b.status().conflicts, 0U);
  EXPECT_EQ(b.value(kTea), "3");
}

TEST(LocalLogTest, WhatDoesNotDifferIsNotWritten) {
  Shop shop;
  Till till(shop, 0);
  till.set(kTea, "1");
  till.set(kTea, "1");
  EXPECT_EQ(value_of(till.store().own_feeds()).at(0).head, 1U);
}

}  // namespace
}  // namespace till::sync

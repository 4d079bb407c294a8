#include <gtest/gtest.h>

#include "carrier_fixture.hpp"
#include "storage/sync_pruning.hpp"
#include "sync/hub_session.hpp"

namespace till::sync {
namespace {

const Id kTea = id_of(0xaa, 1), kCake = id_of(0xaa, 2);

Id sale(std::uint8_t n) {
  return id_of(0x5a, n);
}

struct CarrierTest : testing::Test {
  Shop shop{3};
  Carrier stick;
  CarrierTill a{shop, 0}, b{shop, 1}, c{shop, 2};
};

TEST_F(CarrierTest, CarriesChangesBothWays) {
  a.set(kTea, "1.20");
  b.sell(1);
  a.visit(stick);
  b.visit(stick);
  a.visit(stick);
  EXPECT_EQ(b.value(kTea), "1.20");
  EXPECT_TRUE(a.documents().contains(sale(1)));
}

TEST_F(CarrierTest, WhatLiesThereIsNotConfirmed) {
  a.sell(1);
  a.plug(stick);
  EXPECT_EQ(stick.files.size(), 1U);
  EXPECT_EQ(a.status().waiting_total(), 1U);
  EXPECT_EQ(a.peer().waiting[index(Lane::critical)], 0U) << "but it is on this stick";
  EXPECT_TRUE(a.peer().caught_up);
}

TEST_F(CarrierTest, AStickCarriesAWholeShop) {
  a.sell(1);
  a.visit(stick);
  b.sell(2);
  b.visit(stick);
  Carrier other;
  b.visit(other);
  c.visit(other);
  EXPECT_TRUE(c.documents().contains(sale(1))) << "b passes on what a made";
  EXPECT_TRUE(c.documents().contains(sale(2)));
}

TEST_F(CarrierTest, ANewSaleIsWrittenAtOnce) {
  a.plug(stick);
  a.sell(1);
  a.run(LocalCommit{});
  EXPECT_EQ(stick.files.size(), 1U);
}

TEST_F(CarrierTest, NewsOnASharedFolderAreTakenAtTheNextListing) {
  a.plug(stick);
  b.plug(stick);
  a.sell(1);
  a.run(LocalCommit{});
  b.wait_ms(59'000);
  EXPECT_FALSE(b.documents().contains(sale(1))) << "a stick is not listed more often than once a minute";
  b.wait_ms(2'000);
  EXPECT_TRUE(b.documents().contains(sale(1)));
}

TEST_F(CarrierTest, NothingIsReadOrWrittenTwice) {
  a.sell(1);
  a.visit(stick);
  b.plug(stick);
  const std::size_t writes = stick.writes, reads = stick.reads;
  b.wait_ms(61'000);
  b.wait_ms(61'000);
  EXPECT_EQ(stick.writes, writes);
  EXPECT_EQ(stick.reads, reads);
  EXPECT_GE(stick.listings, 4U);
}

TEST_F(CarrierTest, ASaleIsWrittenBeforeAnImport) {
  for (std::uint8_t i = 0; i < 100; ++i) a.set(id_of(0xab, i), "x");
  a.sell(1);
  std::vector<std::string> order;
  stick.loses = [&](const std::string& name) {
    order.push_back(name);
    return false;
  };
  a.plug(stick);
  ASSERT_GE(order.size(), 2U);
  EXPECT_EQ(parse_carrier_name(carrier_folder(shop.tenant), order[0])->lane, Lane::critical);
}

TEST_F(CarrierTest, AWipedStickIsFilledAgain) {
  a.sell(1);
  b.sell(2);
  a.visit(stick);
  b.plug(stick);
  const auto before = stick.files;
  ASSERT_EQ(before.size(), 2U);
  stick.files.clear();
  b.wait_ms(61'000);
  EXPECT_EQ(stick.files, before);
  EXPECT_EQ(b.documents().size(), 2U) << "what is missing there is not deleted here";
}

TEST_F(CarrierTest, AnEmptyStickTakesNothingAway) {
  a.sell(1);
  a.visit(stick);
  Carrier empty;
  a.visit(empty);
  EXPECT_EQ(a.documents().size(), 1U);
  EXPECT_EQ(empty.files, stick.files);
}

TEST_F(CarrierTest, ALyingSticksLostWritesAreFoundWhenItComesBackAndWrittenAgain) {
  a.sell(1);
  stick.loses = [](const std::string&) { return true; };
  a.visit(stick);
  EXPECT_TRUE(stick.files.empty());
  stick.loses = [](const std::string&) { return false; };
  a.visit(stick);
  b.visit(stick);
  EXPECT_TRUE(b.documents().contains(sale(1)));
}

TEST_F(CarrierTest, ATornFileIsPassedOverToldOnceAndMendedByItsAuthor) {
  a.sell(1);
  a.visit(stick);
  Bytes& file = stick.files.begin()->second;
  const Bytes whole = file;
  file.resize(file.size() / 2);
  b.plug(stick);
  b.wait_ms(61'000);
  EXPECT_TRUE(b.documents().empty());
  ASSERT_EQ(b.incidents.size(), 1U);
  EXPECT_NE(b.incidents[0].find(stick.files.begin()->first), std::string::npos) << b.incidents[0];
  EXPECT_NE(b.peer().problem.find("passed over: 1"), std::string::npos);
  EXPECT_EQ(b.status().parked, 0U);
  a.visit(stick);
  EXPECT_EQ(stick.files.begin()->second, whole) << "nobody has confirmed it: its author reads it back";
  b.wait_ms(600'000);
  EXPECT_TRUE(b.documents().contains(sale(1)));
  EXPECT_EQ(b.peer().problem, "");
}

TEST_F(CarrierTest, ATornFileHoldsOnlyItsOwnFeedBack) {
  a.sell(1);
  a.plug(stick);
  a.sell(2);
  a.run(LocalCommit{});
  a.set(kTea, "1.20");
  a.run(LocalCommit{});
  ASSERT_EQ(stick.files.size(), 3U);
  stick.files.begin()->second.pop_back();
  b.visit(stick);
  EXPECT_TRUE(b.documents().empty()) << "the second sale follows a record that is not here";
  EXPECT_EQ(b.value(kTea), "1.20");
}

TEST_F(CarrierTest, AForgedFileIsPassedOver) {
  Chain chain{{Shop::device(0), 5, Lane::normal}};
  const Bytes forged = chain.segment(shop.tenant, *shop.keys[2], {{set_sku(kTea, "0.01")}});
  stick.files[to_string(carrier_folder(shop.tenant), carrier_name(value_of(parse_envelope(forged))))] = forged;
  b.plug(stick);
  EXPECT_EQ(b.value(kTea), "");
  EXPECT_EQ(b.status().parked, 0U) << "what anybody may have put there takes no room here";
  EXPECT_EQ(b.incidents.size(), 1U);
}

TEST_F(CarrierTest, AnotherShopsFilesAndRubbishArePassedOver) {
  const std::string folder = carrier_folder(shop.tenant);
  Chain chain{{Shop::device(2), 5, Lane::normal}};
  const Bytes alien = chain.segment(id_of(0x99), *shop.keys[2], {{set_sku(kTea, "0.01")}});
  stick.files[to_string(folder, carrier_name(value_of(parse_envelope(alien))))] = alien;
  stick.files["till-0000000000000000/x"] = alien;
  stick.files[folder + "/holiday.jpg"] = Bytes(1000, 1);
  a.sell(1);
  a.visit(stick);
  b.visit(stick);
  EXPECT_EQ(b.documents().size(), 1U);
  EXPECT_EQ(b.rows(), 0U);
  EXPECT_EQ(b.incidents.size(), 1U);
}

TEST_F(CarrierTest, AFileUnderTheNameOfAnotherIsPassedOver) {
  a.sell(1);
  a.visit(stick);
  const std::string folder = carrier_folder(shop.tenant);
  const auto [name, bytes] = *stick.files.begin();
  CarrierName next = *parse_carrier_name(folder, name);
  next.first = 2;
  stick.files[to_string(folder, next)] = bytes;
  b.plug(stick);
  EXPECT_EQ(b.documents().size(), 1U);
  EXPECT_NE(b.peer().problem.find("passed over: 1"), std::string::npos) << b.peer().problem;
}

TEST_F(CarrierTest, FilesOfAnUnknownTerminalStayWhereTheyAreUntilItsKeyIsHere) {
  RingKeys few(shop.ring, shop.signing[1], shop.random);
  few.set_device(Shop::device(1), shop.public_key(1));
  b.engine = std::make_unique<Engine>(b.config, few, b.random);
  a.sell(1);
  a.visit(stick);
  b.plugged[kStick] = &stick;
  b.step(LinkUp{kStick});
  b.run(CarrierListed{kStick, {stick.files.begin()->first}, false});
  EXPECT_EQ(b.status().parked, 0U);
  EXPECT_TRUE(b.documents().empty());
  few.set_device(Shop::device(0), shop.public_key(0));
  b.wait_ms(61'000);
  EXPECT_TRUE(b.documents().contains(sale(1)));
}

TEST_F(CarrierTest, AGapIsLeftForTheListingThatFillsIt) {
  a.plug(stick);
  for (std::uint8_t n = 1; n <= 3; ++n) {
    a.sell(n);
    a.run(LocalCommit{});
  }
  ASSERT_EQ(stick.files.size(), 3U);
  const auto middle = *std::next(stick.files.begin());
  stick.files.erase(middle.first);
  b.plug(stick);
  EXPECT_EQ(b.documents().size(), 1U);
  EXPECT_EQ(stick.reads, 1U) << "what cannot be placed is not even read";
  stick.files.insert(middle);
  b.wait_ms(61'000);
  EXPECT_EQ(b.documents().size(), 3U);
}

TEST_F(CarrierTest, TwoSticksCarryTheSameAndEachGetsAll) {
  CarrierTill both(shop, 0, {kStick, kOtherStick});
  Carrier blue;
  both.sell(1);
  both.plug(stick);
  both.plug(blue, kOtherStick);
  EXPECT_EQ(stick.files, blue.files);
  b.visit(stick);
  b.visit(blue);
  EXPECT_EQ(b.documents().size(), 1U);
  b.sell(2);
  b.visit(blue);
  both.wait_ms(61'000);
  EXPECT_EQ(both.documents().size(), 2U);
  EXPECT_EQ(stick.files, blue.files) << "what came over one goes on to the other";
}

TEST_F(CarrierTest, AFullStickIsReadAndTriedAgainWithAPause) {
  b.sell(2);
  b.visit(stick);
  stick.problem = "the stick is full; empty it";
  a.sell(1);
  a.plug(stick);
  EXPECT_EQ(a.documents().size(), 2U);
  EXPECT_EQ(a.peer().state, LinkState::connected);
  EXPECT_EQ(a.peer().problem, stick.problem);
  EXPECT_EQ(a.status().problem, stick.problem);
  EXPECT_FALSE(a.peer().caught_up);
  const std::size_t writes = stick.writes;
  a.run(LocalCommit{});
  EXPECT_EQ(stick.writes, writes) << "not before the pause is over";
  stick.problem.clear();
  a.wait_ms(61'000);
  EXPECT_EQ(stick.files.size(), 2U);
  EXPECT_EQ(a.peer().problem, "");
}

TEST_F(CarrierTest, AStickThatIsAwayIsLookedForAndAsksNobody) {
  a.sell(1);
  a.run(Tick{});
  for (int i = 0; i < 40; ++i) {
    ASSERT_NE(a.wake_at_us, 0);
    ASSERT_LE(a.wake_at_us - a.mono_us, 61'000'000);
    a.mono_us = std::max(a.mono_us, a.wake_at_us);
    a.wake_at_us = 0;
    a.run(Tick{});
  }
  EXPECT_EQ(a.status().problem, "the stick is not here");
  EXPECT_FALSE(a.status().asks_a_person);
  a.plugged[kStick] = &stick;
  a.run(SyncNow{});
  EXPECT_EQ(stick.files.size(), 1U);
}

TEST_F(CarrierTest, ACarrierThatNeverAnswersIsLeftAndTriedAgain) {
  a.step(LinkUp{kStick});
  ASSERT_NE(a.find<ListCarrier>(), nullptr);
  a.advance_ms(600'000);
  a.step(Tick{});
  EXPECT_NE(a.find<Disconnect>(), nullptr);
  EXPECT_NE(a.find<Wake>(), nullptr);
}

TEST_F(CarrierTest, AnswersThatNobodyWaitsForChangeNothing) {
  a.step(CarrierListed{kStick, {"x"}, false});
  a.step(CarrierRead{kStick, "x", {}});
  a.step(CarrierWritten{kStick, "x", {}});
  a.step(CarrierListed{kHubLink, {"x"}, false});
  a.sell(1);
  a.plug(stick);
  a.step(CarrierRead{kStick, stick.files.begin()->first, Bytes(10, 1)});
  a.step(CarrierWritten{kStick, stick.files.begin()->first, "refused"});
  EXPECT_EQ(a.peer().problem, "");
  EXPECT_TRUE(a.peer().caught_up);
}

TEST_F(CarrierTest, AFailedCommitIsRepeatedFromWhatIsDurable) {
  a.plug(stick);
  a.sell(1);
  value_of(a.disk.begin());
  (void)value_of(a.engine->step(a.store(), LocalCommit{}, {a.mono_us, shop.clock.now()}));
  a.disk.roll_back();
  static_cast<void>(a.engine->failed({ErrorKind::permanent, "the disk is full", {}}, {a.mono_us, shop.clock.now()}));
  EXPECT_TRUE(stick.files.empty());
  a.mono_us += 2'000'000;
  a.run(Tick{});
  EXPECT_EQ(stick.files.size(), 1U);
}

TEST_F(CarrierTest, ARestoredTerminalThatMeetsItsOwnFutureStartsANewChainAndGetsTheLostTailBack) {
  a.sell(1);
  a.visit(stick);
  const crash::Image copy = a.disk.image();
  a.sell(2);
  a.visit(stick);
  a.put_in_disk(copy);
  a.sell(3);
  const Incarnation before = a.self().incarnation;
  a.visit(stick);
  EXPECT_NE(a.self().incarnation, before);
  a.visit(stick);
  b.visit(stick);
  EXPECT_EQ(a.documents().size(), 3U);
  EXPECT_EQ(b.documents().size(), 3U);
}

// It was taken for one of its own, which are not in the log any more.
TEST_F(CarrierTest, ASaleOfATwinUnderANumberThatTheOwnLogHasNoMore) {
  a.sell(1);
  a.visit(stick);
  const crash::Image copy = a.disk.image();
  a.sell(2);
  a.visit(stick);
  const Feed feed{Shop::device(0), a.self().incarnation, Lane::critical};
  value_of(a.disk.begin());
  value_of(a.store().set_acked(kHubLink, feed, 2));
  value_of(storage::prune_log(a.disk.tx(), {{feed, 2}}, INT64_MAX, 100));
  value_of(a.disk.commit());
  ASSERT_EQ(value_of(a.store().floor(feed)), 2U);
  CarrierTill twin{shop, 0};
  twin.put_in_disk(copy);
  twin.sell(9);
  twin.visit(stick);
  a.visit(stick);
  EXPECT_EQ(a.documents(), (std::set{sale(1), sale(2), sale(9)}));
}

TEST_F(CarrierTest, ASaleOfATwinUnderANumberThatTheLogHasNoMoreIsReadFromAStick) {
  a.sell(1);
  a.visit(stick);
  const crash::Image copy = a.disk.image();
  a.sell(2);
  a.visit(stick);
  b.visit(stick);
  const Feed feed{Shop::device(0), a.self().incarnation, Lane::critical};
  value_of(b.disk.begin());
  value_of(storage::prune_log(b.disk.tx(), {{feed, 2}}, INT64_MAX, 100));
  value_of(b.disk.commit());
  ASSERT_EQ(value_of(b.store().floor(feed)), 2U);
  b.plug(stick);
  CarrierTill twin{shop, 0};
  twin.put_in_disk(copy);
  twin.sell(9);
  twin.visit(stick);
  b.wait_ms(61'000);
  EXPECT_EQ(b.documents(), (std::set{sale(1), sale(2), sale(9)}));
  const std::size_t reads = stick.reads;
  b.wait_ms(61'000);
  EXPECT_EQ(stick.reads, reads) << "once a session";
}

TEST_F(CarrierTest, AForgedFileOfItsOwnChainStartsNoNewChain) {
  Chain chain{{Shop::device(0), a.self().incarnation, Lane::critical}};
  const Bytes forged = chain.segment(shop.tenant, *shop.keys[2], {{set_sku(kTea, "0.01")}});
  stick.files[to_string(carrier_folder(shop.tenant), carrier_name(value_of(parse_envelope(forged))))] = forged;
  const Incarnation before = a.self().incarnation;
  a.visit(stick);
  EXPECT_EQ(a.self().incarnation, before);
}

TEST_F(CarrierTest, BothBranchesOfAForkAreCarried) {
  a.sell(1);
  a.visit(stick);
  const crash::Image copy = a.disk.image();
  a.sell(2);
  a.visit(stick);
  a.put_in_disk(copy);
  a.sell(3);
  Carrier other;
  a.visit(other);
  b.visit(stick);
  b.visit(other);
  EXPECT_EQ(b.documents().size(), 3U);
  c.visit(other);
  EXPECT_EQ(c.documents().size(), 3U) << "b has written the other branch there";
  EXPECT_FALSE(b.incidents.empty());
}

TEST_F(CarrierTest, ABacklogIsTakenInSmallStepsAndSmallBatches) {
  a.config.settings.batch_records = 1;
  a.restart();
  for (int i = 0; i < 600; ++i) {
    Id row = id_of(0xab);
    row.bytes[13] = static_cast<std::uint8_t>(i >> 8);
    row.bytes[14] = static_cast<std::uint8_t>(i);
    a.set(row, "x");
  }
  stick.page = 100;
  a.visit(stick);
  ASSERT_EQ(stick.files.size(), 600U);
  b.visit(stick);
  EXPECT_EQ(b.rows(), 600U);
  EXPECT_LE(stick.reads_at_once, kMaxReadsAsked);
}

TEST_F(CarrierTest, AStepAsksForNoMoreThanTheWindow) {
  a.config.settings.batch_records = 1;
  a.restart();
  for (int i = 0; i < 300; ++i) {
    Id row = id_of(0xab);
    row.bytes[13] = static_cast<std::uint8_t>(i >> 8);
    row.bytes[14] = static_cast<std::uint8_t>(i);
    a.set(row, std::string(100, 'x'));
  }
  a.step(LinkUp{kStick});
  a.step(CarrierListed{kStick, {}, false});
  std::size_t asked = 0;
  for (int steps = 0; steps < 50; ++steps) {
    const auto here = static_cast<std::size_t>(std::count_if(
        a.effects.begin(), a.effects.end(), [](const Effect& e) { return std::holds_alternative<WriteCarrier>(e); }));
    EXPECT_LE(here, 16U) << "sealing holds the writer";
    asked += here;
    a.advance_ms(1);
    a.step(Tick{});
  }
  EXPECT_EQ(asked, 64U);
}

TEST_F(CarrierTest, OnlyOnRequestItListsExchangesAndLeaves) {
  b.sell(1);
  b.visit(stick);
  a.config.settings.auto_sync = false;
  a.restart();
  a.plugged[kStick] = &stick;
  a.sell(2);
  a.wait_ms(600'000);
  EXPECT_EQ(stick.files.size(), 1U);
  a.run(SyncNow{});
  EXPECT_EQ(stick.files.size(), 2U);
  EXPECT_EQ(a.documents().size(), 2U);
  EXPECT_EQ(a.peer().state, LinkState::offline);
}

TEST_F(CarrierTest, PausedItLeavesTheStickAlone) {
  a.plug(stick);
  a.run(Pause{true});
  a.sell(1);
  a.wait_ms(600'000);
  EXPECT_TRUE(stick.files.empty());
  a.run(Pause{false});
  EXPECT_EQ(stick.files.size(), 1U);
}

TEST_F(CarrierTest, WithAHubAStickThatIsAwayIsNoProblemOfTheWhole) {
  a.config.peers = {{kHubLink}, {kStick, "the stick"}};
  a.restart();
  a.step(Tick{});
  a.step(LinkDown{kStick, "the stick is not here"});
  EXPECT_EQ(a.status().problem, "");
  EXPECT_EQ(a.peer(1).problem, "the stick is not here");
}

}  // namespace
}  // namespace till::sync

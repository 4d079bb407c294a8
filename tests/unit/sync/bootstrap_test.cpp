#include "sync/bootstrap.hpp"

#include <gtest/gtest.h>

#include "bootstrap_fixture.hpp"
#include "domain/entities/people.hpp"
#include "storage/conflicts.hpp"
#include "storage/log_reader.hpp"
#include "storage/sync_digests.hpp"
#include "storage/sync_members.hpp"
#include "storage/sync_wanted.hpp"
#include "storage/tables.hpp"
#include "sync/amend.hpp"
#include "sync/divergence.hpp"
#include "sync/half_snapshot.hpp"
#include "sync/incarnation.hpp"

namespace till::sync {
namespace {

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
  take_parts(b, 3);
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

TEST_F(BootstrapTest, WhenTheSnapshotGoesAwayHalfWayAnotherOneIsTakenAndTheResultIsTheSame) {
  const auto write_all = [&](char letter) {
    for (std::uint8_t n = 1; n <= 200; ++n) a.set(product(n), std::string(8000, static_cast<char>(letter + n % 13)));
    exchange(a);
  };
  write_all('a');
  const Snapshot older = snapshot_of(a, 1);
  write_all('n');  // replaces every one
  offered = snapshot_of(a, 2);
  ASSERT_GE(offered->chunks.size(), 4U);
  auto& hub = hub_store.tenants[shop.tenant];
  hub.floor = {older.manifest.cursor.after, older.manifest.id};
  value_of(hub_store.sweep(shop.tenant, hub.log.size()));
  take_parts(b, 3);
  offered = older;  // the newer one was damaged where it lay
  exchange(b);
  b.advance_ms(31'000);
  settle(b, {Event{Tick{}}});
  EXPECT_EQ(digests(b), digests(a)) << "what the first had replaced must not come back as a rival";
  EXPECT_EQ(b.status().conflicts, 0U);
}

TEST_F(BootstrapTest, ANewTerminalTakesASnapshotOfALongLogAndTheLogWhereThereIsNone) {
  a.set(product(1), "x");
  for (std::uint8_t n = 1; n <= 20; ++n) {
    a.sell(n);
    exchange(a);
  }
  b.config.settings.snapshot_above_segments = c.config.settings.snapshot_above_segments = 10;
  b.restart();
  c.restart();
  exchange(c);
  EXPECT_EQ(digests(c), digests(a)) << "from the log";
  offered = snapshot_of(a);
  exchange(b);
  EXPECT_GT(chunks_asked, 0U);
  EXPECT_EQ(digests(b), digests(a));
  chunks_asked = 0;
  b.restart();
  exchange(b);
  EXPECT_EQ(chunks_asked, 0U) << "it has something now";
}

TEST_F(BootstrapTest, ARestoredHubThatHasDroppedItsPastNeedsNoSnapshotFromWhoHasEverything) {
  a.set(product(1), "x");
  exchange(a);
  exchange(b);
  offered = snapshot_of(a);
  drop_past_of_hub();
  const auto copy = hub_store.tenants[shop.tenant];
  a.set(product(2), "after the copy");
  exchange(a);
  exchange(b);
  restore_hub(copy);
  offered.reset();
  exchange(a);
  exchange(b);
  exchange(c);
  EXPECT_EQ(b.status().problem, "");
  EXPECT_NE(c.status().problem, "") << "who has nothing waits for a snapshot";
  offered = snapshot_of(a, 1);
  c.advance_ms(31'000);
  settle(c, {Event{Tick{}}});
  EXPECT_EQ(digests(c), digests(a));
  EXPECT_EQ(hub_store.tenants[shop.tenant].log.size(), copy.log.size() + 1) << "what the copy lacked came again";
}

TEST_F(BootstrapTest, WhatARestoredHubLacksAndItsAuthorHasOnlyInASnapshotReachesEverybody) {
  a.set(product(1), "x");
  exchange(a);
  const auto copy = hub_store.tenants[shop.tenant];
  for (std::uint8_t n = 1; n <= 5; ++n) {
    a.sell(n);
    exchange(a);
  }
  prune(a, value_of(a.store().positions()));
  restore_hub(copy);
  a.sell(6);
  exchange(a);
  EXPECT_GT(a.status().waiting_total(), 0U) << "the hub cannot be given what lies before it";
  exchange(b);
  EXPECT_EQ(b.documents().size(), 0U);

  offered = snapshot_of(a);
  const auto heads = value_of(storage::ends_of(a.disk.tx(), value_of(storage::feeds_only_in_snapshots(a.disk.tx())),
                                               offered->manifest.positions));
  ASSERT_FALSE(heads.empty());
  EXPECT_EQ(drop_by(a, *offered, heads).raised, heads.size());
  value_of(a.disk.begin());
  value_of(note_taken(a.store(), {offered->manifest.id, offered->manifest.cursor}));
  value_of(a.disk.commit());
  exchange(a);
  exchange(b);
  exchange(c);
  EXPECT_EQ(a.status().waiting_total(), 0U);
  EXPECT_EQ(b.documents().size(), 6U);
  EXPECT_EQ(digests(b), digests(a));
  EXPECT_EQ(digests(c), digests(a));
  a.sell(7);
  exchange(a);
  exchange(b);
  EXPECT_EQ(b.documents().size(), 7U) << "and it goes on";
}

TEST_F(BootstrapTest, WhatCameWhileTheSnapshotWasMadeThatMendsTheHubReachesEverybody) {
  a.set(product(1), "x");
  exchange(a);
  const auto copy = hub_store.tenants[shop.tenant];
  for (std::uint8_t n = 1; n <= 3; ++n) {
    a.sell(n);
    exchange(a);
  }
  prune(a, value_of(a.store().positions()));
  restore_hub(copy);
  a.sell(4);
  exchange(a);
  offered = snapshot_of(a);
  const auto heads = value_of(storage::ends_of(a.disk.tx(), value_of(storage::feeds_only_in_snapshots(a.disk.tx())),
                                               offered->manifest.positions));
  b.sell(5);
  exchange(b);
  c.sell(6);
  exchange(c);
  ASSERT_EQ(drop_by(a, *offered, heads).raised, heads.size());
  for (Till* till : {&b, &c, &a, &b, &c}) exchange(*till);
  for (Till* till : {&a, &b, &c}) EXPECT_EQ(till->documents().size(), 6U);
  EXPECT_EQ(digests(b), digests(a));
  EXPECT_EQ(digests(c), digests(a));
}

TEST_F(BootstrapTest, HalfASnapshotDoesNotCountAsWhatTheRecordsAddUpTo) {
  const auto publish = [&](Till& till) {
    value_of(till.disk.begin());
    value_of(publish_progress(till.store(), till.log, "sim", till.shop.clock.now(), true));
    value_of(till.log.seal(till.store()));
    value_of(till.disk.commit());
  };
  a.set(product(1), "first");
  exchange(a);
  publish(a);
  exchange(a);
  exchange(b);
  EXPECT_TRUE(value_of(divergences(b.store())).empty());
  a.set(product(1), "later");
  a.sell(1);
  exchange(a);
  offered = snapshot_of(a);
  drop_past_of_hub();
  take_parts(b, offered->chunks.size());
  ASSERT_EQ(b.value(product(1)), "later") << "its row is in, its record does not count yet";
  EXPECT_TRUE(value_of(divergences(b.store())).empty()) << "a published what it had when it held what b holds";
  const auto said_by_b = [&] {
    const auto all = value_of(b.store().progress());
    const auto said = std::find_if(all.begin(), all.end(), [&](const auto& p) { return p.id == Shop::device(1); });
    return said == all.end() ? DeviceProgress{} : *said;
  };
  publish(b);
  EXPECT_FALSE(said_by_b().vector.empty()) << "it is there all the same";
  EXPECT_TRUE(said_by_b().digests.empty());
  settle(b, {Event{SnapshotMissing{kHubLink}}});
  EXPECT_TRUE(value_of(is_data_ahead(b.store()))) << "what was given up half-way stays";
  EXPECT_TRUE(value_of(divergences(b.store())).empty());
  exchange(b);
  EXPECT_FALSE(value_of(is_data_ahead(b.store())));
  b.advance_ms(kProgressInterval_ms);
  publish(b);
  EXPECT_FALSE(said_by_b().digests.empty());
}

TEST_F(BootstrapTest, WhatWasReplacedAfterHalfASnapshotCameBackWithTheLog) {
  a.set(product(1), "theirs");
  a.sell(1);
  exchange(a);
  offered = snapshot_of(a);
  const auto with_its_past = hub_store.tenants.at(shop.tenant);
  drop_past_of_hub();
  take_parts(b, offered->chunks.size());
  ASSERT_EQ(b.value(product(1)), "theirs");
  b.advance_ms(1'000);
  b.set(product(1), "mine");
  settle(b, {Event{SnapshotMissing{kHubLink}}});
  hub_store.tenants[shop.tenant] = with_its_past;  // as over another link, where all of the log is
  exchange(b);
  ASSERT_FALSE(value_of(is_data_ahead(b.store()))) << "the log has brought it";
  EXPECT_EQ(b.value(product(1)), "mine");
  EXPECT_TRUE(value_of(b.store().load_row(kProduct, product(1))).fields.at(kSku).rivals.empty());
  exchange(a);
  EXPECT_EQ(digests(b), digests(a));
}

TEST_F(BootstrapTest, APrunedTerminalKnowsWhatComesAgainAndMissesNoSale) {
  for (std::uint8_t n = 1; n <= 5; ++n) {
    a.set(product(n), "x");
    a.sell(n);
    exchange(a);
  }
  exchange(b);
  const auto before = digests(b);
  prune(b, value_of(b.store().positions()));
  EXPECT_TRUE(value_of(b.store().segments_after(0, 100)).empty());
  value_of(b.disk.begin());
  value_of(b.store().rewind_cursors());
  value_of(b.disk.commit());
  exchange(b);
  EXPECT_EQ(digests(b), before);
  a.sell(6);
  exchange(a);
  exchange(b);
  EXPECT_EQ(b.documents(), a.documents());
}

TEST_F(BootstrapTest, ASaleOfAnotherBranchBelowTheFloorCounts) {
  a.sell(1);
  const crash::Image stick = a.disk.image();
  a.sell(2);
  a.sell(3);
  exchange(a);
  offered = snapshot_of(a);
  drop_past_of_hub();
  exchange(b);
  EXPECT_EQ(b.documents().size(), 3U);
  Till twin(shop, 0);
  twin.put_in_disk(stick);
  twin.sell(9);  // under a number that the other stick has used, too
  exchange(twin);
  exchange(twin);  // in a new incarnation
  exchange(b);
  EXPECT_EQ(b.documents().size(), 4U);
}

// What a twin sent under a number that was cut off the log here counted as an own record that had come home.
TEST_F(BootstrapTest, ASaleOfATwinUnderANumberThatTheOwnLogHasNoMore) {
  a.sell(1);
  exchange(a);
  const crash::Image stick = a.disk.image();
  for (const std::uint8_t n : {2, 3}) {
    a.sell(n);
    exchange(a);
  }
  prune(a, {{{Shop::device(0), a.self().incarnation, Lane::critical}, 2}});
  ASSERT_EQ(value_of(a.store().floor({Shop::device(0), a.self().incarnation, Lane::critical})), 2U);
  const auto session_of_a = std::move(sessions[0]);
  const Incarnation before = a.self().incarnation;
  Till twin(shop, 0);
  twin.put_in_disk(stick);
  twin.sell(9);
  exchange(twin);
  exchange(twin);  // in a new incarnation
  sessions[0] = std::make_unique<HubSession>(core, shop.tenant, Shop::device(0));
  settle(a, {Event{Received{kHubLink, value_of(session_of_a->serve())}}});
  EXPECT_NE(a.self().incarnation, before) << "nobody can prove that it was its own";
  exchange(a);
  EXPECT_EQ(a.documents(), (std::set{id_of(0x5a, 1), id_of(0x5a, 2), id_of(0x5a, 3), id_of(0x5a, 9)}));
}

TEST_F(BootstrapTest, ATwinThatCameAsFarAsTheCutIsFoundOutByItsEnd) {
  a.sell(1);
  exchange(a);
  const crash::Image stick = a.disk.image();
  a.sell(2);
  exchange(a);
  prune(a, value_of(a.store().positions()));
  ASSERT_EQ(value_of(a.store().floor({Shop::device(0), a.self().incarnation, Lane::critical})), 2U);
  Till twin(shop, 0);
  twin.put_in_disk(stick);
  twin.sell(9);
  exchange(twin);
  exchange(twin);
  exchange(a);
  exchange(a);
  EXPECT_EQ(a.documents(), (std::set{id_of(0x5a, 1), id_of(0x5a, 2), id_of(0x5a, 9)}));
}

// Of records that are here the maker of a snapshot could not read one, and neither can the program that this terminal
// runs now: it was parked as a whole, and taken once more with the upgrade.
TEST_F(BootstrapTest, WhatIsHereAndParkedInASnapshotBroughtARivalBackWithTheUpgrade) {
  a.set(product(1), "old");
  a.sell(1);
  exchange(a);
  b.config.reader = 0;
  b.restart();
  exchange(b);
  ASSERT_EQ(value_of(b.store().parked_count()), 2U);
  Snapshot made = snapshot_of(b);
  a.set(product(1), "new");
  made.manifest.min_reader = 0;
  Bootstrap bootstrap(shop.tenant, *shop.keys[0], 0);
  value_of(a.disk.begin());
  value_of(bootstrap.begin(a.store(), value_of(seal_manifest(made.manifest, *shop.keys[1]))));
  for (std::uint32_t n = 0; n < made.chunks.size(); ++n) {
    value_of(bootstrap.take(n, made.chunks[n]));
    value_of(bootstrap.work(a.store(), 1000));
  }
  value_of(a.disk.commit());
  ASSERT_FALSE(bootstrap.is_running());
  a.config.reader = kSchema;
  a.restart();
  a.step(Tick{});
  EXPECT_EQ(value_of(a.store().parked_count()), 0U);
  EXPECT_EQ(a.value(product(1)), "new");
  EXPECT_TRUE(value_of(a.store().load_row(kProduct, product(1))).fields.at(kSku).rivals.empty());
  EXPECT_EQ(a.documents().size(), 1U);
}

// What was parked when a snapshot was begun, and applied before it was in, counted as not seen: what it had been
// replaced by got it back as a rival from the snapshot's row.
TEST_F(BootstrapTest, WhatAnUpgradeAppliedWhileASnapshotWasTakenInIsSeen) {
  a.set(product(1), "old");
  exchange(a);
  Snapshot made = snapshot_of(a);
  made.manifest.min_reader = 0;
  a.set(product(1), "new");
  exchange(a);
  b.config.reader = 0;
  b.restart();
  exchange(b);
  ASSERT_EQ(value_of(b.store().parked_count()), 2U);
  Bootstrap bootstrap(shop.tenant, *shop.keys[1], 0);
  value_of(b.disk.begin());
  value_of(bootstrap.begin(b.store(), value_of(seal_manifest(made.manifest, *shop.keys[0]))));
  value_of(b.disk.commit());
  b.config.reader = kSchema;
  Applier upgraded(shop.tenant, *shop.keys[1], kSchema);
  value_of(b.disk.begin());
  value_of(upgraded.begin_step(b.store()));
  value_of(upgraded.retry_blocked(b.store(), shop.clock.now()));
  EXPECT_EQ(value_of(b.store().parked_count()), 0U);
  for (std::uint32_t n = 0; n < made.chunks.size(); ++n) {
    value_of(bootstrap.take(n, made.chunks[n]));
    value_of(bootstrap.work(b.store(), 1000));
  }
  value_of(b.disk.commit());
  ASSERT_FALSE(bootstrap.is_running());
  EXPECT_EQ(b.value(product(1)), "new");
  EXPECT_TRUE(value_of(b.store().load_row(kProduct, product(1))).fields.at(kSku).rivals.empty());
}

TEST_F(BootstrapTest, WhatWasTooNewBelowTheFloorBroughtARivalBackWithTheUpgrade) {
  a.set(product(1), "old");
  a.set(product(1), "new");
  a.sell(1);
  exchange(a);
  offered = snapshot_of(a);
  const auto past = hub_store.tenants.at(shop.tenant).log;
  drop_past_of_hub();
  exchange(b);
  ASSERT_EQ(b.value(product(1)), "new");
  const auto take_again = [&](std::uint32_t reader) {
    Applier applier(shop.tenant, *shop.keys[b.number], reader);
    value_of(b.disk.begin());
    value_of(applier.begin_step(b.store()));
    for (const auto& segment : past) value_of(applier.take(b.store(), segment.segment.bytes, shop.clock.now()));
    value_of(applier.retry_blocked(b.store(), shop.clock.now()));
    value_of(b.disk.commit());
  };
  take_again(0);
  take_again(0);
  EXPECT_EQ(value_of(b.store().parked_count()), 1U) << "the sale, once";
  take_again(kSchema);
  EXPECT_EQ(value_of(b.store().parked_count()), 0U);
  EXPECT_EQ(b.value(product(1)), "new");
  EXPECT_TRUE(value_of(b.store().load_row(kProduct, product(1))).fields.at(kSku).rivals.empty());
  EXPECT_EQ(b.documents().size(), 1U);
}

TEST_F(BootstrapTest, WhatATerminalLeavesOutOfASnapshotComesWhenItsChoiceChanges) {
  constexpr EntityNumber kCustomer = domain::Customer::kEntity;
  const auto choose = [&](const storage::SyncChoice& choice) {
    value_of(b.disk.begin());
    value_of(storage::set_sync_choice(b.disk.tx(), choice));
    value_of(b.disk.commit());
  };
  const auto set_name = [&](std::uint8_t n, const std::string& name) {
    value_of(a.disk.begin());
    value_of(a.log.set(a.store(), Lane::normal, kCustomer, id_of(0xc5, n), {{1, encode(name)}}));
    value_of(a.log.seal(a.store()));
    value_of(a.disk.commit());
    exchange(a);
  };
  const auto is_here = [&](std::uint8_t n) {
    return !value_of(b.store().load_row(kCustomer, id_of(0xc5, n))).values.empty();
  };
  choose({{kCustomer, kSale}, {}});
  set_name(1, "Ida");
  a.sell(1);
  exchange(a);
  exchange(b);
  set_name(1, "Ida B.");  // replaces what b has set aside
  set_name(2, "Otto");
  a.set(product(1), "x");
  a.sell(2);
  exchange(a);
  offered = snapshot_of(a);
  drop_past_of_hub();
  exchange(b);
  EXPECT_GT(chunks_asked, 0U);
  EXPECT_EQ(b.value(product(1)), "x");
  EXPECT_FALSE(is_here(1) || is_here(2)) << "it asked not to have them";
  EXPECT_TRUE(b.documents().empty());
  EXPECT_EQ(value_of(storage::set_aside_count(b.disk.tx())), 4U) << "two customers as they are now, and two sales";
  choose({});
  b.step(KeysChanged{});
  EXPECT_EQ(digests(b), digests(a));
  EXPECT_EQ(b.documents(), a.documents());
  EXPECT_EQ(b.status().conflicts, 0U) << "what was replaced must not come back as a rival";
  EXPECT_EQ(value_of(storage::set_aside_count(b.disk.tx())), 0U);
}

TEST_F(BootstrapTest, ANewIncarnationNeedsNoSnapshotWhenNothingOfItsOwnWasLost) {
  a.set(product(1), "x");
  b.sell(1);
  for (Till* till : {&a, &b, &a, &b}) exchange(*till);
  offered = snapshot_of(a);
  drop_past_of_hub();
  offered.reset();
  value_of(b.disk.begin());
  value_of(begin_incarnation(b.store(), b.random));
  value_of(b.disk.commit());
  b.restart();
  a.set(product(1), "later");
  exchange(a);
  exchange(b);
  EXPECT_EQ(b.status().problem, "") << "each time the power fails it would fetch a snapshot";
  EXPECT_EQ(b.value(product(1)), "later");
}

TEST_F(BootstrapTest, ANewIncarnationThatLostASaleGetsItFromTheSnapshot) {
  b.sell(1);
  exchange(b);
  const crash::Image stick = b.disk.image();
  b.sell(2);
  for (Till* till : {&b, &a}) exchange(*till);
  offered = snapshot_of(a);
  drop_past_of_hub();
  b.put_in_disk(stick);
  EXPECT_EQ(b.documents().size(), 1U);
  exchange(b);
  exchange(b);  // in a new incarnation
  EXPECT_GT(chunks_asked, 0U);
  EXPECT_EQ(b.documents(), a.documents());
}

// A terminal had written in the incarnation of before its restore, sent it, and taken in a snapshot of the other
// branch: that one's head was raised over its own. Its own snapshot then did not name what it had written, and whoever
// had the other branch passed that.
TEST_F(BootstrapTest, ASnapshotNamesTheBranchOverWhichAnotherSnapshotHadRaisedTheHead) {
  b.sell(1);
  exchange(b);
  const crash::Image stick = b.disk.image();
  b.sell(2);
  b.sell(3);
  for (Till* till : {&b, &a, &c}) exchange(*till);
  offered = snapshot_of(a);
  drop_past_of_hub();
  b.put_in_disk(stick);
  const Feed feed{Shop::device(1), b.self().incarnation, Lane::critical};
  b.sell(4);
  exchange(b);
  exchange(b);  // in a new incarnation
  ASSERT_EQ(b.documents().size(), 4U);
  offered = snapshot_of(b);
  drop_past_of_hub();
  exchange(c);
  EXPECT_EQ(c.documents(), b.documents());
  EXPECT_EQ(value_of(c.store().heads(feed)).size(), 2U);
}

TEST_F(BootstrapTest, AnAmendmentRanksAnewWhatOnlyASnapshotBrought) {
  a.set(product(1), "of the clock that is ahead");
  const Feed ahead{Shop::device(0), a.self().incarnation, Lane::normal};
  shop.clock.advance(std::chrono::milliseconds(-60'000));
  c.set(product(1), "right");
  for (Till* till : {&a, &c, &a}) exchange(*till);
  EXPECT_NE(c.value(product(1)), "right");
  offered = snapshot_of(c);
  drop_past_of_hub();
  exchange(b);
  EXPECT_EQ(digests(b), digests(c));
  Amendment amendment;
  amendment.id = id_of(0xa3);
  amendment.device = ahead.device;
  amendment.incarnation = ahead.incarnation;
  amendment.lane = ahead.lane;
  amendment.first = amendment.last = 1;
  amendment.ahead_ms = 3'600'000;
  value_of(c.disk.begin());
  value_of(amend(c.store(), c.log, *shop.keys[2], amendment));
  value_of(c.log.seal(c.store()));
  value_of(c.disk.commit());
  exchange(c);
  exchange(b);
  EXPECT_EQ(b.value(product(1)), "right");
  EXPECT_EQ(digests(b), digests(c));
}

// The row came with an earlier part than the resolution: a rule took the rule's change for a person's.
TEST_F(BootstrapTest, AfterHalfASnapshotARuleKnowsWhatARuleHasSettledAlready) {
  const auto settle_by_rule = [&](Till& till) {
    Policies policies;
    policies.rules[kProduct][kSku] = {Policy::use_local, FieldKind::text};
    value_of(till.disk.begin());
    storage::SyncConflicts book(till.disk.tx(), shop.clock, till.random, {{}, "Till", Shop::device(till.number), {}});
    storage::SyncLogReader history(till.disk.tx());
    value_of(settle_by_policy(till.store(), book, history, till.log, *shop.keys[till.number], policies));
    value_of(till.log.seal(till.store()));
    value_of(till.disk.commit());
    return value_of(storage::last_resolutions(till.disk.tx(), 10));
  };
  a.set(product(1), "a");
  c.advance_ms(1);
  c.set(product(1), "c");  // the latest settles
  for (Till* till : {&a, &c}) exchange(*till);
  ASSERT_EQ(settle_by_rule(c).size(), 1U);
  exchange(c);
  offered = snapshot_of(c);
  drop_past_of_hub();
  b.advance_ms(1'000);
  b.set(product(1), "b");  // the latest: it is b that settles
  sessions[b.number] = std::make_unique<HubSession>(core, shop.tenant, Shop::device(b.number));
  b.step(LinkUp{});
  std::deque<Event> events;
  const auto has_taken_the_row = [&] {
    return !value_of(b.store().load_row(kProduct, product(1))).fields.at(kSku).rivals.empty();
  };
  while (!has_taken_the_row()) {
    for (Event& event : answers(b)) events.push_back(std::move(event));
    ASSERT_FALSE(events.empty());
    b.step(events.front());
    events.pop_front();
  }
  const auto resolutions = settle_by_rule(b);
  ASSERT_EQ(resolutions.size(), 2U);
  EXPECT_EQ(resolutions.front().device, Shop::device(b.number));
  EXPECT_EQ(resolutions.front().stands_for.size(), 3U) << "what three people entered";
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
  chunk.documents.push_back({20, id_of(0xbb), id_of(0xde, 2), {{1, to_bytes("sale")}}});
  const Bytes bytes = encode_chunk(chunk);
  const SnapshotChunk back = value_of(decode_chunk(bytes));
  EXPECT_EQ(encode_chunk(back), bytes);
  EXPECT_EQ(back.rows[0].fields[0].rivals[0].order, other);
  EXPECT_EQ(back.parked[0].due_ms, -5);
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) EXPECT_FALSE(decode_chunk(ByteView(bytes).first(cut)));
}

}  // namespace
}  // namespace till::sync

// POST /api/v1/log/drop over the loopback: what the snapshot must be, who may ask, what the others are told.
#include "hub_fixture.hpp"
#include "net/cloud/hub_objects.hpp"

namespace till::net {
namespace {

class HubLogDropTest : public testing::Test {
 protected:
  HubLogDropTest() {
    for (const auto* tenant : {"Shop", "Other"}) hub_.add_tenant(tenant);
    (void)must(a_.enrol(hub_.code("Shop")));
    (void)must(b_.enrol(hub_.code("Shop")));
    (void)must(stranger_.enrol(hub_.code("Other")));
    for (int i = 0; i < 3; ++i) (void)must(a_.client().exchange({a_.hello(), TestTill::push(a_.next_segment())}));
    hub_.clock.advance(std::chrono::hours(8 * 24));
    epoch_ = greet(a_, {}).cursor.epoch;
    for (auto* till : {&a_, &b_}) greet(*till, {epoch_, {3, 3, 3, 3}});
  }
  sync::Hello greet(TestTill& till, const sync::Cursor& cursor) {
    sync::Hello hello;
    hello.tenant = till.tenant();
    hello.device = till.id();
    hello.incarnation = 77;
    hello.cursor = cursor;
    const auto answers = must(till.client().exchange({sync::encode_message(hello)}));
    return std::get<sync::Hello>(must(sync::decode_message(answers.front())));
  }
  Status put_manifest(TestTill& till) {
    HubObjects objects(hub_.address(), till.credentials(), till.clock, random_);
    return objects.put(sync::manifest_name(place_), view("sealed"));
  }
  Result<sync::HubDropped> drop(TestTill& till, std::uint64_t up_to) {
    sync::HubDropRequest request;
    request.epoch = epoch_;
    request.positions.fill(up_to);
    return till.client().drop_log(place_, request);
  }

  TestHub hub_;
  TestTill a_{hub_, "A"}, b_{hub_, "B"}, stranger_{hub_, "Stranger"};
  SystemRandom random_;
  std::uint64_t epoch_ = 0;
  const sync::SnapshotPlace place_{1'790'000'000'000, Id{{5, 5}}};
};

TEST_F(HubLogDropTest, DropsWhatASnapshotStandsForAndTellsEverybody) {
  ASSERT_TRUE(put_manifest(a_));
  const auto dropped = must(drop(a_, 2));
  EXPECT_EQ(dropped.floor.after, (std::array<std::uint64_t, sync::kLanes>{2, 2, 2, 2}));
  EXPECT_EQ(dropped.floor.snapshot, place_.id);
  EXPECT_FALSE(dropped.more);
  const auto hello = greet(b_, {epoch_, {3, 3, 3, 3}});
  EXPECT_EQ(hello.floor[0], 2U);
  EXPECT_EQ(hello.floor_snapshot, place_.id);
  const auto refused = b_.client().exchange({b_.hello(), TestTill::want()});
  ASSERT_FALSE(refused) << "it would get the log with a hole";
  EXPECT_NE(refused.error().message.find("snapshot"), std::string::npos);
}

TEST_F(HubLogDropTest, WithoutItsManifestASnapshotStandsForNothing) {
  const auto refused = drop(a_, 2);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
  ASSERT_TRUE(put_manifest(stranger_));
  EXPECT_FALSE(drop(a_, 2)) << "another shop's is none";
  EXPECT_EQ(greet(b_, {}).floor[0], 0U);
}

TEST_F(HubLogDropTest, ARevokedTerminalDropsNothing) {
  ASSERT_TRUE(put_manifest(a_));
  hub_.revoke("Shop", b_.id());
  EXPECT_EQ(drop(b_, 2).error().kind, ErrorKind::denied);
}

TEST_F(HubLogDropTest, WhoIsBehindHoldsItBackAndIsNamed) {
  ASSERT_TRUE(put_manifest(a_));
  greet(b_, {epoch_, {1, 1, 1, 1}});
  const auto dropped = must(drop(a_, 3));
  EXPECT_EQ(dropped.floor.after[0], 1U);
  EXPECT_EQ(dropped.held_by, b_.id());
}

TEST_F(HubLogDropTest, HowFarATerminalIsBehindAndWhenItWasHeardOfWasNotTold) {
  const auto told = [&](const TestTill& till) {
    for (auto& peer : must(a_.client().devices()))
      if (peer.id == till.id()) return peer;
    return HubPeer{};
  };
  EXPECT_EQ(told(b_).behind, 0U);
  greet(b_, {epoch_, {1, 1, 1, 1}});
  EXPECT_EQ(told(b_).behind, 2U);
  ASSERT_TRUE(told(b_).heard_at);
  EXPECT_EQ(told(b_).heard_at->us / 1000, hub_.clock.now().us / 1000);
  greet(a_, {epoch_, {0, 0, 0, 0}});
  EXPECT_EQ(told(a_).behind, 0U) << "of its own records it lacks none";
}

TEST_F(HubLogDropTest, OwnFeedsThatOnlyTheSnapshotHasAreRaisedOverTheWire) {
  ASSERT_TRUE(put_manifest(a_));
  sync::HubDropRequest request;
  request.epoch = epoch_;
  request.heads = {{{a_.id(), 0xffff'ffff'ffff'ff01ULL, sync::Lane::low}, 9, {}, 0}};
  const auto mended = must(a_.client().drop_log(place_, request));
  EXPECT_EQ(mended.raised, 1U);
  EXPECT_EQ(mended.floor.after[sync::index(sync::Lane::low)], 4U) << "above every number that was given";
}

TEST_F(HubLogDropTest, WhatItLacksOfATerminalThatItNeverMetIsToldWithoutASnapshot) {
  sync::HubDropRequest request;
  request.epoch = epoch_;
  request.heads = {{{Id{{9, 9, 9}}, 7, sync::Lane::low}, 9, {}, 0}};
  EXPECT_EQ(must(a_.client().drop_log({}, request)).lacking, 1U);
  request.heads = {{{b_.id(), 7, sync::Lane::low}, 9, {}, 0}};
  const auto refused = a_.client().drop_log({}, request);
  ASSERT_FALSE(refused) << "that one brings its own";
  request.heads.clear();
  EXPECT_FALSE(a_.client().drop_log({}, request));
}

}  // namespace
}  // namespace till::net

#include <gmock/gmock.h>

#include "hub_fixture.hpp"

namespace till::net {
namespace {

using sync::Outcome;
using sync::SegmentMessage;
using testing::HasSubstr;

struct LiveHubTest : testing::Test {
  TestHub hub;
  TestTill a{hub, "A"}, b{hub, "B"};
  LiveHubTest() {
    hub.add_tenant("Shop");
    must(a.enrol(hub.code("Shop")));
    must(b.enrol(hub.code("Shop")));
  }
};

TEST_F(LiveHubTest, SegmentsGoBothWaysTillToTill) {
  LinkProbe link_a(hub, a), link_b(hub, b);
  ASSERT_TRUE(link_a.greet(a));
  ASSERT_TRUE(link_b.greet(b));
  const auto from_a = a.next_segment();
  const auto ack = link_a.push(from_a);
  ASSERT_TRUE(ack);
  EXPECT_EQ(ack->outcome, Outcome::stored);
  EXPECT_EQ(ack->last, 1U);
  const auto at_b = link_b.next<SegmentMessage>();
  ASSERT_TRUE(at_b);
  EXPECT_EQ(at_b->bytes, from_a);
  EXPECT_EQ(at_b->sequence, 1U);

  const auto from_b = b.next_segment();
  ASSERT_EQ(link_b.push(from_b)->outcome, Outcome::stored);
  const auto at_a = link_a.next<SegmentMessage>();
  ASSERT_TRUE(at_a);
  EXPECT_EQ(at_a->bytes, from_b);
  EXPECT_EQ(at_a->sequence, 2U);
}

TEST_F(LiveHubTest, TillThatWasAwayGetsWhatItMissedInOrder) {
  LinkProbe link_a(hub, a);
  ASSERT_TRUE(link_a.greet(a));
  std::vector<Bytes> sent;
  for (int i = 0; i < 50; ++i) {
    sent.push_back(a.next_segment());
    ASSERT_EQ(link_a.push(sent.back())->outcome, Outcome::stored);
  }
  LinkProbe link_b(hub, b);
  ASSERT_TRUE(link_b.opened());
  ASSERT_TRUE(link_b.link().send(b.hello()));
  ASSERT_TRUE(link_b.link().send(TestTill::want()));
  for (const auto& segment : sent) EXPECT_EQ(link_b.next<SegmentMessage>()->bytes, segment);
}

TEST_F(LiveHubTest, SegmentSentAgainIsADuplicateAndIsStoredOnce) {
  LinkProbe link_a(hub, a);
  ASSERT_TRUE(link_a.greet(a));
  const auto segment = a.next_segment();
  ASSERT_EQ(link_a.push(segment)->outcome, Outcome::stored);
  EXPECT_EQ(link_a.push(segment)->outcome, Outcome::duplicate);
  LinkProbe link_b(hub, b);
  ASSERT_TRUE(link_b.opened());
  ASSERT_TRUE(link_b.link().send(b.hello()));
  ASSERT_TRUE(link_b.link().send(TestTill::want()));
  EXPECT_EQ(link_b.next<SegmentMessage>()->sequence, 1U);
  ASSERT_EQ(link_a.push(a.next_segment())->outcome, Outcome::stored);
  EXPECT_EQ(link_b.next<SegmentMessage>()->sequence, 2U);
}

TEST_F(LiveHubTest, RestartedHubKeepsEpochAndSequence) {
  sync::Cursor before;
  {
    LinkProbe link_a(hub, a);
    ASSERT_TRUE(link_a.greet(a));
    ASSERT_EQ(link_a.push(a.next_segment())->outcome, Outcome::stored);
    LinkProbe link_b(hub, b);
    ASSERT_TRUE(link_b.opened());
    ASSERT_TRUE(link_b.link().send(b.hello()));
    const auto hello = link_b.next<sync::Hello>();
    ASSERT_TRUE(hello);
    before = hello->cursor;
    EXPECT_EQ(before.after[0], 1U);
  }
  LinkProbe cut(hub, b);
  ASSERT_TRUE(cut.opened());
  hub.stop();
  EXPECT_EQ(cut.closed().kind, ErrorKind::retry);
  hub.start();

  LinkProbe link_a(hub, a), link_b(hub, b);
  ASSERT_TRUE(link_a.greet(a));
  ASSERT_TRUE(link_b.greet(b, before));
  ASSERT_EQ(link_a.push(a.next_segment())->outcome, Outcome::stored);
  const auto next = link_b.next<SegmentMessage>();
  ASSERT_TRUE(next);
  EXPECT_EQ(next->sequence, 2U);
  EXPECT_EQ(next->epoch, before.epoch);
}

TEST_F(LiveHubTest, HubThatDiedBeforeItsAnswerTakesTheSegmentAgainAsADuplicate) {
  const auto segment = a.next_segment();
  {
    LinkProbe link(hub, a);
    ASSERT_TRUE(link.opened());
    ASSERT_TRUE(link.link().send(a.hello()));
    ASSERT_TRUE(link.link().send(TestTill::push(segment)));
    ASSERT_TRUE(link.next<sync::Ack>());  // it is on the disk; the terminal behaves as if it never heard so
  }
  hub.stop();
  hub.start();
  LinkProbe link(hub, a);
  ASSERT_TRUE(link.greet(a));
  EXPECT_EQ(link.push(segment)->outcome, Outcome::duplicate);
}

TEST_F(LiveHubTest, RevokedTerminalIsCutOffAndCannotComeBack) {
  LinkProbe link_b(hub, b);
  ASSERT_TRUE(link_b.greet(b));
  hub.revoke("Shop", b.id());
  EXPECT_THAT(link_b.closed().message, HasSubstr("revoked"));
  link_b.link().connect();
  const auto refused = link_b.closed();
  EXPECT_EQ(refused.kind, ErrorKind::denied);
  EXPECT_THAT(refused.message, HasSubstr("revoked"));
}

TEST_F(LiveHubTest, SegmentOfARevokedTerminalIsRefusedWhoeverCarriesIt) {
  const auto late = b.next_segment();
  hub.revoke("Shop", b.id());
  LinkProbe link_a(hub, a);
  ASSERT_TRUE(link_a.greet(a));
  EXPECT_EQ(link_a.push(late)->outcome, Outcome::revoked);
}

TEST_F(LiveHubTest, TerminalThatConnectsAgainReplacesItsOlderConnection) {
  LinkProbe old_link(hub, a);
  ASSERT_TRUE(old_link.greet(a));
  LinkProbe new_link(hub, a);
  ASSERT_TRUE(new_link.greet(a));
  EXPECT_THAT(old_link.closed().message, HasSubstr("connected again"));
  EXPECT_EQ(new_link.push(a.next_segment())->outcome, Outcome::stored);
  EXPECT_EQ(must(a.client().health()).total_connections, 1U);
}

TEST_F(LiveHubTest, FlippedBitInASegmentIsRefusedAndTheLinkStays) {
  LinkProbe link(hub, a);
  ASSERT_TRUE(link.greet(a));
  auto segment = a.next_segment();
  auto broken = segment;
  broken.back() ^= 1;
  EXPECT_EQ(link.push(broken)->outcome, Outcome::bad_signature);
  EXPECT_EQ(link.push(segment)->outcome, Outcome::stored);
}

TEST_F(LiveHubTest, GarbageEndsTheConnectionOfItsSenderOnly) {
  LinkProbe bad(hub, a), good(hub, b);
  ASSERT_TRUE(bad.greet(a));
  ASSERT_TRUE(good.greet(b));
  ASSERT_TRUE(bad.link().send(Bytes(100, 0xee)));
  EXPECT_EQ(bad.closed().kind, ErrorKind::retry);
  EXPECT_EQ(good.push(b.next_segment())->outcome, Outcome::stored);
}

TEST_F(LiveHubTest, ExchangeOverPlainRequestsCarriesTheSameMessages) {
  const auto segment = a.next_segment();
  const auto answers = must(a.client().exchange({a.hello(), TestTill::push(segment)}));
  ASSERT_EQ(answers.size(), 3U);
  const auto ack = must(sync::decode_message(answers[2]));
  EXPECT_EQ(std::get<sync::Ack>(ack).items.at(0).outcome, Outcome::stored);
  const auto at_b = must(b.client().exchange({b.hello(), TestTill::want()}));
  ASSERT_GE(at_b.size(), 3U);
  EXPECT_EQ(segments_in(at_b), 1U);
  EXPECT_EQ(std::get<SegmentMessage>(must(sync::decode_message(at_b[2]))).bytes, segment);
  EXPECT_FALSE(b.client().exchange({Bytes(40, 1)}));
}

TEST_F(LiveHubTest, SegmentThatCameByRequestIsPushedToConnectedTerminals) {
  LinkProbe link_b(hub, b);
  ASSERT_TRUE(link_b.greet(b));
  const auto segment = a.next_segment();
  must(a.client().exchange({a.hello(), TestTill::push(segment)}));
  EXPECT_EQ(link_b.next<SegmentMessage>()->bytes, segment);
}

struct TwoTenants : testing::Test {
  TestHub hub;
  TestTill ours{hub, "Ours"}, theirs{hub, "Theirs"};
  TwoTenants() {
    hub.add_tenant("Ours");
    hub.add_tenant("Theirs");
    must(ours.enrol(hub.code("Ours")));
    must(theirs.enrol(hub.code("Theirs")));
  }
};

TEST_F(TwoTenants, NeitherSeesTheOthersSegmentsOrTerminals) {
  LinkProbe our_link(hub, ours), their_link(hub, theirs);
  ASSERT_TRUE(our_link.greet(ours));
  ASSERT_TRUE(their_link.greet(theirs));
  ASSERT_EQ(our_link.push(ours.next_segment())->outcome, Outcome::stored);
  const auto answers = must(theirs.client().exchange({theirs.hello(), TestTill::want()}));
  EXPECT_EQ(segments_in(answers), 0U);
  EXPECT_TRUE(their_link.quiet());
  const auto peers = must(theirs.client().devices());
  ASSERT_EQ(peers.size(), 1U);
  EXPECT_EQ(peers[0].id, theirs.id());
  sync::Want ranges;
  ranges.ranges = {{ours.feed(), 1, 0}};
  EXPECT_EQ(segments_in(must(theirs.client().exchange({theirs.hello(), sync::encode_message(ranges)}))), 0U);
}

TEST_F(TwoTenants, KeysCannotBeLeftForAnotherTenantsTerminal) {
  EXPECT_FALSE(ours.client().grant_keys(theirs.id(), view("ring")));
  EXPECT_FALSE(must(theirs.client().my_key_grant()));
}

TEST_F(TwoTenants, SegmentOfTheOtherTenantIsRefused) {
  LinkProbe link(hub, ours);
  ASSERT_TRUE(link.greet(ours));
  EXPECT_EQ(link.push(theirs.next_segment())->outcome, Outcome::wrong_tenant);
}

TEST_F(TwoTenants, TerminalCannotProveItselfIntoTheOtherTenant) {
  const auto own = ours.tenant();
  ours.pretend_tenant(theirs.tenant());
  LinkProbe link(hub, ours);
  EXPECT_EQ(link.closed().kind, ErrorKind::denied);
  ours.pretend_tenant(own);
  LinkProbe right(hub, ours);
  EXPECT_TRUE(right.opened());
}

TEST_F(TwoTenants, HelloForTheOtherTenantClosesTheConnection) {
  LinkProbe link(hub, ours);
  ASSERT_TRUE(link.opened());
  ours.pretend_tenant(theirs.tenant());
  ASSERT_TRUE(link.link().send(ours.hello()));
  EXPECT_THAT(link.closed().message, HasSubstr("another name than it proved"));
}

}  // namespace
}  // namespace till::net

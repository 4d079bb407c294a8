#include "sync/hub_core.hpp"

#include <gtest/gtest.h>

#include "sim/memory_hub_store.hpp"
#include "sync/hub_session.hpp"
#include "sync_fixture.hpp"

namespace till::sync {
namespace {

const UtcTime kNow{1'790'000'100'000'000};

struct Hub : testing::Test {
  Shop shop{3};
  sim::MemoryHubStore store;
  HubCore core{store};
  Chain chain{{Shop::device(0), 11, Lane::normal}};

  void SetUp() override {
    for (std::size_t i = 0; i < 3; ++i)
      store.tenants[shop.tenant].devices[Shop::device(i)] = {shop.public_key(i), false};
  }
  Bytes one(Chain& of, RingKeys& keys) { return of.segment(shop.tenant, keys, {{set_op(id_of(0xaa), 1, "x")}}); }
  Bytes one() { return one(chain, *shop.keys[0]); }
  Verdict accept(ByteView segment) { return value_of(core.accept(shop.tenant, segment, kNow)); }
};

TEST_F(Hub, NumbersWhatItTakesAndKnowsItAgain) {
  const Bytes first = one(), second = one();
  EXPECT_EQ(accept(first).number, 1U);
  EXPECT_EQ(accept(second).number, 2U);
  const Verdict again = accept(first);
  EXPECT_EQ(again.outcome, Outcome::duplicate);
  EXPECT_EQ(again.ack.head, 2U);
  EXPECT_EQ(store.tenants[shop.tenant].log.size(), 2U);
}

TEST_F(Hub, AGapIsAskedForNotKept) {
  one();
  const Verdict verdict = accept(one());
  EXPECT_EQ(verdict.outcome, Outcome::gap);
  EXPECT_EQ(verdict.ack.head, 0U);
  EXPECT_TRUE(store.tenants[shop.tenant].log.empty());
}

TEST_F(Hub, TakesNothingFromStrangersTheRevokedOrOtherTenants) {
  const Bytes segment = one();
  EXPECT_EQ(value_of(core.accept(id_of(0x99), segment, kNow)).outcome, Outcome::wrong_tenant);
  auto& devices = store.tenants[shop.tenant].devices;
  devices[Shop::device(0)].revoked = true;
  EXPECT_EQ(accept(segment).outcome, Outcome::revoked);
  devices.erase(Shop::device(0));
  EXPECT_EQ(accept(segment).outcome, Outcome::unknown_device);
  EXPECT_TRUE(store.tenants[shop.tenant].log.empty());
}

TEST_F(Hub, RefusesWhatItsAuthorDidNotSign) {
  Bytes segment = one();
  segment.back() ^= 1;
  EXPECT_EQ(accept(segment).outcome, Outcome::bad_signature);
  EXPECT_EQ(accept(Bytes(200, 1)).outcome, Outcome::malformed);
  EXPECT_EQ(accept(Bytes(kMaxSegmentBytes + 1, 1)).outcome, Outcome::too_large);
  Chain forged{chain.feed};
  EXPECT_EQ(accept(one(forged, *shop.keys[1])).outcome, Outcome::bad_signature);
}

TEST_F(Hub, AForkIsKeptAsABranchAndReported) {
  const Bytes common = one();
  Chain copy = chain;
  copy.random = SeededRandom(99);
  accept(common);
  EXPECT_FALSE(accept(one()).fork);
  const Verdict forked = accept(one(copy, *shop.keys[0]));
  EXPECT_EQ(forked.outcome, Outcome::stored);
  EXPECT_TRUE(forked.fork);
  EXPECT_FALSE(accept(one(copy, *shop.keys[0])).fork) << "the branch goes on; it is one incident";
  EXPECT_EQ(store.tenants[shop.tenant].heads[chain.feed].size(), 2U);
}

TEST_F(Hub, AWrongClockIsFlaggedNotRefused) {
  chain.ms += 3'600'000;
  const Verdict verdict = accept(one());
  EXPECT_EQ(verdict.outcome, Outcome::stored);
  EXPECT_TRUE(verdict.future);
}

// A terminal's end of a session, without an engine.
struct Line {
  HubSession session;
  std::vector<Message> got;

  Line(HubCore& core, const Id& tenant, const Id& device, Cursor cursor = {}) : session(core, tenant, device) {
    Hello hello;
    hello.tenant = tenant;
    hello.device = device;
    hello.incarnation = 11;
    hello.cursor = cursor;
    say(hello);
  }
  HubReply say(const Message& message) {
    HubReply reply = value_of(session.receive(encode_message(message), kNow));
    read(reply.frames);
    return reply;
  }
  void serve() { read(value_of(session.serve())); }
  void read(const std::vector<Bytes>& frames) {
    for (const Bytes& frame : frames) got.push_back(value_of(decode_message(frame)));
  }
  std::vector<SegmentMessage> segments() {
    std::vector<SegmentMessage> found;
    for (const Message& m : got) {
      if (const auto* s = std::get_if<SegmentMessage>(&m)) found.push_back(*s);
    }
    return found;
  }
};

TEST_F(Hub, GreetsWithItsTimeAndWhatItHoldsOfTheTerminal) {
  accept(one());
  Line line(core, shop.tenant, Shop::device(0));
  ASSERT_EQ(line.got.size(), 2U);
  EXPECT_EQ(std::get<Hello>(line.got[0]).time_ms, kNow.us / 1000);
  const Have have = std::get<Have>(line.got[1]);
  ASSERT_EQ(have.heads.size(), 1U);
  EXPECT_EQ(have.heads[0].hash, chain.hash);
  EXPECT_FALSE(have.more);
}

TEST_F(Hub, ServesOthersSegmentsSalesFirstAndSaysWhereTheEndIs) {
  for (int i = 0; i < 20; ++i) accept(one());
  Chain sales{{Shop::device(1), 11, Lane::critical}};
  accept(one(sales, *shop.keys[1]));
  Line line(core, shop.tenant, Shop::device(2));
  line.say(Want{});
  const auto segments = line.segments();
  ASSERT_EQ(segments.size(), 21U);
  EXPECT_EQ(segments[0].sequence, 21U) << "the sale was stored last and goes first";
  EXPECT_EQ(segments[1].after, 0U);
  EXPECT_EQ(segments[2].after, segments[1].sequence);
  const Ack end = std::get<Ack>(line.got.back());
  EXPECT_EQ(end.cursor.after[index(Lane::normal)], 20U);
}

TEST_F(Hub, DoesNotServeATerminalItsOwn) {
  accept(one());
  Line line(core, shop.tenant, Shop::device(0));
  line.say(Want{});
  EXPECT_TRUE(line.segments().empty());
  chain.feed.incarnation = 12;  // an incarnation that the terminal lost
  chain.head = 0;
  chain.hash = {};
  accept(one());
  line.serve();
  EXPECT_EQ(line.segments().size(), 1U);
}

TEST_F(Hub, StopsAtTheWindowUntilTheTerminalConfirms) {
  for (int i = 0; i < 30; ++i) {
    Op op = set_op(id_of(0xaa), 1, "");
    op.fields[1] = chain.random.bytes(100'000);
    accept(chain.segment(shop.tenant, *shop.keys[0], {{op}}));
  }
  Line line(core, shop.tenant, Shop::device(2));
  line.say(Want{});
  const std::size_t first = line.segments().size();
  EXPECT_LT(first, 15U);
  EXPECT_GE(first, 10U);
  line.serve();
  EXPECT_EQ(line.segments().size(), first);
  Ack ack;
  ack.cursor.epoch = 1;
  ack.cursor.after[index(Lane::normal)] = 5;
  line.say(ack);
  EXPECT_GT(line.segments().size(), first);
  EXPECT_EQ(line.session.acknowledged().after[index(Lane::normal)], 5U);
}

TEST_F(Hub, AWantAgainServesAgainFromItsCursor) {
  for (int i = 0; i < 3; ++i) accept(one());
  Line line(core, shop.tenant, Shop::device(2));
  line.say(Want{});
  Want again;
  again.after.epoch = 1;
  again.after.after[index(Lane::normal)] = 2;
  line.say(again);
  ASSERT_EQ(line.segments().size(), 4U);
  EXPECT_EQ(line.segments().back().sequence, 3U);
  again.after.epoch = 99;  // of a hub that is no more
  line.say(again);
  EXPECT_EQ(line.segments().size(), 7U);
}

TEST_F(Hub, ServesAFeedByRange) {
  for (int i = 0; i < 5; ++i) accept(one());
  Line line(core, shop.tenant, Shop::device(2));
  Want want;
  want.after.epoch = 1;
  want.after.after.fill(5);
  want.ranges = {{chain.feed, 2, 3}};
  line.say(want);
  ASSERT_EQ(line.segments().size(), 2U);
  EXPECT_EQ(line.segments()[0].epoch, 0U) << "not part of the stream behind the cursor";
}

TEST_F(Hub, HangsUpOnNonsenseAndOnPretenders) {
  HubSession session(core, shop.tenant, Shop::device(0));
  EXPECT_FALSE(value_of(session.receive(Bytes(10, 1), kNow)).close_reason.empty());
  EXPECT_FALSE(value_of(session.receive(encode_message(Want{}), kNow)).close_reason.empty());
  Hello hello;
  hello.tenant = shop.tenant;
  hello.device = Shop::device(1);
  EXPECT_FALSE(value_of(session.receive(encode_message(hello), kNow)).close_reason.empty());
}

}  // namespace
}  // namespace till::sync

#include "sync/segment.hpp"

#include <gtest/gtest.h>

#include "sync_fixture.hpp"

namespace till::sync {
namespace {

struct SegmentTest : testing::Test {
  Shop shop;
  Chain chain{{Shop::device(0), 11, Lane::normal}};

  // A price change as tills make it: the price of a product that another terminal changed last.
  Op price_change() {
    Op op = set_op(id_of(0xaa, static_cast<std::uint8_t>(chain.random.below(250))), 4, "\x90\x19");
    chain.random.fill(op.row.bytes);
    op.replaces[4] = {{Stamp::of(chain.ms - 86'400'000 - static_cast<std::int64_t>(chain.random.below(100'000)), 0),
                       Shop::device(1), 1234567890123456789U, 5000 + chain.random.below(1000)}};
    return op;
  }
};

TEST_F(SegmentTest, ComesBackAsItWas) {
  const Op op = price_change();
  const Bytes segment = chain.segment(shop.tenant, *shop.keys[0], {{op}, {op}});
  const Envelope e = value_of(parse_envelope(segment));
  EXPECT_EQ(e.tenant, shop.tenant);
  EXPECT_EQ(e.feed, chain.feed);
  EXPECT_EQ(e.first_sequence, 1U);
  EXPECT_EQ(e.last_sequence(), 2U);
  EXPECT_EQ(e.last_hash, chain.hash);
  EXPECT_TRUE(verify_envelope(segment, e, shop.public_key(0)));
  EXPECT_TRUE(verify_envelope(segment, e, *shop.keys[1]));
  const OpenedSegment opened = value_of(open_segment(segment, e, *shop.keys[1]));
  ASSERT_EQ(opened.bodies.size(), 2U);
  EXPECT_EQ(value_of(decode_body(e.feed, 2, opened.bodies[1])).ops.front(), op);
}

TEST_F(SegmentTest, OneChangeAloneStaysUnder350Bytes) {
  const Bytes segment = chain.segment(shop.tenant, *shop.keys[0], {{price_change()}});
  EXPECT_LT(segment.size(), 350U);
  RecordProperty("bytes", static_cast<int>(segment.size()));
}

TEST_F(SegmentTest, InABatchAChangeStaysUnder120Bytes) {
  std::vector<std::vector<Op>> groups;
  for (int i = 0; i < 256; ++i) groups.push_back({price_change()});
  const Bytes segment = chain.segment(shop.tenant, *shop.keys[0], groups);
  EXPECT_LT(segment.size(), 256U * 120U);
  RecordProperty("bytes_per_change", static_cast<int>(segment.size() / 256));
}

TEST_F(SegmentTest, NoFlippedByteGoesUnnoticed) {
  const Bytes good = chain.segment(shop.tenant, *shop.keys[0], {{price_change()}});
  for (std::size_t i = 0; i < good.size(); ++i) {
    Bytes bad = good;
    bad[i] ^= 0x01;
    const auto e = parse_envelope(bad);
    if (!e) continue;
    EXPECT_FALSE(verify_envelope(bad, *e, shop.public_key(0))) << "byte " << i;
  }
}

TEST_F(SegmentTest, CutAnywhereIsRefused) {
  const Bytes good = chain.segment(shop.tenant, *shop.keys[0], {{price_change()}});
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(parse_envelope(ByteView(good).first(size))) << size;
  }
}

TEST_F(SegmentTest, AnotherDevicesKeyOrAnotherTenantsDoesNotOpenIt) {
  const Bytes segment = chain.segment(shop.tenant, *shop.keys[0], {{price_change()}});
  const Envelope e = value_of(parse_envelope(segment));
  EXPECT_FALSE(verify_envelope(segment, e, shop.public_key(1)));
  Shop stranger(1);
  stranger.random.u64();
  const auto other_ring = security::KeyRing::generate(id_of(0x7f), stranger.clock, stranger.random);
  const RingKeys other(other_ring, stranger.signing[0], stranger.random);
  EXPECT_FALSE(open_segment(segment, e, other));
  const auto unknown = verify_envelope(segment, e, other);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, ErrorKind::denied);
}

TEST_F(SegmentTest, AnEpochThatIsMissingIsDeniedNotCorrupt) {
  const auto before = shop.ring.clone();
  shop.ring.rotate(shop.clock, shop.random);
  const Bytes segment = chain.segment(shop.tenant, *shop.keys[0], {{price_change()}});
  const Envelope e = value_of(parse_envelope(segment));
  const RingKeys behind(before, shop.signing[1], shop.random);
  EXPECT_FALSE(behind.has_epoch(e.key_epoch));
  const auto opened = open_segment(segment, e, behind);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::denied);
}

TEST_F(SegmentTest, RecordsThatAreNotTheSignedOnesAreRefused) {
  RecordBytes record = chain.append({price_change()});
  record.hash[0] ^= 1;
  const Bytes segment = value_of(seal_segment(shop.tenant, chain.feed, 1, {}, {record}, *shop.keys[0]));
  const Envelope e = value_of(parse_envelope(segment));
  EXPECT_TRUE(verify_envelope(segment, e, shop.public_key(0)));
  EXPECT_FALSE(open_segment(segment, e, *shop.keys[1]));
}

TEST_F(SegmentTest, ANewerFormatSaysSo) {
  Bytes segment = chain.segment(shop.tenant, *shop.keys[0], {{price_change()}});
  segment[2] = kSegmentVersion + 1;
  const auto e = parse_envelope(segment);
  ASSERT_FALSE(e);
  EXPECT_EQ(e.error().kind, ErrorKind::permanent);
}

}  // namespace
}  // namespace till::sync

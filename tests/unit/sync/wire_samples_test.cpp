// Records, segments and messages as the first released formats wrote them (tests/vectors/formats/README.md).
#include <gtest/gtest.h>

#include "sample_keys.hpp"
#include "security/seal.hpp"
#include "support/samples.hpp"
#include "sync/messages.hpp"

namespace till::sync {
namespace {

using till::test::sample;

const Feed kFeed{id_of(0xde, 1), 77, Lane::normal};
const Order kSeen{Stamp::of(1'789'999'999'000, 1), id_of(0xde, 2), 5, 4};

Record change() {
  Record r;
  r.feed = kFeed;
  r.sequence = 9;
  r.stamp = Stamp::of(1'790'000'000'123, 4);
  r.op_id = id_of(0x0f, 2);
  r.needs = {{{id_of(0xde, 2), 5, Lane::critical}, 31}};
  Op price = set_op(id_of(0xaa), 3, "tea", 7);
  price.fields[900] = {};
  price.replaces[3] = {kSeen, {Stamp::of(1'790'000'000'000, 0), id_of(0xde, 1), 77, 8}};
  Op document;
  document.kind = OpKind::add;
  document.entity = 20;
  document.row = id_of(0xbb);
  document.fields[1] = Bytes(300, 7);
  r.ops = {price, document};
  return r;
}

TEST(RecordSample, OfSchema1IsReadInFullAndWrittenAlike) {
  ASSERT_EQ(kSchema, 1U) << "a sample of the new schema belongs beside this one";
  const Bytes bytes = sample("record-1", [] { return value_of(encode_body(change())); });
  const Record read = value_of(decode_body(kFeed, 9, bytes));
  EXPECT_EQ(read.stamp.ms(), 1'790'000'000'123);
  EXPECT_EQ(read.stamp.counter(), 4);
  EXPECT_EQ(read.schema, 1U);
  EXPECT_EQ(read.min_reader, 1U);
  EXPECT_EQ(read, change());
  EXPECT_EQ(value_of(encode_body(change())), bytes);
}

TEST(RecordSample, TheChainOfIt) {
  const Bytes bytes = sample("record-1", [] { return value_of(encode_body(change())); });
  RecordHash previous;
  previous.fill(5);
  EXPECT_EQ(to_hex(chain_hash(kFeed, 9, previous, bytes)),
            "59612edf5c0d6047f551507d665ac0397fa29817a37aa3817d35bd43d05a2ac8");
}

// Two records whose bytes are given, so that a segment's sample stands for the segment alone.
std::vector<RecordBytes> records(const std::vector<Bytes>& bodies, RecordHash previous) {
  std::vector<RecordBytes> all;
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    previous = chain_hash(kFeed, 9 + i, previous, bodies[i]);
    all.push_back({bodies[i], previous});
  }
  return all;
}

struct SegmentSample : testing::Test {
  SegmentSample() { before.fill(5); }
  Bytes seal(const std::vector<Bytes>& bodies) {
    return value_of(seal_segment(keys.tenant, kFeed, 9, before, records(bodies, before), keys.of_device(1)));
  }
  // Everything that the clear part says, but how long the sealed part is.
  void expect_envelope(const Bytes& segment, const std::vector<Bytes>& bodies, std::int64_t last_ms) {
    const Envelope e = value_of(parse_envelope(segment));
    EXPECT_EQ(e.version, 1);
    EXPECT_EQ(e.tenant, keys.tenant);
    EXPECT_EQ(e.feed, kFeed);
    EXPECT_EQ(e.first_sequence, 9U);
    EXPECT_EQ(e.count, bodies.size());
    EXPECT_EQ(e.previous_hash, before);
    EXPECT_EQ(e.last_hash, records(bodies, before).back().hash);
    EXPECT_EQ(e.first_stamp, Stamp::of(1'790'000'000'123, 4));
    EXPECT_EQ(e.last_stamp.ms(), last_ms);
    EXPECT_EQ(e.schema, 1U);
    EXPECT_EQ(e.min_reader, 1U);
    EXPECT_EQ(e.key_epoch, 3U);
    EXPECT_EQ(std::size_t{e.header_bytes} + 64 + e.payload_bytes, segment.size());
    EXPECT_TRUE(verify_envelope(segment, e, keys.public_key(1)));
    EXPECT_TRUE(verify_envelope(segment, e, keys.of_device(2)));
    EXPECT_EQ(value_of(open_segment(segment, e, keys.of_device(2))).bodies, bodies);
  }
  SampleKeys keys;
  RecordHash before{};
};

TEST_F(SegmentSample, OfVersion1IsVerifiedAndOpened) {
  ASSERT_EQ(kSegmentVersion, 1) << "a sample of the new version belongs beside this one";
  Record later = change();
  later.sequence = 10;
  later.stamp = Stamp::of(1'790'000'000'456, 0);
  const std::vector<Bytes> bodies = {value_of(encode_body(change())), value_of(encode_body(later))};
  const Bytes segment = sample("segment-1", [&] { return seal(bodies); });
  expect_envelope(segment, bodies, 1'790'000'000'456);
  EXPECT_LT(value_of(parse_envelope(segment)).payload_bytes, bodies[0].size()) << "its records are compressed";
  // The compressor may become better: the clear part is compared up to the length of the rest.
  const Bytes now = seal(bodies);
  expect_envelope(now, bodies, 1'790'000'000'456);
  const std::size_t clear = value_of(parse_envelope(segment)).header_bytes - 2U;
  EXPECT_EQ(to_hex(ByteView(now).first(clear)), to_hex(ByteView(segment).first(clear)));
}

TEST_F(SegmentSample, OfVersion1WithoutCompressionIsWrittenAlike) {
  Record noise = change();
  noise.ops.resize(1);
  noise.ops[0].fields[3] = SeededRandom(8).bytes(200);
  const std::vector<Bytes> bodies = {value_of(encode_body(noise))};
  const Bytes segment = sample("segment-1-unpacked", [&] { return seal(bodies); });
  expect_envelope(segment, bodies, 1'790'000'000'123);
  if (security::preferred_algorithm() != security::SealAlgorithm::aes_256_gcm)
    GTEST_SKIP() << "sealed with AES, which this processor has no instructions for: opened, but not made again";
  EXPECT_EQ(seal(bodies), segment);
}

RecordHash hash_of_nines() {
  RecordHash hash;
  hash.fill(9);
  return hash;
}
const Cursor kCursor{7, {1, 2, 3, 4'000'000'000}};

Message read_sample(const std::string& name, const Message& written) {
  EXPECT_EQ(kProtocolVersion, 1) << "a sample of the new version belongs beside this one";
  const Bytes frame = sample("message-1-" + name, [&] { return encode_message(written); });
  EXPECT_EQ(to_hex(ByteView(frame).first(4)), "5453010" + std::to_string(written.index() + 1));
  EXPECT_EQ(encode_message(written), frame);
  return value_of(decode_message(frame));
}

TEST(MessageSample, Hello) {
  const Hello written{1,
                      id_of(0x7e),
                      id_of(0xde, 1),
                      77,
                      kCursor,
                      hash_of_nines(),
                      1'790'000'000'000,
                      "tillstick 0.1",
                      {4, 3, 2, 1},
                      id_of(0x55),
                      {{6, 100}, {5, 90}}};
  const auto read = std::get<Hello>(read_sample("hello", written));
  EXPECT_EQ(read.version, 1);
  EXPECT_EQ(read.tenant, id_of(0x7e));
  EXPECT_EQ(read.device, id_of(0xde, 1));
  EXPECT_EQ(read.incarnation, 77U);
  EXPECT_EQ(read.cursor, kCursor);
  EXPECT_EQ(read.all_heads, hash_of_nines());
  EXPECT_EQ(read.time_ms, 1'790'000'000'000);
  EXPECT_EQ(read.program, "tillstick 0.1");
  EXPECT_EQ(read.floor, (std::array<std::uint64_t, kLanes>{4, 3, 2, 1}));
  EXPECT_EQ(read.floor_snapshot, id_of(0x55));
  EXPECT_EQ(read.ancestors, (std::vector<EpochAncestor>{{6, 100}, {5, 90}}));
}

TEST(MessageSample, Have) {
  const Have written{{{kFeed, 10, hash_of_nines(), 0}, {{id_of(0xde, 2), 5, Lane::low}, 12, {}, 1}}, true};
  const auto read = std::get<Have>(read_sample("have", written));
  ASSERT_EQ(read.heads.size(), 2U);
  EXPECT_EQ(read.heads[0], (FeedHead{kFeed, 10, hash_of_nines(), 0}));
  EXPECT_EQ(read.heads[1], (FeedHead{{id_of(0xde, 2), 5, Lane::low}, 12, {}, 1}));
  EXPECT_TRUE(read.more);
}

TEST(MessageSample, Want) {
  const auto read = std::get<Want>(read_sample("want", Want{kCursor, {{kFeed, 3, 9}}}));
  EXPECT_EQ(read.after, kCursor);
  ASSERT_EQ(read.ranges.size(), 1U);
  EXPECT_EQ(read.ranges[0].feed, kFeed);
  EXPECT_EQ(read.ranges[0].first, 3U);
  EXPECT_EQ(read.ranges[0].last, 9U);
}

TEST(MessageSample, Segment) {
  const auto read = std::get<SegmentMessage>(read_sample("segment", SegmentMessage{7, 100, 98, Bytes(130, 3)}));
  EXPECT_EQ(read.epoch, 7U);
  EXPECT_EQ(read.sequence, 100U);
  EXPECT_EQ(read.after, 98U);
  EXPECT_EQ(read.bytes, Bytes(130, 3));
}

TEST(MessageSample, Ack) {
  const Ack written{{{kFeed, 1, 5, hash_of_nines(), Outcome::gap, 2}}, kCursor, 1'790'000'000'001, {40, 30, 20, 10}};
  const auto read = std::get<Ack>(read_sample("ack", written));
  ASSERT_EQ(read.items.size(), 1U);
  EXPECT_EQ(read.items[0].feed, kFeed);
  EXPECT_EQ(read.items[0].first, 1U);
  EXPECT_EQ(read.items[0].last, 5U);
  EXPECT_EQ(read.items[0].last_hash, hash_of_nines());
  EXPECT_EQ(read.items[0].outcome, Outcome::gap);
  EXPECT_EQ(read.items[0].head, 2U);
  EXPECT_EQ(read.cursor, kCursor);
  EXPECT_EQ(read.time_ms, 1'790'000'000'001);
  EXPECT_EQ(read.until, (std::array<std::uint64_t, kLanes>{40, 30, 20, 10}));
}

TEST(MessageSample, TheNumbersOfOutcomesAndLanes) {
  EXPECT_EQ(static_cast<int>(Outcome::stored), 0);
  EXPECT_EQ(static_cast<int>(Outcome::duplicate), 1);
  EXPECT_EQ(static_cast<int>(Outcome::gap), 2);
  EXPECT_EQ(static_cast<int>(Outcome::malformed), 3);
  EXPECT_EQ(static_cast<int>(Outcome::too_large), 4);
  EXPECT_EQ(static_cast<int>(Outcome::wrong_tenant), 5);
  EXPECT_EQ(static_cast<int>(Outcome::unknown_device), 6);
  EXPECT_EQ(static_cast<int>(Outcome::revoked), 7);
  EXPECT_EQ(static_cast<int>(Outcome::bad_signature), 8);
  EXPECT_EQ(static_cast<int>(Outcome::busy), 9);
  for (std::size_t i = 0; i < kLanes; ++i) EXPECT_EQ(index(kAllLanes.at(i)), i);
}

}  // namespace
}  // namespace till::sync

#include "sync/record.hpp"

#include <gtest/gtest.h>

#include "sync_fixture.hpp"

namespace till::sync {
namespace {

Record sample() {
  Record r;
  r.feed = {id_of(0xde, 1), 77, Lane::normal};
  r.sequence = 9;
  r.stamp = Stamp::of(1'790'000'000'123, 4);
  r.op_id = id_of(0x0f, 2);
  r.needs = {{{id_of(0xde, 2), 5, Lane::critical}, 31}};
  Op op = set_op(id_of(0xaa), 3, "tea");
  op.fields[900] = {};
  op.replaces[3] = {{Stamp::of(1'789'999'999'000, 1), id_of(0xde, 2), 5, 4},
                    {Stamp::of(1'790'000'000'000, 0), id_of(0xde, 1), 77, 8}};
  Op document;
  document.kind = OpKind::add;
  document.entity = 20;
  document.row = id_of(0xbb);
  document.fields[1] = Bytes(3000, 7);
  r.ops = {op, document};
  return r;
}

TEST(Record, ComesBackAsItWas) {
  const Record r = sample();
  EXPECT_EQ(value_of(decode_body(r.feed, r.sequence, value_of(encode_body(r)))), r);
}

TEST(Record, CutAnywhereIsRefusedAndNeverRead) {
  const Record r = sample();
  const Bytes body = value_of(encode_body(r));
  for (std::size_t size = 0; size < body.size(); ++size) {
    EXPECT_FALSE(decode_body(r.feed, r.sequence, ByteView(body).first(size))) << size;
  }
  Bytes longer = body;
  longer.push_back(0);
  EXPECT_FALSE(decode_body(r.feed, r.sequence, longer));
}

TEST(Record, AnyBytesAreReadOrRefused) {
  SeededRandom random(5);
  const Bytes body = value_of(encode_body(sample()));
  for (int i = 0; i < 20'000; ++i) {
    Bytes mangled = body;
    for (std::uint64_t n = 0; n <= random.below(4); ++n) {
      mangled[random.below(200)] = static_cast<std::uint8_t>(random.u64());
    }
    const auto read = decode_body(sample().feed, 9, mangled);
    if (!read) {
      EXPECT_EQ(read.error().kind, ErrorKind::corrupt);
    }
  }
}

TEST(Record, OfANewerProgramIsKeptUnread) {
  Record r = sample();
  r.min_reader = kSchema + 1;
  const Record read = value_of(decode_body(r.feed, r.sequence, value_of(encode_body(r))));
  EXPECT_EQ(read.min_reader, kSchema + 1);
  EXPECT_EQ(read.stamp, r.stamp);
  EXPECT_TRUE(read.ops.empty());
}

TEST(Record, TooManyChangesAreRefused) {
  Record r = sample();
  r.ops.assign(kMaxOpsPerRecord + 1, r.ops.front());
  EXPECT_FALSE(encode_body(r));
  r.ops.resize(1);
  r.ops[0].fields[1] = Bytes(kMaxRecordBytes, 1);
  EXPECT_FALSE(encode_body(r));
}

TEST(Record, TheChainDependsOnEveryPart) {
  const Feed feed = sample().feed;
  const Bytes body = to_bytes("body");
  const RecordHash hash = chain_hash(feed, 1, {}, body);
  Feed other = feed;
  other.lane = Lane::low;
  RecordHash previous{};
  previous[31] = 1;
  EXPECT_NE(chain_hash(other, 1, {}, body), hash);
  EXPECT_NE(chain_hash(feed, 2, {}, body), hash);
  EXPECT_NE(chain_hash(feed, 1, previous, body), hash);
  EXPECT_NE(chain_hash(feed, 1, {}, to_bytes("bodz")), hash);
}

}  // namespace
}  // namespace till::sync

#include "sync/messages.hpp"

#include <gtest/gtest.h>

#include "sync_fixture.hpp"

namespace till::sync {
namespace {

const Feed kFeed{id_of(0xde, 1), 123, Lane::high};

std::vector<Message> samples() {
  RecordHash hash{};
  hash[0] = 9;
  Cursor cursor{7, {1, 2, 3, 4}};
  return {Hello{1,
                id_of(0x7e),
                id_of(0xde),
                5,
                cursor,
                hash,
                1'790'000'000'000,
                "tillstick 0.1",
                {4, 3, 2, 1},
                id_of(0x55),
                {{6, 100}, {5, 90}}},
          Have{{{kFeed, 10, hash, 0}, {kFeed, 12, hash, 1}}, true}, Want{cursor, {{kFeed, 3, 9}}},
          SegmentMessage{7, 100, 98, Bytes(500, 3)}, Ack{{{kFeed, 1, 5, hash, Outcome::gap, 2}}, cursor, 99}};
}

TEST(Messages, ComeBackAsTheyWere) {
  for (const Message& message : samples()) {
    const Bytes frame = encode_message(message);
    const Message read = value_of(decode_message(frame));
    EXPECT_EQ(read.index(), message.index());
    EXPECT_EQ(encode_message(read), frame);
  }
}

TEST(Messages, CutAnywhereAreRefused) {
  for (const Message& message : samples()) {
    const Bytes frame = encode_message(message);
    for (std::size_t size = 0; size < frame.size(); ++size) {
      EXPECT_FALSE(decode_message(ByteView(frame).first(size)));
    }
  }
}

TEST(Messages, AnyBytesAreReadOrRefused) {
  SeededRandom random(1);
  for (int i = 0; i < 20'000; ++i) {
    Bytes frame = encode_message(samples()[random.below(5)]);
    for (std::uint64_t n = 0; n <= random.below(3); ++n) {
      frame[random.below(frame.size())] = static_cast<std::uint8_t>(random.u64());
    }
    (void)decode_message(frame);
  }
}

TEST(Messages, OfAnotherVersionOrKindOrLaneAreRefusedWithASentence) {
  Bytes frame = encode_message(samples()[0]);
  frame[2] = kProtocolVersion + 1;
  EXPECT_EQ(decode_message(frame).error().kind, ErrorKind::permanent);
  frame[2] = kProtocolVersion;
  frame[3] = 9;
  EXPECT_EQ(decode_message(frame).error().kind, ErrorKind::corrupt);
  Feed feed = kFeed;
  feed.lane = static_cast<Lane>(4);
  EXPECT_FALSE(decode_message(encode_message(Have{{{feed, 1, {}, 0}}, false})));
}

TEST(Messages, AListLongerThanAMessageMayBeIsRefusedUnread) {
  Have have;
  have.heads.assign(kMaxHeadsPerMessage, {kFeed, 1'000'000, {}, 0});
  EXPECT_TRUE(decode_message(encode_message(have)));
  have.heads.assign(2000, {kFeed, 1'000'000, {}, 0});
  EXPECT_FALSE(decode_message(encode_message(have)));
}

}  // namespace
}  // namespace till::sync

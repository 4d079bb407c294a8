// A snapshot as the first released format wrote it (tests/vectors/formats/README.md).
#include <gtest/gtest.h>

#include "sample_keys.hpp"
#include "security/hash.hpp"
#include "security/seal.hpp"
#include "support/samples.hpp"
#include "sync/snapshot.hpp"

namespace till::sync {
namespace {

using till::test::sample;

const Feed kFeed{id_of(0xde, 1), 77, Lane::normal};
const Order kWinner{Stamp::of(1'790'000'000'000, 2), id_of(0xde, 1), 77, 8};
const Order kLoser{Stamp::of(1'789'999'999'000, 1), id_of(0xde, 2), 5, 4};
const Order kMissing{Stamp::of(1'789'999'998'000, 0), id_of(0xde, 3), 6, 1};

RecordHash all_of(std::uint8_t byte) {
  RecordHash hash;
  hash.fill(byte);
  return hash;
}

SnapshotChunk chunk() {
  SnapshotChunk c;
  c.heads = {{kFeed, 7, all_of(9), 0}, {kFeed, 9, all_of(8), 1}};
  c.ops = {id_of(0x0f, 1), id_of(0x0f, 2)};
  c.parked = {{kFeed, 10, 12, ParkedReason::future_stamp, 1'790'000'900'000, 3, true, to_bytes("parked")}};
  c.rows = {{7,
             id_of(0xaa),
             {{2, kWinner, to_bytes("Espresso"), {{kLoser, to_bytes("Ristretto")}}, {kMissing}},
              {3, kLoser, Bytes{}, {}, {}}}}};
  c.documents = {{20, id_of(0xbb), id_of(0xde, 1), {{1, to_bytes("a sale")}, {900, Bytes(300, 7)}}}};
  return c;
}

void expect_chunk(const SnapshotChunk& read) {
  ASSERT_EQ(read.heads.size(), 2U);
  EXPECT_EQ(read.heads[0], (FeedHead{kFeed, 7, all_of(9), 0}));
  EXPECT_EQ(read.heads[1], (FeedHead{kFeed, 9, all_of(8), 1}));
  EXPECT_EQ(read.ops, (std::vector<Id>{id_of(0x0f, 1), id_of(0x0f, 2)}));
  ASSERT_EQ(read.parked.size(), 1U);
  const SnapshotParked& parked = read.parked[0];
  EXPECT_EQ(parked.feed, kFeed);
  EXPECT_EQ(parked.first, 10U);
  EXPECT_EQ(parked.last, 12U);
  EXPECT_EQ(static_cast<int>(parked.reason), 2);
  EXPECT_EQ(parked.due_ms, 1'790'000'900'000);
  EXPECT_EQ(parked.key_epoch, 3U);
  EXPECT_TRUE(parked.whole_segment);
  EXPECT_EQ(parked.bytes, to_bytes("parked"));
  ASSERT_EQ(read.rows.size(), 1U);
  EXPECT_EQ(read.rows[0].entity, 7);
  EXPECT_EQ(read.rows[0].row, id_of(0xaa));
  ASSERT_EQ(read.rows[0].fields.size(), 2U);
  const SnapshotField& name = read.rows[0].fields[0];
  EXPECT_EQ(name.number, 2);
  EXPECT_EQ(name.order, kWinner);
  EXPECT_EQ(name.value, to_bytes("Espresso"));
  EXPECT_EQ(name.rivals, (std::vector<Rival>{{kLoser, to_bytes("Ristretto")}}));
  EXPECT_EQ(name.expected, std::vector<Order>{kMissing});
  const SnapshotField& empty = read.rows[0].fields[1];
  EXPECT_EQ(empty.number, 3);
  EXPECT_EQ(empty.order, kLoser);
  EXPECT_TRUE(empty.value.empty() && empty.rivals.empty() && empty.expected.empty());
  ASSERT_EQ(read.documents.size(), 1U);
  EXPECT_EQ(read.documents[0].entity, 20);
  EXPECT_EQ(read.documents[0].row, id_of(0xbb));
  EXPECT_EQ(read.documents[0].author, id_of(0xde, 1));
  EXPECT_EQ(read.documents[0].fields, (FieldMap{{1, to_bytes("a sale")}, {900, Bytes(300, 7)}}));
}

struct SnapshotSample : testing::Test {
  // The snapshot that chunks are sealed for; a manifest's sample names a chunk of its own.
  SnapshotManifest manifest() const {
    SnapshotManifest m;
    m.id = id_of(0x55);
    m.tenant = keys.tenant;
    m.device = SampleKeys::device(1);
    m.made_at_ms = 1'790'000'000'500;
    m.key_epoch = 3;
    m.cursor = {7, {1, 2, 3, 4'000'000'000}};
    m.positions = {{kFeed, 12}, {{id_of(0xde, 2), 5, Lane::low}, 3}};
    m.lanes = {10, 20, 30, 40};
    m.digests = {{7, 2, 0x0123456789abcdef}, {20, 1, 0xfedcba9876543210}};
    m.chunks = {{500, all_of(6)}, {700, all_of(7)}};
    return m;
  }
  SampleKeys keys;
};

TEST_F(SnapshotSample, ChunkOfVersion1IsReadInFullAndWrittenAlike) {
  ASSERT_EQ(kSnapshotVersion, 1) << "a sample of the new version belongs beside this one";
  const Bytes bytes = sample("snapshot-chunk-1", [] { return encode_chunk(chunk()); });
  expect_chunk(value_of(decode_chunk(bytes)));
  EXPECT_EQ(encode_chunk(chunk()), bytes);
}

TEST_F(SnapshotSample, SealedChunkOfVersion1Opens) {
  const Bytes sealed = sample("snapshot-chunk-1-sealed",
                              [&] { return value_of(seal_chunk(manifest(), 1, chunk(), keys.of_device(1))); });
  SnapshotManifest names_it = manifest();
  names_it.chunks[1] = {sealed.size(), security::sha256(sealed)};
  expect_chunk(value_of(open_chunk(names_it, 1, sealed, keys.of_device(2))));
  EXPECT_FALSE(open_chunk(names_it, 0, sealed, keys.of_device(2)));
  const Bytes now = value_of(seal_chunk(manifest(), 1, chunk(), keys.of_device(1)));
  constexpr std::size_t kHeaderBytes = 2 + 1 + 16 + 16 + 4;
  EXPECT_EQ(to_hex(ByteView(now).first(kHeaderBytes)), to_hex(ByteView(sealed).first(kHeaderBytes)));
}

TEST_F(SnapshotSample, ManifestOfVersion1IsVerifiedAndReadInFull) {
  const Bytes bytes =
      sample("snapshot-manifest-1", [&] { return value_of(seal_manifest(manifest(), keys.of_device(1))); });
  const SnapshotManifest read = value_of(open_manifest(bytes, keys.tenant, keys.of_device(2)));
  const SnapshotManifest written = manifest();
  EXPECT_EQ(read.id, written.id);
  EXPECT_EQ(read.tenant, written.tenant);
  EXPECT_EQ(read.device, written.device);
  EXPECT_EQ(read.made_at_ms, 1'790'000'000'500);
  EXPECT_EQ(read.schema, 1U);
  EXPECT_EQ(read.min_reader, 1U);
  EXPECT_EQ(read.key_epoch, 3U);
  EXPECT_EQ(read.cursor, written.cursor);
  EXPECT_EQ(read.positions, written.positions);
  EXPECT_EQ(read.lanes, written.lanes);
  EXPECT_EQ(read.digests, written.digests);
  ASSERT_EQ(read.chunks.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(read.chunks[i].bytes, written.chunks[i].bytes);
    EXPECT_EQ(read.chunks[i].sha256, written.chunks[i].sha256);
  }
  const Bytes now = value_of(seal_manifest(written, keys.of_device(1)));
  constexpr std::size_t kHeaderBytes = 2 + 1 + 16 + 16 + 4;
  EXPECT_EQ(to_hex(ByteView(now).first(kHeaderBytes)), to_hex(ByteView(bytes).first(kHeaderBytes)));
}

// Under the seal, where no compressor has a say.
TEST_F(SnapshotSample, ContentOfAManifestOfVersion1IsWrittenAlike) {
  const Bytes bytes = sample("snapshot-manifest-1-content", [&] { return encode(manifest()); });
  EXPECT_EQ(encode(manifest()), bytes);
}

}  // namespace
}  // namespace till::sync

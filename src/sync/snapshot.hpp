// A snapshot: everything that the records up to some point add up to, so that a new terminal, or one that was away for
// longer than the log is kept, need not replay the past. It is taken in by joining it with what is there
// (bootstrap.hpp), never by replacing it.
//
// A snapshot is a manifest and chunks. Rows are in the order of entity and id, in one fixed encoding: two terminals
// with the same log make the same rows. Byte level: docs/SYNC.md, "Snapshot". Decoders take foreign bytes: bounded,
// corrupt for anything malformed. Pure; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/bytes.hpp"
#include "core/id.hpp"
#include "core/result.hpp"
#include "sync/merge.hpp"
#include "sync/messages.hpp"
#include "sync/progress.hpp"
#include "sync/segment_keys.hpp"
#include "sync/store.hpp"

namespace till::sync {

constexpr std::uint8_t kSnapshotVersion = 1;
constexpr std::size_t kSnapshotChunkBytes = 512 * 1024;          // plain, at which a chunk ends
constexpr std::size_t kMaxSnapshotChunkBytes = 4 * 1024 * 1024;  // sealed; anything longer is refused unread
constexpr std::size_t kMaxSnapshotChunks = 65'536;
constexpr std::size_t kMaxManifestBytes = 4 * 1024 * 1024;

struct SnapshotField {
  FieldNumber number = 0;
  Order order;
  Bytes value;
  std::vector<Rival> rivals;
  std::vector<Order> expected;
};

struct SnapshotRow {
  EntityNumber entity = 0;
  Id row;
  std::vector<SnapshotField> fields;
};

struct SnapshotDocument {
  EntityNumber entity = 0;
  Id row;
  Id author;  // a terminal of the store in which it was made, for those who choose; nil where nobody knows
  FieldMap fields;
};

struct SnapshotParked {
  Feed feed;
  std::uint64_t first = 0, last = 0;
  ParkedReason reason = ParkedReason::invalid;
  std::int64_t due_ms = 0;
  std::uint32_t key_epoch = 0;
  bool whole_segment = false;
  Bytes bytes;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(feed, first, last, reason, due_ms, key_epoch, whole_segment, bytes);
  }
};

// Heads, op ids and parked records come in the first chunk; then amendments and resolutions, by which rows are ranked
// and judged: before all rows, so that whoever has a row has these, too. Then rows, then all other documents.
struct SnapshotChunk {
  std::vector<FeedHead> heads;
  std::vector<Id> ops;  // of feeds that forked
  std::vector<SnapshotParked> parked;
  std::vector<SnapshotRow> rows;
  std::vector<SnapshotDocument> documents;
};

struct SnapshotChunkName {
  std::uint64_t bytes = 0;  // sealed
  RecordHash sha256{};      // of the sealed bytes

  template <class Archive>
  void serialize(Archive& archive) {
    archive(bytes, sha256);
  }
};

struct SnapshotManifest {
  Id id;
  Id tenant;
  Id device;  // that made and signed it
  std::int64_t made_at_ms = 0;
  std::uint32_t schema = kSchema;
  std::uint32_t min_reader = 1;
  EpochNumber key_epoch = 0;
  Cursor cursor;                        // the hub's: all of it up to here is in the snapshot
  std::vector<FeedPosition> positions;  // the last record of each feed that is in it
  std::vector<std::uint64_t> lanes;
  std::vector<TableDigest> digests;
  std::vector<SnapshotChunkName> chunks;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(id, tenant, device, made_at_ms, schema, min_reader, key_epoch, cursor, positions, lanes, digests, chunks);
  }
};

Bytes encode_chunk(const SnapshotChunk& chunk);
Result<SnapshotChunk> decode_chunk(ByteView plain);
// zstd, then AEAD under the epoch key, bound to tenant, snapshot and number.
Result<Bytes> seal_chunk(const SnapshotManifest& manifest, std::uint32_t number, const SnapshotChunk& chunk,
                         SegmentKeys& keys);
// Checks the hash that the manifest names first.
Result<SnapshotChunk> open_chunk(const SnapshotManifest& manifest, std::uint32_t number, ByteView sealed,
                                 const SegmentKeys& keys);

// Signed by this device.
Result<Bytes> seal_manifest(const SnapshotManifest& manifest, SegmentKeys& keys);
// Denied when it is not signed by a terminal that is known, invalid when it is another tenant's or for a newer program.
Result<SnapshotManifest> open_manifest(ByteView bytes, const Id& tenant, const SegmentKeys& keys,
                                       std::uint32_t reader = kSchema);

// Where a snapshot is made from: one unchanging view of a terminal's data. storage/snapshot_source implements it over a
// read-only connection, so that selling goes on.
class SnapshotSource {
 public:
  virtual ~SnapshotSource() = default;
  // Cursor, positions, lanes and digests. An error of kind retry while own records wait that the hub can still get,
  // since others could not follow from here; of kind permanent where a part is left out by choice (selective sync).
  virtual Status describe(SnapshotManifest& manifest) = 0;
  // The next part, about kSnapshotChunkBytes; false: that was all.
  virtual Result<bool> next(SnapshotChunk& chunk) = 0;
};

SnapshotRow to_snapshot(EntityNumber entity, const Id& row, const RowState& state);
RowState from_snapshot(const SnapshotRow& row);

}  // namespace till::sync

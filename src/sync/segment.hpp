// A segment carries consecutive records of one feed: a clear, signed envelope and a sealed payload. Its author cuts it
// once and keeps the identical bytes for sending again. Byte level: docs/SYNC.md, "Segment".
//
//   envelope (clear) || Ed25519 signature (64) over "till segment 1" || envelope || SHA-256(payload) || payload
//
// The payload is zstd, then AEAD under the tenant's epoch key with the envelope as associated data. A hub needs only
// parse_envelope and verify_envelope; it cannot read the payload. All functions take foreign bytes: bounded, corrupt
// for anything malformed, denied for a wrong signature. Pure; any thread.
#pragma once

#include <cstdint>
#include <vector>

#include "core/bytes.hpp"
#include "core/id.hpp"
#include "core/result.hpp"
#include "sync/record.hpp"
#include "sync/segment_keys.hpp"
#include "sync/stamp.hpp"

namespace till::sync {

constexpr std::uint8_t kSegmentVersion = 1;
constexpr std::size_t kMaxSegmentBytes = 640 * 1024;    // anything longer is refused unread
constexpr std::size_t kSegmentTargetBytes = 32 * 1024;  // plain record bytes at which a segment is cut
constexpr std::size_t kMaxPlainBytes = 1024 * 1024;     // after decompression
constexpr std::size_t kMaxRecordsPerSegment = 256;
constexpr std::size_t kMaxOpsPerSegment = 256;

struct Envelope {
  std::uint8_t version = kSegmentVersion;
  Id tenant;
  Feed feed;
  std::uint64_t first_sequence = 0;
  std::uint32_t count = 0;
  RecordHash previous_hash{};  // of the record before the first
  RecordHash last_hash{};
  Stamp first_stamp, last_stamp;
  std::uint32_t schema = 0;      // the highest among the records
  std::uint32_t min_reader = 0;  // the highest among the records
  EpochNumber key_epoch = 0;
  std::uint32_t payload_bytes = 0;
  std::uint32_t header_bytes = 0;  // where the signature begins

  [[nodiscard]] std::uint64_t last_sequence() const { return first_sequence + count - 1; }
};

// Reads the clear part and checks that the lengths add up. No keys.
Result<Envelope> parse_envelope(ByteView segment);

// The signature, with the device's Ed25519 public key (32 bytes), as a hub knows it.
Status verify_envelope(ByteView segment, const Envelope& envelope, ByteView public_key);
// The same with the keys that a terminal knows; denied when the device is unknown.
Status verify_envelope(ByteView segment, const Envelope& envelope, const SegmentKeys& keys);

// One record as stored by its author.
struct RecordBytes {
  Bytes body;
  RecordHash hash{};
};

// Consecutive records of `feed` from `first_sequence` on, the one before having `previous_hash`.
Result<Bytes> seal_segment(const Id& tenant, const Feed& feed, std::uint64_t first_sequence,
                           const RecordHash& previous_hash, const std::vector<RecordBytes>& records, SegmentKeys& keys);

struct OpenedSegment {
  std::vector<Bytes> bodies;  // of the records, in order; decode_body reads them
};
// Decrypts and checks that the records are the chain that the envelope names. The caller has verified the signature.
// The stamps and the schema in the envelope are their author's word.
Result<OpenedSegment> open_segment(ByteView segment, const Envelope& envelope, const SegmentKeys& keys);

}  // namespace till::sync

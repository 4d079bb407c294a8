#include "sync/segment.hpp"

#include <algorithm>

#include "security/hash.hpp"
#include "security/signing.hpp"
#include "sync/packing.hpp"
#include "sync/sabotage.hpp"

namespace till::sync {

namespace {

constexpr std::size_t kSignatureBytes = 64;

void write_envelope(ByteWriter& out, const Envelope& e) {
  out.raw(view("TG"));
  out.u8(e.version);
  out.raw(e.tenant.view());
  out.raw(e.feed.device.view());
  out.u64(e.feed.incarnation);
  out.u8(static_cast<std::uint8_t>(e.feed.lane));
  out.varint(e.first_sequence);
  out.varint(e.count);
  out.raw(e.previous_hash);
  out.raw(e.last_hash);
  out.u64(e.first_stamp.packed);
  out.varint(e.last_stamp.packed - e.first_stamp.packed);
  out.varint(e.schema);
  out.varint(e.min_reader);
  out.varint(e.key_epoch);
  out.varint(e.payload_bytes);
}

Result<std::uint32_t> small(ByteReader& in) {
  const auto v = TRY(in.varint());
  if (v > UINT32_MAX) return corrupt("the segment's envelope cannot be read");
  return static_cast<std::uint32_t>(v);
}

Result<Id> read_id(ByteReader& in) {
  const auto bytes = TRY(in.raw(16));
  return id_from_bytes(bytes);
}

Result<RecordHash> read_hash(ByteReader& in) {
  const auto bytes = TRY(in.raw(sizeof(RecordHash)));
  RecordHash hash;
  std::copy(bytes.begin(), bytes.end(), hash.begin());
  return hash;
}

Result<Envelope> read_envelope(ByteReader& in) {
  Envelope e;
  if (as_text(TRY(in.raw(2))) != "TG") return corrupt("this is not a segment");
  e.version = TRY(in.u8());
  if (e.version != kSegmentVersion) {
    return fail(ErrorKind::permanent, "this segment comes from a newer program; bring this one up to date");
  }
  e.tenant = TRY(read_id(in));
  e.feed.device = TRY(read_id(in));
  e.feed.incarnation = TRY(in.u64());
  e.feed.lane = static_cast<Lane>(TRY(in.u8()));
  e.first_sequence = TRY(in.varint());
  e.count = TRY(small(in));
  e.previous_hash = TRY(read_hash(in));
  e.last_hash = TRY(read_hash(in));
  e.first_stamp.packed = TRY(in.u64());
  e.last_stamp.packed = e.first_stamp.packed + TRY(in.varint());
  e.schema = TRY(small(in));
  e.min_reader = TRY(small(in));
  e.key_epoch = TRY(small(in));
  e.payload_bytes = TRY(small(in));
  return e;
}

// The signed bytes; the payload stands in them by its hash, so that signing reads it once.
Bytes signed_message(ByteView header, ByteView payload) {
  ByteWriter out;
  out.raw(view("till segment 1"));
  out.raw(header);
  out.raw(security::sha256(payload));
  return out.take();
}

ByteView header_of(ByteView segment, const Envelope& e) {
  return segment.first(e.header_bytes);
}
ByteView signature_of(ByteView segment, const Envelope& e) {
  return segment.subspan(e.header_bytes, kSignatureBytes);
}
ByteView payload_of(ByteView segment, const Envelope& e) {
  return segment.subspan(e.header_bytes + kSignatureBytes);
}

Result<Envelope> describe(const Id& tenant, const Feed& feed, std::uint64_t first_sequence,
                          const RecordHash& previous_hash, const std::vector<RecordBytes>& records) {
  if (records.empty() || records.size() > kMaxRecordsPerSegment) return invalid("a segment holds 1 to 256 records");
  Envelope e;
  e.tenant = tenant;
  e.feed = feed;
  e.first_sequence = first_sequence;
  e.count = static_cast<std::uint32_t>(records.size());
  e.previous_hash = previous_hash;
  e.last_hash = records.back().hash;
  for (const RecordBytes& bytes : records) {
    const Record record = TRY(decode_body(feed, first_sequence, bytes.body));
    if (e.first_stamp.packed == 0) e.first_stamp = e.last_stamp = record.stamp;
    e.last_stamp = std::max(e.last_stamp, record.stamp);
    e.schema = std::max(e.schema, record.schema);
    e.min_reader = std::max(e.min_reader, record.min_reader);
  }
  return e;
}

}  // namespace

Result<Envelope> parse_envelope(ByteView segment) {
  if (segment.size() > kMaxSegmentBytes) return corrupt("the segment is too large");
  ByteReader in(segment);
  Envelope e = TRY(read_envelope(in));
  e.header_bytes = static_cast<std::uint32_t>(segment.size() - in.rest().size());
  if (in.rest().size() != kSignatureBytes + std::size_t{e.payload_bytes}) {
    return corrupt("the segment's length is not what it says");
  }
  if (index(e.feed.lane) >= kLanes || e.first_sequence == 0 || e.count == 0 || e.count > kMaxRecordsPerSegment ||
      e.first_sequence > UINT64_MAX - kMaxRecordsPerSegment || e.last_stamp < e.first_stamp) {
    return corrupt("the segment's envelope makes no sense");
  }
  if (e.first_sequence == 1 && e.previous_hash != RecordHash{}) {
    return corrupt("the segment's envelope makes no sense");
  }
  return e;
}

Status verify_envelope(ByteView segment, const Envelope& e, ByteView public_key) {
  security::SigningPublicKey key;
  if (public_key.size() != key.size()) return denied("the device's key is not known");
  std::copy(public_key.begin(), public_key.end(), key.begin());
  return security::verify(key, signed_message(header_of(segment, e), payload_of(segment, e)), signature_of(segment, e));
}

Status verify_envelope(ByteView segment, const Envelope& e, const SegmentKeys& keys) {
  return keys.verify(e.feed.device, signed_message(header_of(segment, e), payload_of(segment, e)),
                     signature_of(segment, e));
}

Result<Bytes> seal_segment(const Id& tenant, const Feed& feed, std::uint64_t first_sequence,
                           const RecordHash& previous_hash, const std::vector<RecordBytes>& records,
                           SegmentKeys& keys) {
  Envelope e = TRY(describe(tenant, feed, first_sequence, previous_hash, records));
  ByteWriter plain;
  for (const RecordBytes& record : records) plain.sized(record.body);
  if (plain.bytes().size() > kMaxPlainBytes) return invalid("the records are too large for one segment");
  const Bytes content = packed(plain.bytes());
  e.key_epoch = keys.current_epoch();
  e.payload_bytes = static_cast<std::uint32_t>(content.size() + keys.seal_overhead_bytes());

  ByteWriter out;
  write_envelope(out, e);
  const Bytes payload = TRY(keys.seal(e.key_epoch, content, out.bytes()));
  if (payload.size() != e.payload_bytes) return fail(ErrorKind::permanent, "sealing gave an unexpected length");
  const auto signature = TRY(keys.sign(signed_message(out.bytes(), payload)));
  out.raw(signature);
  out.raw(payload);
  if (out.bytes().size() > kMaxSegmentBytes) return invalid("the records are too large for one segment");
  return out.take();
}

Result<OpenedSegment> open_segment(ByteView segment, const Envelope& e, const SegmentKeys& keys) {
  const auto content_opened = keys.open(e.key_epoch, payload_of(segment, e), header_of(segment, e));
  // Its author signed these bytes: it is the key that is missing, or of two with the same number the other one.
  if (!content_opened) return fail(ErrorKind::denied, "the key of these records is not here yet", content_opened.error().message);
  const Bytes& content = *content_opened;
  const Bytes plain = TRY(unpacked(content, kMaxPlainBytes));
  OpenedSegment opened;
  ByteReader in(plain);
  RecordHash hash = e.previous_hash;
  for (std::uint32_t i = 0; i < e.count; ++i) {
    opened.bodies.push_back(to_bytes(TRY(in.sized(kMaxRecordBytes))));
    hash = chain_hash(e.feed, e.first_sequence + i, hash, opened.bodies.back());
  }
  if (!in.empty()) return corrupt("the segment is longer than its content");
  if (hash != e.last_hash && !sabotaged(Sabotage::chain_unchecked))
    return corrupt("the segment's records are not the ones that were signed");
  return opened;
}

}  // namespace till::sync

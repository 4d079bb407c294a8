#include "sim/sim_keys.hpp"

#include <algorithm>

#include "sync/merge.hpp"

namespace till::sim {

using namespace till::sync;

namespace {

SegmentSignature signature_of(const Id& device, ByteView message) {
  ByteWriter out;
  for (std::uint64_t i = 0; i < 8; ++i) out.u64(checksum(message, checksum(device.view(), i)));
  SegmentSignature signature;
  std::copy(out.bytes().begin(), out.bytes().end(), signature.begin());
  return signature;
}

}  // namespace

std::uint64_t checksum(ByteView bytes, std::uint64_t seed) {
  std::uint64_t h = seed;
  for (const std::uint8_t b : bytes) h = (h ^ b) * 0x100000001b3ULL;
  return h;
}

Result<Bytes> SimKeys::seal(EpochNumber, ByteView plain, ByteView associated) {
  ByteWriter out;
  out.raw(plain);
  out.u64(checksum(associated, checksum(plain)));
  return out.take();
}

Result<Bytes> SimKeys::open(EpochNumber, ByteView sealed, ByteView associated) const {
  if (sealed.size() < 8) return corrupt("too short");
  const ByteView plain = sealed.first(sealed.size() - 8);
  ByteReader in(sealed.last(8));
  const auto sum = TRY(in.u64());
  if (sum != checksum(associated, checksum(plain))) return corrupt("changed on the way");
  return to_bytes(plain);
}

Result<SegmentSignature> SimKeys::sign(ByteView message) {
  return signature_of(own_, message);
}

Status SimKeys::verify(const Id& device, ByteView message, ByteView signature) const {
  if (!equal(signature_of(device, message), signature)) return corrupt("wrong signature");
  return {};
}

std::vector<Id> documents_in_segment(ByteView segment) {
  std::vector<Id> found;
  const auto envelope = parse_envelope(segment);
  if (!envelope) return found;
  const SimKeys keys(envelope->feed.device);
  if (!verify_envelope(segment, *envelope, keys)) return found;
  const auto opened = open_segment(segment, *envelope, keys);
  if (!opened) return found;
  std::uint64_t sequence = envelope->first_sequence;
  for (const Bytes& body : opened->bodies) {
    const auto record = decode_body(envelope->feed, sequence++, body);
    if (!record || !flaw(*record).empty() || record->min_reader > kSchema) continue;
    for (const Op& op : record->ops) {
      if (op.kind == OpKind::add) found.push_back(op.row);
    }
  }
  return found;
}

Status verify_for_hub(ByteView segment, const Envelope& envelope, ByteView) {
  return verify_envelope(segment, envelope, SimKeys(envelope.feed.device));
}

}  // namespace till::sim

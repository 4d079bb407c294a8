// The clear part of a segment, as a hub reads it from anybody.
#include "fuzz/harness.hpp"
#include "sync/segment.hpp"

namespace till::fuzz {

// What OpenSSL makes for itself at the first signature that it checks.
FUZZ_TARGET(envelope, 256 * kKiB) {
  const auto envelope = sync::parse_envelope(input);
  if (!good(envelope)) return;
  must(envelope->header_bytes + 64U + envelope->payload_bytes == input.size(), "the lengths add up");
  must(envelope->count >= 1 && envelope->count <= sync::kMaxRecordsPerSegment, "the count is within its bound");
  must(envelope->last_sequence() >= envelope->first_sequence, "the sequence does not wrap");
  must(envelope->first_stamp <= envelope->last_stamp, "the stamps are in order");
  const Bytes key(32, 7);
  must(!sync::verify_envelope(input, *envelope, key), "nobody signed this");
}

}  // namespace till::fuzz

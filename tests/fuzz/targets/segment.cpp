// A segment's payload behind an open seal. The first byte chooses: the input is a whole segment; or it is the packed
// payload, and the envelope around it is made here; or it is records, which must come out as they went in.
#include "sync/segment.hpp"

#include "fuzz/harness.hpp"
#include "fuzz/targets/cardboard_keys.hpp"
#include "sync/record.hpp"

namespace till::fuzz {
namespace {

sync::Feed feed() {
  sync::Feed feed;
  feed.device.bytes.fill(1);
  feed.incarnation = 77;
  return feed;
}

void open_whole(ByteView segment) {
  const auto envelope = sync::parse_envelope(segment);
  if (!good(envelope)) return;
  const auto opened = sync::open_segment(segment, *envelope, CardboardKeys());
  if (!good(opened)) return;
  must(opened->bodies.size() == envelope->count, "as many records as the envelope says");
  std::uint64_t sequence = envelope->first_sequence;
  for (const Bytes& body : opened->bodies) (void)good(sync::decode_body(envelope->feed, sequence++, body));
}

void open_packed(Pieces in) {
  const auto count = static_cast<std::uint8_t>(1 + in.byte() % 8);
  ByteWriter out;  // docs/SYNC.md, "Segment"
  out.raw(view("TG"));
  out.u8(sync::kSegmentVersion);
  out.raw(Id{}.view());
  out.raw(feed().device.view());
  out.u64(feed().incarnation);
  out.u8(0);
  out.varint(1);
  out.varint(count);
  out.raw(sync::RecordHash{});
  out.raw(sync::RecordHash{});
  out.u64(1);
  for (int zero = 0; zero < 3; ++zero) out.varint(0);
  out.varint(1);
  out.varint(in.rest().size());
  out.raw(Bytes(64));
  out.raw(in.rest());
  open_whole(out.bytes());
}

void seal_and_open(Pieces in) {
  std::vector<sync::RecordBytes> records;
  sync::RecordHash hash{};
  while (!in.rest().empty() && records.size() < sync::kMaxRecordsPerSegment) {
    const std::size_t size = in.byte() * 16U;
    Bytes body = to_bytes(in.take(size));
    hash = sync::chain_hash(feed(), 1 + records.size(), hash, body);
    records.push_back({std::move(body), hash});
  }
  CardboardKeys keys;
  const auto segment = sync::seal_segment({}, feed(), 1, {}, records, keys);
  if (!good(segment)) return;
  const auto envelope = sync::parse_envelope(*segment);
  must(envelope.has_value(), "what is sealed can be parsed");
  const auto opened = sync::open_segment(*segment, *envelope, keys);
  must(opened && opened->bodies.size() == records.size(), "what is sealed can be opened");
  for (std::size_t i = 0; i < records.size(); ++i) must(opened->bodies[i] == records[i].body, "the records come back");
}

}  // namespace

FUZZ_TARGET(segment, 4 * kMiB) {
  Pieces in(input);
  switch (in.byte() % 3) {
    case 0:
      return open_whole(in.rest());
    case 1:
      return open_packed(in);
    default:
      return seal_and_open(in);
  }
}

}  // namespace till::fuzz

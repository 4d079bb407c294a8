// What stands around sync messages on the wire: several of them in one HTTP body, and the three binary frames at the
// beginning of a live link.
#include "fuzz/harness.hpp"
#include "net/hub/frames.hpp"
#include "net/ws_handshake.hpp"

namespace till::fuzz {
namespace {

template <class T>
void comes_back(ByteView bytes) {
  const auto read = decode<T>(bytes);
  if (!good(read)) return;
  const Bytes written = encode(*read);
  const auto again = decode<T>(written);
  must(again && encode(*again) == written, "what was read can be written");
}

}  // namespace

FUZZ_TARGET(wire_frames, 1 * kMiB) {
  Pieces in(input);
  switch (in.byte() % 4) {
    case 0:
      return comes_back<net::LiveChallenge>(in.rest());
    case 1:
      return comes_back<net::LiveProof>(in.rest());
    case 2:
      return comes_back<net::LiveVerdict>(in.rest());
    default:
      break;
  }
  const auto frames = net::split_frames(in.rest(), 4096);
  if (good(frames)) must(equal(net::join_frames(*frames), in.rest()), "frames join as they were split");
}

}  // namespace till::fuzz

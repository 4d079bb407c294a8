// Every message of the sync protocol. A list's size is checked against what is left of the frame, so a frame of 48 KiB
// can make the reader take 48 Ki elements before it finds that they are not there.
#include "fuzz/harness.hpp"
#include "sync/messages.hpp"

namespace till::fuzz {

FUZZ_TARGET(message, 6 * kMiB) {
  const auto message = sync::decode_message(input);
  if (!good(message)) return;
  const auto frame = sync::encode_message(*message);
  const auto again = sync::decode_message(frame);
  must(again && again->index() == message->index(), "what was read can be written and is the same message");
  must(sync::encode_message(*again) == frame, "with the same content");
}

}  // namespace till::fuzz

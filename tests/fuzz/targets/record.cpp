// A record's body: what can be read can be written, and reads the same again.
#include "sync/record.hpp"

#include "fuzz/harness.hpp"

namespace till::fuzz {

FUZZ_TARGET(record, 4 * kMiB) {
  sync::Feed feed;
  feed.device.bytes.fill(1);
  feed.incarnation = 77;
  const auto record = sync::decode_body(feed, 5, input);
  if (!good(record)) return;
  if (record->min_reader > sync::kSchema) return;  // only its beginning was read
  const auto body = sync::encode_body(*record);
  must(body.has_value(), "what was read can be written");
  must(body->size() <= input.size(), "and is not longer");
  const auto again = sync::decode_body(feed, 5, *body);
  must(again && *again == *record, "and reads the same again");
  must(*sync::encode_body(*again) == *body, "and is written the same way ever after");
}

}  // namespace till::fuzz

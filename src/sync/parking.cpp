#include "sync/parking.hpp"

#include <utility>

#include "sync/chain.hpp"

namespace till::sync {

Parked parked_segment(const Envelope& e, ByteView segment, ParkedReason reason, std::string cause, UtcTime now) {
  Parked parked;
  parked.feed = e.feed;
  parked.first = e.first_sequence;
  parked.last = e.last_sequence();
  parked.reason = reason;
  parked.cause = std::move(cause);
  parked.key_epoch = e.key_epoch;
  parked.whole_segment = true;
  parked.bytes = to_bytes(segment);
  parked.since_ms = now.us / 1000;
  return parked;
}

Parked parked_record(const Record& record, ParkedReason reason, std::string cause) {
  Parked parked;
  parked.feed = record.feed;
  parked.first = parked.last = record.sequence;
  parked.reason = reason;
  parked.cause = std::move(cause);
  return parked;
}

bool is_the_records_fault(const Error& error) {
  return error.kind == ErrorKind::corrupt || error.kind == ErrorKind::invalid;
}

Result<bool> is_applied(Store& store, const Dependency& need) {
  if (furthest(TRY(store.heads(need.feed))) < need.sequence) return false;
  return !TRY(store.is_parked(need.feed, need.sequence));
}

}  // namespace till::sync

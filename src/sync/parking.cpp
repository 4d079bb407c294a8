#include "sync/parking.hpp"

#include <algorithm>
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

// Changes of rows are left out: when they can be read, what replaced them may be here. The documents may come again,
// since what is at or below a floor is not stored.
Status park_documents(Store& store, Record record, Parked parked, ByteView body) {
  constexpr std::size_t kMaxHeld = 1'000'000;
  std::erase_if(record.ops, [](const Op& op) { return op.kind != OpKind::add; });
  if (record.ops.empty()) return {};
  parked.bytes = TRY(encode_body(record));
  if (!TRY(store.is_parked(parked.feed, parked.first))) return store.park(parked);
  for (const Parked& held : TRY(store.parked(parked.reason, kMaxHeld))) {
    const bool is_it = std::ranges::equal(held.bytes, body) || held.bytes == parked.bytes;
    if (is_it && held.feed == parked.feed && held.first == parked.first) return {};
  }
  return store.park(parked);
}

bool is_the_records_fault(const Error& error) {
  return error.kind == ErrorKind::corrupt || error.kind == ErrorKind::invalid;
}

Result<bool> is_applied(Store& store, const Dependency& need) {
  if (furthest(TRY(store.heads(need.feed))) < need.sequence) return false;
  return !TRY(store.is_parked(need.feed, need.sequence));
}

}  // namespace till::sync

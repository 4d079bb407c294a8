// Of records at or below the floor of a feed only the documents are taken: a sale counts, whoever could not read it.
#include <utility>

#include "sync/apply.hpp"
#include "sync/parking.hpp"

namespace till::sync {

// At or below the floor nobody can tell what a snapshot brought from what another branch of the feed holds. Documents
// are a set: a sale that only this branch has counts, and one that is here already changes nothing.
Status Applier::take_documents(Store& store, ByteView segment, const Envelope& e, UtcTime trusted_now) {
  if (!keys_.knows_device(e.feed.device) || !keys_.has_epoch(e.key_epoch)) return {};
  if (TRY(store.has_segment(e.feed, e.first_sequence, e.last_sequence(), e.last_hash))) return {};
  if (!verify_envelope(segment, e, keys_)) return {};
  const auto opened = open_segment(segment, e, keys_);
  if (!opened) return {};
  std::uint64_t sequence = e.first_sequence;
  for (const Bytes& body : opened->bodies) TRY(take_documents(store, e.feed, sequence++, body, trusted_now));
  return {};
}

Status Applier::take_documents(Store& store, const Feed& feed, std::uint64_t sequence, ByteView body,
                               UtcTime trusted_now) {
  const auto record = decode_body(feed, sequence, body);
  if (!record) return {};
  if (auto parked = too_new(store, *record)) {
    parked->since_ms = trusted_now.us / 1000;
    return park_documents(store, *record, std::move(*parked), body);
  }
  if (!flaw(*record).empty()) return {};
  Record left_out = *record;
  left_out.ops.clear();
  for (const Op& op : record->ops) {
    ++news_.ops;
    if (op.kind != OpKind::add) continue;
    if (!TRY(store.wants(op.entity, feed.device))) {
      left_out.ops.push_back(op);
      continue;
    }
    TRY(store.savepoint());
    const auto added = add(store, op);
    if (!added) {
      TRY(undo(store));
      if (!is_the_records_fault(added.error())) return fail(added.error());
      continue;
    }
    TRY(store.release_savepoint());
    if (!*added) continue;
    ++news_.records;
    news_.entities.insert(op.entity);
  }
  return left_out.ops.empty() ? Status{} : store.set_aside(left_out);
}

}  // namespace till::sync

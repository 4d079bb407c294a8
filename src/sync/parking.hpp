// What is kept of a segment or a record that cannot be applied now, with the reason (Store::park), and what tells
// whether it must be.
#pragma once

#include <string>

#include "core/clock.hpp"
#include "sync/segment.hpp"
#include "sync/store.hpp"

namespace till::sync {

// `cause` is a sentence for the list of what is parked, empty where the reason says it all.
Parked parked_segment(const Envelope& envelope, ByteView segment, ParkedReason reason, std::string cause, UtcTime now);
// Without its bytes and since when: whoever has the body adds them.
Parked parked_record(const Record& record, ParkedReason reason, std::string cause);

// Of a record whose number is taken here, by itself or by another branch, and which cannot be read: its documents
// alone, once. `parked` lacks only the bytes; `body` is the record as it came.
Status park_documents(Store& store, Record record, Parked parked, ByteView body);

// What is wrong with the record, not with the machine: the next record may do better.
bool is_the_records_fault(const Error& error);
// Here and not parked.
Result<bool> is_applied(Store& store, const Dependency& need);

}  // namespace till::sync

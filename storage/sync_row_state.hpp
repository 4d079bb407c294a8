// The stamps of a row's fields as bytes: each distinct change once, fields in runs. Format 3, docs/SYNC.md; what earlier
// programs wrote is read, too.
#pragma once

#include <map>

#include "storage/sync_origins.hpp"
#include "sync/merge.hpp"

namespace till::storage {

using FieldStates = std::map<FieldNumber, sync::FieldState>;

Result<Bytes> encode_states(const FieldStates& states, SyncOrigins& origins);
Result<FieldStates> decode_states(ByteView bytes, SyncOrigins& origins);

// Fields of newer programs: number and bytes, one after the other.
Bytes encode_unknown(const FieldMap& fields);
Status decode_unknown(ByteView bytes, FieldMap& into);

}  // namespace till::storage

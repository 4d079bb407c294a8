// The stamps of a row as earlier programs wrote them (formats 1 and 2): rows that nobody changed since are still so.
#pragma once

#include "storage/sync_row_state.hpp"

namespace till::storage {

// `format`: the byte that `in` was read behind. Corrupt where it is neither 1 nor 2, or where the bytes are damaged.
Result<FieldStates> decode_states_before(ByteReader& in, std::uint8_t format, SyncOrigins& origins);

}  // namespace till::storage

// zstd where it helps, for what is sealed afterwards: one byte says how the rest is packed. Pure; any thread.
#pragma once

#include <cstddef>

#include "core/bytes.hpp"
#include "core/result.hpp"

namespace till::sync {

Bytes packed(ByteView plain);
// Corrupt when it is damaged, or longer than `max_bytes` once unpacked; nothing of that size is allocated then.
Result<Bytes> unpacked(ByteView packed, std::size_t max_bytes);

}  // namespace till::sync

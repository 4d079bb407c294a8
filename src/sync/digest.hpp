// What a table adds up to, so that two terminals can see whether they agree: the XOR over its rows of the first 8 bytes
// of the SHA-256 of each row's canonical form (values and candidates by field number; bookkeeping does not count). Kept
// by the store with every change. It finds accidents, not attackers: those are kept out by signatures.
//
// A digest is always computed from what is here and never taken from elsewhere. Pure; any thread.
#pragma once

#include <cstdint>

#include "sync/merge.hpp"
#include "sync/messages.hpp"
#include "sync/progress.hpp"

namespace till::sync {

std::uint64_t row_hash(EntityNumber entity, const Id& row, const RowState& state);
std::uint64_t document_hash(EntityNumber entity, const Id& row, const FieldMap& fields);

// One head of a feed, or one parked record, in the hash of its lane.
std::uint64_t head_hash(const FeedHead& head);
std::uint64_t parked_hash(const Feed& feed, std::uint64_t first, std::uint64_t last);

}  // namespace till::sync

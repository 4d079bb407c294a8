// Puts a wrong clock right. A terminal that made records with stamps far ahead of trusted time would win every
// disagreement until time catches up, and others hold its changes back until then. When it learns the time it says by
// how much it was ahead (Amendment), and goes on in a new incarnation, since a feed's stamps never fall.
//
// Called by the owner of the engine, in the transaction of a step, after it, once trusted time is known.
#pragma once

#include <optional>
#include <vector>

#include "core/clock.hpp"
#include "core/random.hpp"
#include "sync/local_log.hpp"
#include "sync/segment_keys.hpp"
#include "sync/store.hpp"

namespace till::sync {

// How far the own log is ahead of trusted time, when that is more than the threshold.
std::optional<std::int64_t> ahead_ms(const SelfState& self, UtcTime trusted_now);

// Writes an amendment for each own feed of the present incarnation that has records from the future, and starts the
// next one. True: it did; the log must be sealed. The engine's sessions are begun anew with its next step.
Result<bool> amend_own_clock(Store& store, LocalLog& log, SegmentKeys& keys, Random& random, UtcTime trusted_now);

// The bodies in the segments that reach beyond `from`, and in what is not cut yet.
Result<std::vector<Bytes>> bodies_of(Store& store, const SegmentKeys& keys, const Feed& feed, std::uint64_t from);

// An amendment is in the data: ranks anew what the wrong clock had put too high, and says of what is held for it when
// it may go. `amendments` are all there are.
Status rank_after(Store& store, const SegmentKeys& keys, const Amendment& amendment,
                  const std::vector<Amendment>& amendments);

// What an administrator says for a terminal that cannot do it itself any more: one for each of its feeds that has
// changes held here. They count as made when they came here. Empty: nothing of it is held.
Result<std::vector<Amendment>> amendments_for_held(Store& store, Random& random, const Id& device, UtcTime trusted_now);
Status amend(Store& store, LocalLog& log, const SegmentKeys& keys, const Amendment& amendment);

}  // namespace till::sync

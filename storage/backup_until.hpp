// A point in time between two generations: takes out of the later one's log what the earlier one does not have, up to a
// stamp. The logs are compared feed by feed; what this terminal wrote goes on in its log exactly as it was, record by
// record, and what others wrote is taken as if it came from them.
//
// Included is every record that the later generation holds and whose stamp (its author's clock, in milliseconds, as
// sync orders it) is not after `until`. Tables outside the log (print queue, parked tickets, lockouts, numbers of
// series) stay as the earlier generation has them. Refused (invalid) when the later log no longer has a part that is
// needed. Both databases have this program's schema. One thread.
#pragma once

#include "core/task.hpp"
#include "storage/connection.hpp"
#include "sync/segment_keys.hpp"

namespace till::storage {

struct Replayed {
  std::uint64_t records = 0;  // taken
  std::uint64_t later = 0;    // left out, since they are of later
};

Result<Replayed> replay_until(Transaction& earlier, Connection& later, const Id& tenant, sync::SegmentKeys& keys,
                              UtcTime until, UtcTime now, Task& task);

}  // namespace till::storage

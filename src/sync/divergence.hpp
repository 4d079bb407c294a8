// Keeps watch over agreement: publishes what this terminal's tables add up to, and compares what others publish. Where
// the log of a lane is the same and a table is not, one of the two has gone wrong: that is told.
// Nobody's digest or data is ever taken over.
//
// Called by the owner of the engine, in the transaction of a step, after it.
#pragma once

#include <string>
#include <vector>

#include "core/clock.hpp"
#include "sync/local_log.hpp"
#include "sync/store.hpp"

namespace till::sync {

// A published row is renewed when something has changed and the one before is older than this; the vector once a day.
constexpr std::int64_t kProgressInterval_ms = 5 * 60 * 1000;
constexpr std::int64_t kVectorInterval_ms = 24 * 3600 * 1000;

// Writes this device's row where it is due, always with its vector if wanted; true: it did, and the log must be sealed.
Result<bool> publish_progress(Store& store, LocalLog& log, const std::string& program, UtcTime trusted_now,
                              bool with_vector);

struct Divergence {
  Id device;  // the other one
  std::vector<EntityNumber> entities;

  bool operator==(const Divergence&) const = default;
};
// The same lanes, and other tables: what somebody else signed about them against what is here.
Result<bool> contradicts_digests(Store& store, const std::vector<std::uint64_t>& lanes,
                                 const std::vector<TableDigest>& digests);
// Tables that differ although the log does not.
Result<std::vector<Divergence>> divergences(Store& store);

}  // namespace till::sync

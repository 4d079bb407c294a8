// When a terminal may not continue its own log and must start a new incarnation, so that a sequence number is never
// used twice. Who gathers the evidence is the shop folder (at start) and the engine (from the hub's HAVE).
#pragma once

#include <string_view>
#include <vector>

#include "core/random.hpp"
#include "core/result.hpp"
#include "sync/messages.hpp"
#include "sync/store.hpp"

namespace till::sync {

// What is known at start.
struct StartEvidence {
  bool has_own_past = false;       // this device wrote something here
  bool restored = false;           // the database came out of a backup
  bool same_machine = true;        // the stick is in the PC that it was in
  bool same_database_file = true;  // not a copied folder
  bool tail_is_safe = true;  // the last stop was clean, or every commit since was on the disk before it was reported
};

enum class Continuity : std::uint8_t { continues, restored, other_machine, copied, unclean_tail };
Continuity judge_start(const StartEvidence& evidence);
// For the journal; empty when it continues.
std::string_view sentence(Continuity continuity);

// The hub knows more than we do of the incarnation that we are writing, or something else.
Result<bool> contradicts(Store& store, const std::vector<FeedHead>& hub_heads, const Id& device, Incarnation current);

// Takes a new one, never 0. What the hubs took for our own until now, and so did not serve, may be another's (a copy of
// this folder that writes, too): everything is asked for again.
Result<Incarnation> begin_incarnation(Store& store, Random& random);

}  // namespace till::sync

// When a terminal may not continue its own log and must start a new incarnation: a sequence number is never used twice.
// Pure rules; who gathers the evidence is storage (at start) and the engine (from the hub's HAVE).
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/random.hpp"
#include "sync/messages.hpp"
#include "sync/store.hpp"

namespace till::sync {

// What is known at start. A marker lies beside the database, written after each clean stop and naming the heads then.
struct StartEvidence {
  bool has_own_past = false;       // some record was written by this device here
  bool restored = false;           // the database came out of a backup
  bool same_machine = true;        // the stick is in the PC that it was in
  bool same_database_file = true;  // not a copied folder
  bool durable_disk = true;        // the last stop was clean, or every commit was synchronous=FULL
};

enum class Continuity : std::uint8_t { continues, restored, other_machine, copied, unclean_tail };
Continuity judge_start(const StartEvidence& evidence);

// What the hub's heads of our own feeds say: it knows more than we do, or something else, of the incarnation that we
// are writing.
bool contradicts(const std::vector<FeedHead>& hub_heads, const std::vector<OwnFeed>& own, Incarnation current);

std::string_view sentence(Continuity continuity);

// Never 0.
Incarnation new_incarnation(Random& random);

}  // namespace till::sync

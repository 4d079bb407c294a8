#include "sync/chain.hpp"
#include "sync/sabotage.hpp"

#include <algorithm>

namespace till::sync {

Result<Placement> place(const Envelope& envelope, const HeldFeed& held) {
  if (envelope.last_sequence() <= held.floor) return Placement{Place::duplicate, 0};
  std::uint32_t free_branch = 0;
  for (const FeedHead& head : held.heads) {
    free_branch = std::max(free_branch, head.branch + 1);
    if (head.sequence + 1 == envelope.first_sequence && head.hash == envelope.previous_hash) {
      return Placement{Place::extends, head.branch};
    }
  }
  if (held.heads.empty() && envelope.first_sequence == 1) return Placement{Place::extends, 0};
  if (held.heads.empty()) return Placement{Place::gap, 0};
  if (TRY(held.has_segment())) return Placement{Place::duplicate, 0};
  if (sabotaged(Sabotage::gap_ignored)) return Placement{Place::extends, 0};
  const bool begins_below = envelope.first_sequence <= held.floor + 1;
  if (begins_below || TRY(held.has_end_before_first())) return Placement{Place::fork, free_branch};
  return Placement{Place::gap, 0};
}

std::uint64_t furthest(const std::vector<FeedHead>& heads) {
  std::uint64_t last = 0;
  for (const FeedHead& head : heads) last = std::max(last, head.sequence);
  return last;
}

}  // namespace till::sync

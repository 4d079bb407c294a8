#include "sync/incarnation.hpp"

namespace till::sync {

Continuity judge_start(const StartEvidence& evidence) {
  if (!evidence.has_own_past) return Continuity::continues;
  if (evidence.restored) return Continuity::restored;
  if (!evidence.same_machine) return Continuity::other_machine;
  if (!evidence.same_database_file) return Continuity::copied;
  if (!evidence.tail_is_safe) return Continuity::unclean_tail;
  return Continuity::continues;
}

std::string_view sentence(Continuity continuity) {
  switch (continuity) {
    case Continuity::continues:
      return {};
    case Continuity::restored:
      return "the data came out of a backup";
    case Continuity::other_machine:
      return "the stick is in another PC";
    case Continuity::copied:
      return "the data folder is a copy";
    case Continuity::unclean_tail:
      return "the last stop may have lost the end of the log";
  }
  return {};
}

Result<bool> contradicts(Store& store, const std::vector<FeedHead>& hub_heads, const Id& device, Incarnation current) {
  for (const FeedHead& head : hub_heads) {
    if (head.feed.device != device || head.feed.incarnation != current) continue;
    if (TRY(store.has_end(head.feed, head.sequence, head.hash))) continue;
    if (head.sequence > TRY(store.floor(head.feed))) return true;
    // What is not in the log here any more cannot be compared, but for the end.
    const auto own = TRY(store.own_feed(head.feed));
    if (own && own->head == head.sequence) return true;
  }
  return false;
}

Result<Incarnation> begin_incarnation(Store& store, Random& random) {
  Incarnation made = 0;
  while (made == 0) made = random.u64();
  TRY(store.set_incarnation(made));
  TRY(store.rewind_cursors());
  return made;
}

}  // namespace till::sync

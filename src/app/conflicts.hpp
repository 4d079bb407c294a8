// Fields that two terminals changed without knowing of each other: what stands against what, who, when and where, and a
// person's decision about it. A decision is an ordinary change that every terminal takes over, with a resolution beside
// it, and can be undone by another one. Settling needs the right to (a manager's) and is written to the journal.
#pragma once

#include <string>

#include "app/actor.hpp"
#include "app/shop.hpp"
#include "app/snapshot.hpp"
#include "sync/segment_keys.hpp"

namespace till::app {

// What waits for a person first, then what another terminal will settle, what a rule decided, and the last settlements.
Result<ConflictList> list_conflicts(Shop& shop);

struct ConflictChoice {
  // local: the value that was set here, or, on a third terminal, the one that holds at present; remote: the other,
  // where there is one other; side: the one with this key.
  enum class Use : std::uint8_t { local, remote, merge, value, side } use = Use::local;
  std::string value;  // as a person types it; or the side's key
};
// "local", "remote", "merge", "side:KEY", anything else is a value.
ConflictChoice choice_from(const std::string& text);

// `id` as in the list; upper and lower case alike. Invalid when there is no such conflict (any more), or the values
// cannot be merged, or a value is not one that the row could be given by hand.
Status settle_conflict(Shop& shop, const Actor& actor, const std::string& id, const ConflictChoice& choice);
// Takes a decision back, a person's or a rule's: the field gets the value that was visible before, or the other side's
// where that one had won. Invalid when the field was changed since.
Status undo_settlement(Shop& shop, const Actor& actor, const std::string& id);

// Settles by rule what is this terminal's to settle; for the sync service, after a step that applied something and when
// the settings are others. Works in small transactions of its own.
void settle_by_rule(ShopState& state, const sync::SegmentKeys& keys);

}  // namespace till::app

// How changes of the same row come together: the last writer of each field wins, by Order and never by arrival. Each
// change names the one it replaced, so "both changed the same field from the same base" is known exactly: the
// candidates which no other change replaced stay beside the winner as rivals, and a rival with another value is a
// conflict.
//
// The state is a function of the set of changes, never of the order in which they arrive: the candidates are the
// changes that no other change of the set replaces, and the winner is the last of them in the ranking. A change that
// was replaced before it came is remembered as `expected` and is dead on arrival. Each change must be merged once: the
// log sees to that (a feed's sequence, and op ids where a feed forked). Fields that the program does not know are kept
// byte for byte. Pure; any thread.
#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "core/fields.hpp"
#include "sync/ranking.hpp"
#include "sync/record.hpp"
#include "sync/stamp.hpp"

namespace till::sync {

struct Rival {
  Order order;
  Bytes value;
  bool operator==(const Rival&) const = default;
};

struct FieldState {
  Order order;                  // of the winner
  std::vector<Rival> rivals;    // by rank, the last first; hardly ever any
  std::vector<Order> expected;  // replaced and, as far as this row knows, not arrived: bookkeeping, not state

  bool operator==(const FieldState& other) const { return order == other.order && rivals == other.rivals; }
};

// A row as merging sees it.
struct RowState {
  FieldMap values;
  std::map<FieldNumber, FieldState> fields;  // a value without a state was never replicated
  bool operator==(const RowState&) const = default;
};

// What to do about a conflict; an entity's setting. Values are part of the format.
enum class Policy : std::uint8_t { latest_wins = 0, use_local = 1, use_remote = 2, merge = 3, manual = 4 };
std::string_view to_string(Policy policy);

struct MergeOutcome {
  std::vector<FieldNumber> changed;  // fields whose winning value changed
  bool states_changed = false;       // some order or rival did: the row's states must be stored
  bool rivals_changed = false;
};
MergeOutcome merge(RowState& row, const Op& op, const Order& order, const Ranking& ranking = {});
// Ranks the candidates of a row anew, after an amendment.
MergeOutcome rank_again(RowState& row, const Ranking& ranking);

// Both sides of a field that two terminals changed without knowing of each other.
struct Conflict {
  EntityNumber entity = 0;
  Id row;
  FieldNumber field = 0;
  Bytes winner, rival;
  Order winner_order, rival_order;  // who and when
  bool operator==(const Conflict&) const = default;
};
// Not what a terminal says of itself: that is for programs, and its fields belong together, so the latest is right and
// nobody is asked.
bool may_conflict(EntityNumber entity);
std::vector<Conflict> conflicts(EntityNumber entity, const Id& row, const RowState& state);

// What is wrong with a record whatever the state of the data; every terminal comes to the same verdict. Empty: nothing.
std::string_view flaw(const Record& record);

}  // namespace till::sync

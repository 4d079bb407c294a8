// Who settles a conflict, and how. A field's policy decides:
//
//   latest_wins  nothing is written: the winner of the ranking stands, the rivals stay visible and can be taken instead
//   use_local    the terminal that settles keeps its own value
//   use_remote   it takes the other side's, the highest rival
//   merge        what each side did to the value that both started from, together (merge_values); a person decides
//                where that value is not in the log any more
//   manual       a person decides; until then the winner stands
//
// Only one terminal settles by rule: the author of the present winner. What it writes is an ordinary change that
// replaces all candidates, and a resolution beside it. Its resolution names the changes by people which the chosen
// value stands for; a terminal settles again only if that adds to what the winner stands for already. So each change by
// a person can start at most one chain of settlements, each link of which stands for more changes by people than the
// one before: it ends, whatever is on its way to whom. docs/SYNC.md, "Policies". Pure; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "core/fields.hpp"
#include "core/result.hpp"
#include "sync/history.hpp"
#include "sync/local_log.hpp"
#include "sync/merge.hpp"
#include "sync/segment_keys.hpp"
#include "sync/store.hpp"

namespace till::sync {

// How values of a field can be put together.
enum class FieldKind : std::uint8_t {
  other,   // yes or no, one of several, bytes: the latest wins
  number,  // signed: amounts, quantities, counts
  text,
  texts,  // a list of texts
  ids,    // a list of ids
};

struct FieldRule {
  Policy policy = Policy::latest_wins;
  FieldKind kind = FieldKind::other;
  bool operator==(const FieldRule&) const = default;
};

// By entity and field; what is missing has the default rule.
struct Policies {
  std::map<EntityNumber, std::map<FieldNumber, FieldRule>> rules;

  [[nodiscard]] FieldRule of(EntityNumber entity, FieldNumber field) const;
  // Differs when anything in it does.
  [[nodiscard]] std::uint64_t fingerprint() const;
};

// What all of `values` (the highest first) did to `base`, together. Numbers add their differences, lists keep what was
// added and drop what was removed, of texts the equal words are kept and what differs stands side by side. Empty when
// that cannot be done: a value does not decode, a sum is out of range, or there is nothing to add to.
std::optional<Bytes> merge_values(FieldKind kind, const std::optional<Bytes>& base, const std::vector<Bytes>& values);

// Stored. What is to be done about a conflict, as this terminal sees it.
enum class Judgement : std::uint8_t {
  unjudged = 0,
  open = 1,     // a person decides
  by_rule = 2,  // the winner stands by rule
  waits = 3,    // another terminal will settle it
};

struct ConflictPlace {
  EntityNumber entity = 0;
  Id row;
  FieldNumber field = 0;
  auto operator<=>(const ConflictPlace&) const = default;
};

struct Settlement {
  ConflictPlace place;
  Order change;  // the one that settles it
  Bytes value;
  std::vector<Rival> candidates;  // what it replaces; the first was visible
  std::vector<Rival> stands_for;  // by rule: changes by people
  Ancestor base;
  Policy policy = Policy::manual;
};

// The list of conflicts beside the rows; storage/conflicts implements it.
class ConflictBook {
 public:
  virtual ~ConflictBook() = default;
  virtual Lane lane_of(EntityNumber entity) = 0;
  // Judges everything anew when the policies are others than last time.
  virtual Status use_policies(std::uint64_t fingerprint) = 0;
  virtual Result<std::vector<ConflictPlace>> unjudged(std::size_t max) = 0;
  virtual Status judge(const ConflictPlace& place, Judgement verdict) = 0;
  // The changes by people that a change stands for when a rule made it; empty when a person did.
  virtual Result<std::vector<Rival>> stands_for(const ConflictPlace& place, const Order& change) = 0;
  // Adds the resolution to the group that `log` is making. Empty user: the rule.
  virtual Status record(LocalLog& log, const Settlement& settlement) = 0;
};

constexpr std::size_t kMaxSettledPerCall = 64;

// Judges new conflicts and settles those that are this terminal's to settle; answers how many it looked at. When to call
// it says SettleTurn (settle_turn.hpp); in a transaction of its own, then `log.seal`; again while it answers
// kMaxSettledPerCall.
Result<std::size_t> settle_by_policy(Store& store, ConflictBook& book, LogReader& history, LocalLog& log,
                                     const SegmentKeys& keys, const Policies& policies);

// The candidates of a field, the winner first; empty when nothing is in conflict.
std::vector<Rival> candidates_of(const RowState& row, FieldNumber field);

// A person's choice (or a rule's): writes `value` over all candidates. The settlement's change is filled in.
Status write_settlement(Store& store, ConflictBook& book, LocalLog& log, Settlement& settlement);

}  // namespace till::sync

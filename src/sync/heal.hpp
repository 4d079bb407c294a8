// What to do about a table that has gone wrong. It is folded again from the log (refold.hpp) and set right where the
// log proves it wrong. Nothing is ever taken over from another terminal's statement, and nothing is deleted. Pure; any
// thread.
//
// Whoever sees that two terminals differ folds again, by itself at most once a day for each table and terminal. If the
// log gives the same result as before, the fault is not here, or it is in the program: that is told, and that is all.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sync/divergence.hpp"
#include "sync/refold.hpp"

namespace till::sync {

enum class Remedy : std::uint8_t {
  none,             // equal
  correct,          // the row is not what the log says
  put_back,         // the log has it, the table has not
  not_in_log,       // the table has it, the log has not: told, never deleted
  history_missing,  // they differ, and part of the row's history is not in the log: told
};

// A row as the table has it (nothing: there is none, or it cannot be read) and as the log says.
Remedy remedy_of_row(EntityNumber entity, const Id& row, const std::optional<RowState>& here,
                     const std::optional<RowState>& folded, Lane lane, const Refold& log);
Remedy remedy_of_document(const std::optional<FieldMap>& here, const std::optional<FieldMap>& folded, LogState log);

// Fields that are not the same.
std::vector<FieldNumber> differing_fields(const FieldMap& a, const FieldMap& b);
std::vector<FieldNumber> differing_fields(const RowState& a, const RowState& b);

constexpr std::int64_t kHealInterval_ms = 24 * 3600 * 1000;

// When a table was last folded again because a terminal showed another digest. Durable, so that a restart is no reason
// to do it again.
class HealMemory {
 public:
  static HealMemory from_bytes(ByteView bytes);  // what cannot be read is no memory
  [[nodiscard]] Bytes to_bytes() const;

  // Of these divergences, the tables that are to be folded now.
  [[nodiscard]] std::set<EntityNumber> due(const std::vector<Divergence>& divergences, std::int64_t now_ms) const;
  void remember(const std::vector<Divergence>& divergences, std::int64_t now_ms);

 private:
  std::map<std::pair<EntityNumber, Id>, std::int64_t> at_ms_;
};

// After healing: what still stands against another terminal, for the journal.
std::string sentence_after_healing(const Divergence& divergence, const std::string& own_program,
                                   const std::string& other_program);

}  // namespace till::sync

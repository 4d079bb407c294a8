// The list of conflicts beside the replicated rows, kept in step with them by SyncStore::save_row, and the resolutions
// that settled others. The list is this terminal's own view (what is left to do here); rows and resolutions replicate.
//
// A row that was deleted or archived and, later by its stamps, changed by another terminal is listed too: whoever
// changed it most likely did not know. The deletion stands, both changes are kept, and a person may bring the row back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/random.hpp"
#include "domain/entities/resolution.hpp"
#include "storage/connection.hpp"
#include "sync/policy.hpp"

namespace till::storage {

// Part of schema 2. Conflicts of an earlier schema's rows are found and listed.
Status create_conflict_tables(Connection& conn);

// With every row that is saved: which of its fields are in conflict now. What was judged stays judged while its
// candidates are the same. Costs nothing for a row without rivals.
Status note_conflicts(Connection& conn, sync::EntityNumber entity, const Id& row, const sync::RowState& state,
                      const sync::MergeOutcome& outcome);

constexpr FieldNumber kLifecycleField = 15;  // of every row that has one

struct ConflictRow {
  sync::ConflictPlace place;
  sync::Judgement verdict = sync::Judgement::unjudged;
  std::vector<sync::Rival> candidates;  // the winner first
  bool edited_after_deletion = false;   // then the second one brings the row back
};
// Those for a person first, the oldest before the others; then what waits; then what a rule decided, newest first.
Result<std::vector<ConflictRow>> conflict_rows(Connection& conn, std::size_t max);
// What merging knows of a row; any connection.
Result<sync::RowState> row_state(Connection& conn, sync::EntityNumber entity, const Id& row);
// Those that wait for a person.
Result<std::uint64_t> open_conflict_count(Connection& conn);
// Whether settle_by_policy has anything to do.
Result<bool> has_unjudged(Connection& conn, std::uint64_t policies_fingerprint);

Result<std::vector<domain::Resolution>> last_resolutions(Connection& conn, std::size_t max);  // newest first
Result<std::vector<domain::Resolution>> resolutions_of(Connection& conn, const sync::ConflictPlace& place);
// Differs whenever one of the lists above does; cheap.
Result<std::string> conflicts_version(Connection& conn);

domain::CitedChange cited(const sync::Order& order, Bytes value);
sync::Rival rival_of(const domain::CitedChange& change);

// Who settles, for the resolutions.
struct Settler {
  std::string user_name;  // empty: the rule
  std::string terminal;
  Id device;
  Id cites;
};

// sync::ConflictBook within one write transaction.
class SyncConflicts final : public sync::ConflictBook {
 public:
  SyncConflicts(Transaction& tx, Clock& clock, Random& random, Settler settler)
      : tx_(tx), clock_(clock), random_(random), settler_(std::move(settler)) {}

  sync::Lane lane_of(sync::EntityNumber entity) override;
  Status use_policies(std::uint64_t fingerprint) override;
  Result<std::vector<sync::ConflictPlace>> unjudged(std::size_t max) override;
  Status judge(const sync::ConflictPlace& place, sync::Judgement verdict) override;
  Result<std::vector<sync::Rival>> stands_for(const sync::ConflictPlace& place, const sync::Order& change) override;
  Status record(sync::LocalLog& log, const sync::Settlement& settlement) override;

 private:
  Transaction& tx_;
  Clock& clock_;
  Random& random_;
  Settler settler_;
};

}  // namespace till::storage

#include "storage/conflicts.hpp"

#include <algorithm>

#include "domain/entities/catalogue.hpp"
#include "storage/sync_entities.hpp"
#include "storage/sync_row_state.hpp"
#include "storage/sync_store.hpp"
#include "storage/tables.hpp"

namespace till::storage {

using namespace till::sync;

namespace {

// candidates: a mark of which changes stand against each other. A resolution's chosen_* find it by the change it made.
constexpr const char* kTables = R"sql(
CREATE TABLE sync_conflict (
  number INTEGER PRIMARY KEY AUTOINCREMENT, entity INTEGER NOT NULL, id BLOB NOT NULL, field INTEGER NOT NULL,
  late_edit INTEGER NOT NULL, candidates INTEGER NOT NULL, verdict INTEGER NOT NULL,
  UNIQUE (entity, id, field)) STRICT;
CREATE INDEX sync_conflict_by_verdict ON sync_conflict(verdict, number);
CREATE TABLE sync_policies (one INTEGER PRIMARY KEY CHECK (one = 1), fingerprint INTEGER NOT NULL) STRICT;
INSERT INTO sync_policies VALUES(1, 0);
CREATE TABLE resolution (
  id BLOB PRIMARY KEY, entity INTEGER NOT NULL, row BLOB NOT NULL, field_number INTEGER NOT NULL,
  chosen BLOB NOT NULL, candidates BLOB NOT NULL, stands_for BLOB NOT NULL, base_known INTEGER NOT NULL,
  base BLOB NOT NULL, policy INTEGER NOT NULL, user_name TEXT NOT NULL, terminal TEXT NOT NULL,
  device BLOB NOT NULL, at INTEGER NOT NULL, cites BLOB NOT NULL) STRICT;
CREATE INDEX resolution_by_field ON resolution(row, entity, field_number);
CREATE INDEX resolution_by_time ON resolution(at);
CREATE INDEX audit_entry_of_incidents ON audit_entry(at) WHERE action = 'sync.incident';
)sql";

// FNV-1a over who made which change.
std::int64_t mark_of(const std::vector<Rival>& candidates) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  const auto add = [&](std::uint64_t value) { hash = (hash ^ value) * 0x100000001b3U; };
  for (const Rival& rival : candidates) {
    add(rival.order.stamp.packed), add(rival.order.incarnation), add(rival.order.sequence);
    for (const auto byte : rival.order.device.bytes) add(byte);
  }
  return static_cast<std::int64_t>(hash);
}

bool is_gone(const RowState& state) {
  const auto value = state.values.find(kLifecycleField);
  return value != state.values.end() && value->second != encode(domain::Lifecycle::active);
}

// The deletion, and the last change by another terminal that is later than it.
std::vector<Rival> late_edit(const RowState& state) {
  const auto gone = state.fields.find(kLifecycleField);
  if (gone == state.fields.end() || !is_gone(state)) return {};
  const Order deletion = gone->second.order;
  Order last;
  for (const auto& [field, other] : state.fields) {
    if (other.order > deletion && other.order.device != deletion.device && other.order > last) last = other.order;
  }
  if (last.is_none()) return {};
  return {{deletion, state.values.at(kLifecycleField)}, {last, encode(domain::Lifecycle::active)}};
}

struct Found {
  FieldNumber field = 0;
  std::vector<Rival> candidates;
  bool late = false;
};

std::vector<Found> conflicts_in(EntityNumber entity, const RowState& state) {
  std::vector<Found> found;
  if (!sync::may_conflict(entity)) return found;
  for (const auto& [field, value] : state.fields) {
    if (value.rivals.empty()) continue;
    auto candidates = candidates_of(state, field);
    if (!candidates.empty()) found.push_back({field, std::move(candidates), false});
  }
  const bool listed =
      std::any_of(found.begin(), found.end(), [](const Found& f) { return f.field == kLifecycleField; });
  auto late = listed ? std::vector<Rival>{} : late_edit(state);
  if (!late.empty()) found.push_back({kLifecycleField, std::move(late), true});
  return found;
}

// Whether the row is, was or may be in the list.
bool may_concern_conflicts(const RowState& state, const MergeOutcome& outcome) {
  if (outcome.rivals_changed || is_gone(state)) return true;
  const auto& changed = outcome.changed;
  const auto gone = state.fields.find(kLifecycleField);
  if (gone == state.fields.end() || std::find(changed.begin(), changed.end(), kLifecycleField) == changed.end())
    return std::any_of(state.fields.begin(), state.fields.end(),
                       [](const auto& field) { return !field.second.rivals.empty(); });
  // It came back, or is new: then all of it is one change.
  return std::any_of(state.fields.begin(), state.fields.end(),
                     [&](const auto& field) { return field.second.order != gone->second.order; });
}

Status forget_settled(Connection& conn, EntityNumber entity, const Id& row, const std::vector<Found>& found) {
  std::vector<FieldNumber> settled;
  {
    auto q = TRY(conn.query("SELECT field FROM sync_conflict WHERE entity = ?1 AND id = ?2", entity, row));
    while (TRY(q.next())) {
      const auto field = static_cast<FieldNumber>(q.integer(0));
      if (std::none_of(found.begin(), found.end(), [&](const Found& f) { return f.field == field; }))
        settled.push_back(field);
    }
  }
  for (const FieldNumber field : settled)
    TRY(conn.run("DELETE FROM sync_conflict WHERE entity = ?1 AND id = ?2 AND field = ?3", entity, row, field));
  return {};
}

Status list_conflicts(Connection& conn, EntityNumber entity, const Id& row, const std::vector<Found>& found) {
  TRY(forget_settled(conn, entity, row, found));
  for (const Found& f : found) {
    const Judgement verdict = f.late ? Judgement::by_rule : Judgement::unjudged;
    TRY(
        conn.run("INSERT INTO sync_conflict(entity, id, field, late_edit, candidates, verdict) "
                 "VALUES(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE SET late_edit = excluded.late_edit, "
                 "candidates = excluded.candidates, verdict = excluded.verdict "
                 "WHERE candidates <> excluded.candidates OR late_edit <> excluded.late_edit",
                 entity, row, f.field, f.late, mark_of(f.candidates), verdict));
  }
  return {};
}

Result<std::optional<ConflictRow>> read_conflict(Connection& conn, const ConflictPlace& place, Judgement verdict) {
  const RowState state = TRY(row_state(conn, place.entity, place.row));
  for (Found& found : conflicts_in(place.entity, state)) {
    if (found.field == place.field)
      return std::optional<ConflictRow>{{place, verdict, std::move(found.candidates), found.late}};
  }
  return std::optional<ConflictRow>{};
}

std::vector<domain::CitedChange> all_cited(const std::vector<Rival>& rivals) {
  std::vector<domain::CitedChange> list;
  for (const Rival& rival : rivals) list.push_back(cited(rival.order, rival.value));
  return list;
}

}  // namespace

Result<RowState> row_state(Connection& conn, EntityNumber entity, const Id& row) {
  SyncOrigins origins(conn);
  RowState state;
  auto q = TRY(conn.query("SELECT state FROM sync_row WHERE entity = ?1 AND id = ?2", entity, row));
  if (!TRY(q.next())) return state;
  state.fields = TRY(decode_states(q.blob(0), origins));
  state.values = TRY(load_fields(conn, entity, row));
  return state;
}

Status create_conflict_tables(Connection& conn) {
  TRY(conn.exec(kTables));
  std::vector<std::pair<EntityNumber, Id>> rows;
  {
    auto q = TRY(conn.query("SELECT entity, id FROM sync_row WHERE conflicts > 0"));
    while (TRY(q.next())) rows.emplace_back(static_cast<EntityNumber>(q.integer(0)), q.id(1));
  }
  for (const auto& [entity, row] : rows) {
    const auto state = TRY(row_state(conn, entity, row));
    TRY(list_conflicts(conn, entity, row, conflicts_in(entity, state)));
  }
  return {};
}

Status note_conflicts(Connection& conn, EntityNumber entity, const Id& row, const RowState& state,
                      const MergeOutcome& outcome) {
  if (!may_concern_conflicts(state, outcome)) return {};
  return list_conflicts(conn, entity, row, conflicts_in(entity, state));
}

Result<std::vector<ConflictRow>> conflict_rows(Connection& conn, std::size_t max) {
  std::vector<std::pair<ConflictPlace, Judgement>> places;
  {
    auto q =
        TRY(conn.query("SELECT entity, id, field, verdict FROM sync_conflict "
                       "ORDER BY verdict = ?2, verdict = ?3, iif(verdict = ?2, -number, number) LIMIT ?1",
                       max, Judgement::by_rule, Judgement::waits));
    while (TRY(q.next())) {
      places.push_back({{static_cast<EntityNumber>(q.integer(0)), q.id(1), static_cast<FieldNumber>(q.integer(2))},
                        q.as<Judgement>(3)});
    }
  }
  std::vector<ConflictRow> rows;
  for (const auto& [place, verdict] : places) {
    auto row = TRY(read_conflict(conn, place, verdict));
    if (row) rows.push_back(std::move(*row));
  }
  return rows;
}

Result<std::uint64_t> open_conflict_count(Connection& conn) {
  const auto count = TRY(conn.integer("SELECT count(*) FROM sync_conflict WHERE verdict <= ?1", Judgement::open));
  return static_cast<std::uint64_t>(count.value_or(0));
}

Result<bool> has_unjudged(Connection& conn, std::uint64_t policies_fingerprint) {
  return TRY(conn.integer("SELECT 1 WHERE EXISTS(SELECT 1 FROM sync_conflict WHERE verdict = ?1) "
                          "OR EXISTS(SELECT 1 FROM sync_policies WHERE fingerprint <> ?2)",
                          Judgement::unjudged, policies_fingerprint))
      .has_value();
}

Result<std::vector<domain::Resolution>> last_resolutions(Connection& conn, std::size_t max) {
  return load_where<domain::Resolution>(conn, "ORDER BY at DESC, id DESC LIMIT ?1", [&](Query& q) { q.bind(1, max); });
}

Result<std::vector<domain::Resolution>> resolutions_of(Connection& conn, const ConflictPlace& place) {
  return load_where<domain::Resolution>(conn, "WHERE row = ?1 AND entity = ?2 AND field_number = ?3 ORDER BY at, id",
                                        [&](Query& q) {
                                          q.bind(1, place.row);
                                          q.bind(2, place.entity);
                                          q.bind(3, place.field);
                                        });
}

Result<std::string> conflicts_version(Connection& conn) {
  auto q =
      TRY(conn.query("SELECT (SELECT count(*) FROM sync_conflict), (SELECT coalesce(sum(number * 8 + verdict), 0) "
                     "FROM sync_conflict), (SELECT coalesce(sum(candidates % 65536), 0) FROM sync_conflict), "
                     "(SELECT coalesce(max(rowid), 0) FROM resolution)"));
  std::string version;
  if (!TRY(q.next())) return version;
  for (int i = 0; i < 4; ++i) version += std::to_string(q.integer(i)) + ".";
  return version;
}

domain::CitedChange cited(const Order& order, Bytes value) {
  return {order.device, order.incarnation, order.sequence, order.stamp.packed, std::move(value)};
}

Rival rival_of(const domain::CitedChange& change) {
  return {{Stamp{change.stamp}, change.device, change.incarnation, change.sequence}, change.value};
}

Lane SyncConflicts::lane_of(EntityNumber entity) {
  return storage::lane_of(entity).value_or(Lane::normal);
}

Status SyncConflicts::use_policies(std::uint64_t fingerprint) {
  TRY(tx_.run("UPDATE sync_policies SET fingerprint = ?1 WHERE fingerprint <> ?1", fingerprint));
  if (tx_.changes() == 0) return {};
  return tx_.run("UPDATE sync_conflict SET verdict = ?1 WHERE late_edit = 0", Judgement::unjudged);
}

Result<std::vector<ConflictPlace>> SyncConflicts::unjudged(std::size_t max) {
  std::vector<ConflictPlace> places;
  auto q = TRY(tx_.query("SELECT entity, id, field FROM sync_conflict WHERE verdict = ?1 ORDER BY number LIMIT ?2",
                         Judgement::unjudged, max));
  while (TRY(q.next())) {
    places.push_back({static_cast<EntityNumber>(q.integer(0)), q.id(1), static_cast<FieldNumber>(q.integer(2))});
  }
  return places;
}

Status SyncConflicts::judge(const ConflictPlace& place, Judgement verdict) {
  return tx_.run("UPDATE sync_conflict SET verdict = ?4 WHERE entity = ?1 AND id = ?2 AND field = ?3", place.entity,
                 place.row, place.field, verdict);
}

Result<std::vector<Rival>> SyncConflicts::stands_for(const ConflictPlace& place, const Order& change) {
  std::vector<Rival> people;
  for (const auto& resolution : TRY(resolutions_of(tx_, place))) {
    if (rival_of(resolution.chosen).order != change) continue;
    for (const auto& person : resolution.stands_for) people.push_back(rival_of(person));
  }
  return people;
}

Status SyncConflicts::record(LocalLog& log, const Settlement& settlement) {
  domain::Resolution resolution;
  resolution.id = new_id(clock_, random_);
  resolution.entity = settlement.place.entity;
  resolution.row = settlement.place.row;
  resolution.field_number = settlement.place.field;
  resolution.chosen = cited(settlement.change, settlement.value);
  resolution.candidates = all_cited(settlement.candidates);
  if (settler_.user_name.empty()) resolution.stands_for = all_cited(settlement.stands_for);
  resolution.base_known = settlement.base.is_known && settlement.base.value;
  if (resolution.base_known) resolution.base = *settlement.base.value;
  resolution.policy = static_cast<std::uint8_t>(settlement.policy);
  resolution.user_name = settler_.user_name;
  resolution.terminal = settler_.terminal;
  resolution.device = settler_.device;
  resolution.at = clock_.now();
  resolution.cites = settler_.cites;
  SyncStore store(tx_);
  return log.add(store, lane_of(domain::Resolution::kEntity), domain::Resolution::kEntity, resolution.id,
                 to_fields(resolution));
}

}  // namespace till::storage

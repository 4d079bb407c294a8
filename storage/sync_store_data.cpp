// The part of SyncStore that touches the data: rows, documents, what is parked.
#include "security/journal_sabotage.hpp"
#include "storage/audit_pruning.hpp"
#include "storage/conflicts.hpp"
#include "storage/product_rows.hpp"
#include "storage/stored_row.hpp"
#include "storage/sync_digests.hpp"
#include "storage/sync_entities.hpp"
#include "storage/sync_queries.hpp"
#include "storage/sync_row_state.hpp"
#include "storage/sync_store.hpp"
#include "storage/sync_wanted.hpp"
#include "storage/tables.hpp"
#include "sync/digest.hpp"
#include "sync/sabotage.hpp"

namespace till::storage {

using namespace till::sync;

namespace {

// Of a row that is stored as it is but for the `changed` fields: writes no more than has to be.
Status store_changed_fields(Connection& conn, EntityNumber entity, const Id& row, const FieldMap& fields,
                            const std::vector<FieldNumber>& changed) {
  if (entity != domain::Product::kEntity) return store_fields(conn, entity, row, fields);
  FieldMap part;
  for (const FieldNumber number : changed) {
    if (const auto field = fields.find(number); field != fields.end()) part.insert(*field);
  }
  domain::Product product;
  product.id = row;
  TRY(apply_fields(part, product));
  if (TRY(put_product_fields(conn, product, changed))) return {};
  return store_fields(conn, entity, row, fields);
}

bool is_deleted(EntityNumber entity, const RowState& state) {
  constexpr FieldNumber kLifecycle = 15;
  const auto value = state.values.find(kLifecycle);
  return entity == domain::Product::kEntity && value != state.values.end() &&
         value->second == encode(domain::Lifecycle::deleted);
}

}  // namespace

bool SyncStore::knows_entity(EntityNumber entity) {
  return storage::lane_of(entity).has_value();
}

std::optional<Lane> SyncStore::lane_of(EntityNumber entity) {
  return storage::lane_of(entity);
}

bool SyncStore::keeps_all(EntityNumber entity) {
  const auto choice = sync_choice(tx_);
  if (!choice) return false;
  if (entity == domain::AuditEntry::kEntity) {
    const auto prunes = may_prune_audit(tx_);
    if ((!prunes || *prunes) && !security::sabotaged(security::JournalSabotage::pruned_compared)) return false;
  }
  return !choice->without.contains(entity) && (choice->stores.empty() || !belongs_to_a_store(entity));
}

Result<bool> SyncStore::wants(EntityNumber entity, const Id& author) {
  return wanted_.wants(entity, author);
}

Status SyncStore::set_aside(const Record& record) {
  return storage::set_aside(tx_, record);
}

Result<std::vector<Record>> SyncStore::take_up(std::size_t max) {
  return storage::take_up(tx_, max);
}

Result<std::int64_t> SyncStore::set_aside_mark() {
  return TRY(tx_.integer("SELECT max(number) FROM sync_set_aside")).value_or(0);
}

Status SyncStore::forget_set_aside(const FeedRange& records, std::int64_t mark) {
  return tx_.run(
      "DELETE FROM sync_set_aside WHERE device = ?1 AND incarnation = ?2 AND lane = ?3 AND sequence >= ?4 AND "
      "sequence <= ?5 AND number <= ?6",
      records.feed.device, records.feed.incarnation, records.feed.lane, records.first, records.last, mark);
}

Result<RowState> SyncStore::load_row(EntityNumber entity, const Id& row) {
  loaded_ = {};
  StoredRow stored = TRY(stored_row(tx_, origins_, entity, row));
  loaded_ = {entity, row, stored.hash};
  return std::move(stored.state);
}

Status SyncStore::save_row(EntityNumber entity, const Id& row, const RowState& state, const MergeOutcome& outcome) {
  if (outcome.rivals_changed && !outcome.changed.empty()) {
    TRY(store_fields(tx_, entity, row, state.values));  // healing counts on it: the row is not as it should be
  } else if (!outcome.changed.empty()) {
    TRY(store_changed_fields(tx_, entity, row, state.values, outcome.changed));
  }
  if (entity == domain::Device::kEntity) wanted_.forget();
  if (sabotaged(Sabotage::delete_removes) && is_deleted(entity, state)) {
    TRY(tx_.run("DELETE FROM product WHERE id = ?1", row));
  }
  const Bytes states = TRY(encode_states(state.fields, origins_));
  const FieldMap unknown =
      sabotaged(Sabotage::unknown_field_dropped) ? FieldMap{} : unknown_fields(entity, state.values);
  const auto count = conflicts(entity, row, state).size();
  TRY(note_conflicts(tx_, entity, row, state, outcome));
  const bool was_stored = loaded_.entity == entity && loaded_.row == row && loaded_.hash.has_value();
  const std::uint64_t hash = TRY(digest_row(entity, row, state));
  const auto unknown_bytes = unknown.empty() ? std::optional<Bytes>{} : std::optional<Bytes>{encode_unknown(unknown)};
  if (was_stored) {
    return tx_.run(
        "UPDATE sync_row SET state = ?3, unknown = ?4, conflicts = ?5, hash = ?6 WHERE entity = ?1 AND id = ?2", entity,
        row, states, unknown_bytes, count, hash);
  }
  return tx_.run(
      "INSERT INTO sync_row(entity, id, state, unknown, conflicts, hash) VALUES(?1, ?2, ?3, ?4, ?5, ?6) "
      "ON CONFLICT DO UPDATE SET state = excluded.state, unknown = excluded.unknown, "
      "conflicts = excluded.conflicts, hash = excluded.hash",
      entity, row, states, unknown_bytes, count, hash);
}

// Rows are loaded right before they are saved, so that what they counted in the digest is at hand.
Result<std::uint64_t> SyncStore::digest_row(EntityNumber entity, const Id& row, const RowState& state) {
  if (loaded_.entity != entity || loaded_.row != row) {
    const auto stored = TRY(tx_.integer("SELECT hash FROM sync_row WHERE entity = ?1 AND id = ?2", entity, row));
    loaded_ = {entity, row, std::nullopt};
    if (stored) loaded_.hash = static_cast<std::uint64_t>(*stored);
  }
  const std::uint64_t hash = row_hash(entity, row, state);
  TRY(change_digest(tx_, entity, loaded_.hash ? 0 : 1, hash ^ loaded_.hash.value_or(0)));
  loaded_.hash = hash;
  return hash;
}

Result<std::array<std::uint64_t, kLanes>> SyncStore::lane_hashes() {
  return storage::lane_hashes(tx_);
}

Result<std::vector<TableDigest>> SyncStore::digests() {
  return table_digests(tx_);
}

Result<std::vector<FeedPosition>> SyncStore::positions() {
  return feed_positions(tx_);
}

Result<std::vector<DeviceProgress>> SyncStore::progress() {
  return load_all<DeviceProgress>(tx_);
}

Result<std::vector<Store::RowName>> SyncStore::rows_changed_by(const Feed& feed) {
  const auto is_its = [&](const Order& order) {
    return order.device == feed.device && order.incarnation == feed.incarnation;
  };
  std::vector<RowName> found;
  auto q = TRY(tx_.query("SELECT entity, id, state FROM sync_row ORDER BY entity, id"));
  while (TRY(q.next())) {
    const auto entity = q.as<EntityNumber>(0);
    if (lane_of(entity) != feed.lane) continue;
    const auto states = TRY(decode_states(q.blob(2), origins_));
    const bool names_it = std::any_of(states.begin(), states.end(), [&](const auto& field) {
      const FieldState& state = field.second;
      return is_its(state.order) || std::any_of(state.rivals.begin(), state.rivals.end(),
                                                [&](const Rival& rival) { return is_its(rival.order); });
    });
    if (names_it) found.push_back({entity, q.id(1)});
  }
  return found;
}

Result<bool> SyncStore::add_document(EntityNumber entity, const Id& row, const FieldMap& fields) {
  if (!is_document(entity)) return invalid("only documents are added; rows are set");
  const bool known = TRY(is_stored(tx_, entity, row));
  if (known) return false;
  TRY(store_fields(tx_, entity, row, fields));
  TRY(change_digest(tx_, entity, 1, document_hash(entity, row, fields)));
  return true;
}

Result<std::uint64_t> SyncStore::conflict_count() {
  return open_conflict_count(tx_);
}

Result<std::vector<Amendment>> SyncStore::amendments() {
  return load_all<Amendment>(tx_);
}

Result<bool> SyncStore::remember_op(const Id& op_id) {
  TRY(tx_.run("INSERT OR IGNORE INTO sync_op(id) VALUES(?1)", op_id));
  return tx_.changes() > 0;
}

Status SyncStore::park(const Parked& p) {
  const auto origin = TRY(origins_.number_of(origin_of(p.feed)));
  return tx_.run(
      "INSERT INTO sync_parked(origin, lane, first, last, reason, cause, due_ms, key_epoch, whole_segment, "
      "bytes, since_ms) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
      origin, p.feed.lane, p.first, p.last, p.reason, p.cause, p.due_ms, p.key_epoch, p.whole_segment, p.bytes,
      p.since_ms);
}

Status SyncStore::unpark(std::int64_t number) {
  return tx_.run("DELETE FROM sync_parked WHERE number = ?1", number);
}

Result<std::uint64_t> SyncStore::parked_count() {
  return parked_total(tx_);
}

Result<std::vector<Parked>> SyncStore::parked(ParkedReason reason, std::size_t max, const sync::ParkedPlace& after) {
  auto q =
      TRY(tx_.query("SELECT number, origin, lane, first, last, cause, due_ms, key_epoch, whole_segment, bytes, "
                    "since_ms FROM sync_parked WHERE reason = ?1 AND (due_ms, number) > (?3, ?4) "
                    "ORDER BY due_ms, number LIMIT ?2",
                    reason, max, after.due_ms, after.number));
  std::vector<Parked> found;
  while (TRY(q.next())) {
    Parked p;
    p.number = q.integer(0);
    const Origin origin = TRY(origins_.origin(q.integer(1)));
    p.feed = {origin.first, origin.second, q.as<Lane>(2)};
    p.first = static_cast<std::uint64_t>(q.integer(3));
    p.last = static_cast<std::uint64_t>(q.integer(4));
    p.reason = reason;
    p.cause = q.text(5);
    p.due_ms = q.integer(6);
    p.key_epoch = static_cast<std::uint32_t>(q.integer(7));
    p.whole_segment = q.boolean(8);
    p.bytes = q.blob(9);
    p.since_ms = q.integer(10);
    found.push_back(std::move(p));
  }
  return found;
}

Result<bool> SyncStore::is_parked(const Feed& feed, std::uint64_t sequence) {
  const auto origin = TRY(origins_.find(origin_of(feed)));
  if (!origin) return false;
  return TRY(tx_.integer("SELECT 1 FROM sync_parked WHERE origin = ?1 AND lane = ?2 AND last >= ?3 AND first <= ?3",
                         *origin, feed.lane, sequence))
      .has_value();
}

Status SyncStore::savepoint() {
  return tx_.run("SAVEPOINT record");
}

Status SyncStore::release_savepoint() {
  return tx_.run("RELEASE record");
}

Status SyncStore::roll_back_to_savepoint() {
  loaded_ = {};
  wanted_.forget();
  origins_.forget();
  TRY(tx_.run("ROLLBACK TO record"));
  return tx_.run("RELEASE record");
}

}  // namespace till::storage

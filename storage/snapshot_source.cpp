#include "storage/snapshot_source.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <set>

#include "storage/sync_digests.hpp"
#include "storage/sync_entities.hpp"
#include "storage/sync_queries.hpp"
#include "storage/sync_row_state.hpp"
#include "storage/sync_wanted.hpp"
#include "storage/tables.hpp"
#include "sync/link.hpp"

namespace till::storage {

using namespace till::sync;

namespace {

constexpr std::size_t kRowsPerQuery = 256;

std::size_t size_of(const RowState& state) {
  std::size_t bytes = 32;
  for (const auto& [number, value] : state.values) bytes += value.size() + 24;
  return bytes;
}

std::size_t size_of(const FieldMap& fields) {
  std::size_t bytes = 32;
  for (const auto& [number, value] : fields) bytes += value.size() + 4;
  return bytes;
}

// Documents that say how rows are to be read come before all rows: nobody who has a row, even one of a snapshot that is
// given up half-way, lacks them. Changes are ranked by the amendments; a rule that does not know that a change was made
// by a rule takes it for a person's, and settles it again.
bool comes_before_rows(EntityNumber entity) {
  return entity == Amendment::kEntity || entity == domain::Resolution::kEntity;
}

std::vector<EntityNumber> document_entities(bool before_rows) {
  std::vector<EntityNumber> numbers;
  each_entity([&]<class E>() {
    if (is_document(E::kEntity) && comes_before_rows(E::kEntity) == before_rows) numbers.push_back(E::kEntity);
  });
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

Status check_whole(Connection& conn) {
  const bool is_set_aside = TRY(conn.integer("SELECT 1 FROM sync_set_aside LIMIT 1")).has_value();
  if (TRY(sync_choice(conn)) == SyncChoice{} && !is_set_aside) return {};
  return fail(ErrorKind::permanent,
              "this terminal keeps only a part of the shop's data by choice; another one makes the snapshots");
}

Result<Id> a_terminal_of(Connection& conn, const Id& store) {
  if (store.is_nil()) return Id{};
  auto q = TRY(conn.query("SELECT id FROM device WHERE store = ?1 ORDER BY id LIMIT 1", store));
  return TRY(q.next()) ? q.id(0) : Id{};
}

Result<Id> who_began(Connection& conn, const Id& order) {
  auto q = TRY(conn.query("SELECT state FROM sync_row WHERE entity = ?1 AND id = ?2", domain::Order::kEntity, order));
  if (!TRY(q.next())) return Id{};
  SyncOrigins origins(conn);
  const auto states = TRY(decode_states(q.blob(0), origins));
  return states.empty() ? Id{} : states.begin()->second.order.device;
}

// Whose store decides who may leave it out: who made it, or anybody of the store that it names.
template <class E>
Result<Id> author_of(Connection& conn, const E& document) {
  if constexpr (requires { document.device; }) return document.device;
  if constexpr (requires { document.store; }) return a_terminal_of(conn, document.store);
  if constexpr (std::is_same_v<E, domain::OrderEvent>) return who_began(conn, document.order);
  return Id{};
}

// In the order of ids, behind `after`.
Result<std::vector<SnapshotDocument>> documents_of(Connection& conn, EntityNumber entity, const Id& after) {
  std::vector<SnapshotDocument> documents;
  Status done;
  with_entity(entity, [&]<class E>() {
    auto found = load_where<E>(conn, "WHERE id > ?1 ORDER BY id LIMIT ?2", [&](Query& q) {
      q.bind(1, after);
      q.bind(2, kRowsPerQuery);
    });
    if (!found) {
      done = fail(found.error());
      return;
    }
    for (const E& document : *found) {
      auto author = author_of(conn, document);
      if (!author) {
        done = fail(author.error());
        return;
      }
      documents.push_back({entity, document.id, *author, to_fields(document)});
    }
  });
  TRY(std::move(done));
  return documents;
}

// A snapshot that was taken in here may have raised a head over the end of another branch: which of them it continued
// could not be told. So the ends below a floor that nothing in the log continues are named with the heads; where they
// belong to the same branch they change nothing for who takes them in.
Result<std::vector<FeedHead>> ends_below_floors(Connection& conn) {
  std::vector<FeedHead> ends;
  std::set<RecordHash> continued;
  auto q = TRY(conn.query(
      "SELECT o.device, o.incarnation, s.lane, s.last, s.last_hash, s.previous_hash, s.last <= f.sequence FROM "
      "sync_floor f JOIN sync_segment s ON s.origin = f.origin AND s.lane = f.lane AND s.first <= f.sequence + 1 "
      "JOIN sync_origin o ON o.number = f.origin"));
  const auto hash_at = [&](int column) {
    RecordHash hash{};
    const Bytes bytes = q.blob(column);
    std::copy_n(bytes.begin(), std::min(bytes.size(), hash.size()), hash.begin());
    return hash;
  };
  while (TRY(q.next())) {
    const Feed feed{q.id(0), static_cast<Incarnation>(q.integer(1)), q.as<Lane>(2)};
    if (q.boolean(6)) ends.push_back({feed, static_cast<std::uint64_t>(q.integer(3)), hash_at(4), 0});
    continued.insert(hash_at(5));
  }
  std::erase_if(ends, [&](const FeedHead& end) { return continued.contains(end.hash); });
  return ends;
}

}  // namespace

SnapshotSource::~SnapshotSource() {
  if (is_reading_) (void)conn_.exec("ROLLBACK");
}

Status SnapshotSource::describe(SnapshotManifest& manifest) {
  if (sqlite3_get_autocommit(conn_.handle()) != 0) {  // otherwise the caller has begun to read
    TRY(conn_.exec("BEGIN"));
    is_reading_ = true;
  }
  // What is not in the log any more only a snapshot can bring to a hub that lost it.
  const auto waiting =
      TRY(conn_.integer(
              "SELECT count(*) FROM (SELECT f.*, coalesce(p.acked, 0) AS at_hub FROM sync_own_feed f LEFT JOIN "
              "sync_peer_feed p ON p.link = ?1 AND p.origin = f.origin AND p.lane = f.lane) f WHERE f.head > "
              "f.at_hub AND (f.cut < f.head OR EXISTS (SELECT 1 FROM sync_segment s WHERE s.origin = "
              "f.origin AND s.lane = f.lane AND s.own = 1 AND s.first <= f.at_hub + 1 AND s.last > f.at_hub))",
              sync::kHubLink))
          .value_or(0);
  if (waiting > 0) return fail(ErrorKind::retry, "records wait to be sent; a snapshot is made when they are through");
  TRY(check_whole(conn_));
  manifest.cursor = TRY(hub_cursor(conn_));
  manifest.positions = TRY(feed_positions(conn_));
  const auto lanes = TRY(lane_hashes(conn_));
  manifest.lanes.assign(lanes.begin(), lanes.end());
  manifest.digests = TRY(table_digests(conn_));
  return {};
}

Result<bool> SnapshotSource::next(SnapshotChunk& chunk) {
  chunk = {};
  if (part_ == Part::heads) {
    TRY(heads_and_parked(chunk));
    part_ = Part::before_rows;
    return true;
  }
  while (part_ != Part::end) {
    const bool found = part_ == Part::rows ? TRY(next_rows(chunk)) : TRY(next_documents(chunk));
    if (found) return true;
    part_ = static_cast<Part>(static_cast<int>(part_) + 1);
    entity_ = 0;
    row_ = {};
  }
  return false;
}

Status SnapshotSource::heads_and_parked(SnapshotChunk& chunk) {
  chunk.heads = TRY(all_heads(conn_));
  for (const FeedHead& end : TRY(ends_below_floors(conn_))) chunk.heads.push_back(end);
  std::sort(chunk.heads.begin(), chunk.heads.end());
  chunk.heads.erase(std::unique(chunk.heads.begin(), chunk.heads.end()), chunk.heads.end());
  auto ops = TRY(conn_.query("SELECT id FROM sync_op ORDER BY id"));
  while (TRY(ops.next())) chunk.ops.push_back(ops.id(0));
  auto q = TRY(
      conn_.query("SELECT origin, lane, first, last, reason, due_ms, key_epoch, whole_segment, bytes FROM sync_parked "
                  "ORDER BY number"));
  while (TRY(q.next())) {
    const Origin origin = TRY(origins_.origin(q.integer(0)));
    SnapshotParked parked;
    parked.feed = {origin.first, origin.second, q.as<Lane>(1)};
    parked.first = static_cast<std::uint64_t>(q.integer(2));
    parked.last = static_cast<std::uint64_t>(q.integer(3));
    parked.reason = q.as<ParkedReason>(4);
    parked.due_ms = q.integer(5);
    parked.key_epoch = static_cast<std::uint32_t>(q.integer(6));
    parked.whole_segment = q.boolean(7);
    parked.bytes = q.blob(8);
    chunk.parked.push_back(std::move(parked));
  }
  return {};
}

Result<bool> SnapshotSource::next_rows(SnapshotChunk& chunk) {
  auto q = TRY(
      conn_.query("SELECT entity, id, state, unknown FROM sync_row WHERE (entity, id) > (?1, ?2) ORDER BY entity, id",
                  entity_, row_));
  std::size_t bytes = 0;
  while (bytes < kSnapshotChunkBytes && TRY(q.next())) {
    entity_ = q.as<EntityNumber>(0);
    row_ = q.id(1);
    RowState state;
    state.fields = TRY(decode_states(q.blob(2), origins_));
    state.values = TRY(load_fields(conn_, entity_, row_));
    if (!q.is_null(3)) TRY(decode_unknown(q.blob(3), state.values));
    bytes += size_of(state);
    chunk.rows.push_back(to_snapshot(entity_, row_, state));
  }
  return !chunk.rows.empty();
}

Result<bool> SnapshotSource::next_documents(SnapshotChunk& chunk) {
  static const auto first = document_entities(true), others = document_entities(false);
  std::size_t bytes = 0;
  for (const EntityNumber entity : part_ == Part::before_rows ? first : others) {
    if (entity < entity_) continue;
    if (entity > entity_) row_ = {};
    entity_ = entity;
    for (;;) {
      auto documents = TRY(documents_of(conn_, entity, row_));
      if (documents.empty()) break;
      for (auto& document : documents) {
        bytes += size_of(document.fields);
        row_ = document.row;
        chunk.documents.push_back(std::move(document));
      }
      if (bytes >= kSnapshotChunkBytes) return true;
    }
  }
  return !chunk.documents.empty();
}

}  // namespace till::storage

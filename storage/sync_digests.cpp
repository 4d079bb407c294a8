#include "storage/sync_digests.hpp"

#include <algorithm>
#include <map>

#include "storage/sync_entities.hpp"
#include "storage/sync_origins.hpp"
#include "storage/sync_row_state.hpp"
#include "storage/tables.hpp"
#include "sync/digest.hpp"
#include "sync/sabotage.hpp"

namespace till::storage {

using namespace till::sync;

namespace {

constexpr const char* kHeads =
    "SELECT o.device, o.incarnation, f.lane, f.head, f.head_hash FROM sync_own_feed f JOIN sync_origin o "
    "ON o.number = f.origin WHERE f.head > 0 UNION ALL "
    "SELECT o.device, o.incarnation, h.lane, h.sequence, h.hash FROM sync_head h JOIN sync_origin o "
    "ON o.number = h.origin";

Feed feed_at(const Query& q) {
  return {q.id(0), static_cast<Incarnation>(q.integer(1)), q.as<Lane>(2)};
}

FeedHead read_head(const Query& q) {
  FeedHead head{feed_at(q), static_cast<std::uint64_t>(q.integer(3)), {}, 0};
  const Bytes hash = q.blob(4);
  std::copy_n(hash.begin(), std::min(hash.size(), head.hash.size()), head.hash.begin());
  return head;
}

Status rebuild_rows(Connection& conn) {
  SyncOrigins origins(conn);
  auto q = TRY(conn.query("SELECT entity, id, state, unknown FROM sync_row"));
  while (TRY(q.next())) {
    const auto entity = q.as<EntityNumber>(0);
    const Id row = q.id(1);
    RowState state;
    state.values = TRY(load_fields(conn, entity, row));
    state.fields = TRY(decode_states(q.blob(2), origins));
    TRY(decode_unknown(q.blob(3), state.values));
    const std::uint64_t hash = row_hash(entity, row, state);
    TRY(conn.run("UPDATE sync_row SET hash = ?3 WHERE entity = ?1 AND id = ?2", entity, row, hash));
    TRY(change_digest(conn, entity, 1, hash));
  }
  return {};
}

template <class E>
Status rebuild_documents(Connection& conn) {
  return for_each<E>(conn, [&](const E& document) {
    return change_digest(conn, E::kEntity, 1, document_hash(E::kEntity, document.id, to_fields(document)));
  });
}

}  // namespace

Status change_digest(Connection& conn, EntityNumber entity, std::int64_t rows, std::uint64_t toggled) {
  if (sabotaged(Sabotage::digest_stale) && rows == 0) return {};
  return conn.run(
      "INSERT INTO sync_digest(entity, rows, digest) VALUES(?1, ?2, ?3) ON CONFLICT DO UPDATE SET rows = rows + "
      "excluded.rows, digest = (digest | excluded.digest) & ~(digest & excluded.digest)",
      entity, rows, toggled);
}

Result<std::vector<TableDigest>> table_digests(Connection& conn) {
  auto q = TRY(conn.query("SELECT entity, rows, digest FROM sync_digest ORDER BY entity"));
  std::vector<TableDigest> digests;
  while (TRY(q.next())) {
    digests.push_back(
        {q.as<EntityNumber>(0), static_cast<std::uint64_t>(q.integer(1)), static_cast<std::uint64_t>(q.integer(2))});
  }
  return digests;
}

Status rebuild_digests(Connection& conn) {
  TRY(conn.run("DELETE FROM sync_digest"));
  TRY(rebuild_rows(conn));
  Status done;
  each_entity([&]<class E>() {
    if (done && is_document(E::kEntity)) done = rebuild_documents<E>(conn);
  });
  return done;
}

Result<std::array<std::uint64_t, kLanes>> lane_hashes(Connection& conn) {
  std::array<std::uint64_t, kLanes> hashes{};
  auto heads = TRY(conn.query(kHeads));
  while (TRY(heads.next())) {
    const FeedHead head = read_head(heads);
    hashes[index(head.feed.lane)] ^= head_hash(head);
  }
  auto parked =
      TRY(conn.query("SELECT o.device, o.incarnation, p.lane, p.first, p.last FROM sync_parked p JOIN sync_origin o "
                     "ON o.number = p.origin"));
  while (TRY(parked.next())) {
    const Feed feed = feed_at(parked);
    hashes[index(feed.lane)] ^=
        parked_hash(feed, static_cast<std::uint64_t>(parked.integer(3)), static_cast<std::uint64_t>(parked.integer(4)));
  }
  return hashes;
}

Result<std::vector<FeedHead>> all_heads(Connection& conn) {
  std::vector<FeedHead> heads;
  auto q = TRY(conn.query(kHeads));
  while (TRY(q.next())) heads.push_back(read_head(q));
  std::sort(heads.begin(), heads.end());
  return heads;
}

Result<std::vector<FeedPosition>> feed_positions(Connection& conn) {
  std::map<Feed, std::uint64_t> furthest;
  auto q = TRY(conn.query(kHeads));
  while (TRY(q.next())) {
    const FeedHead head = read_head(q);
    auto& last = furthest[head.feed];
    last = std::max(last, head.sequence);
  }
  std::vector<FeedPosition> positions;
  for (const auto& [feed, sequence] : furthest) positions.push_back({feed, sequence});
  return positions;
}

}  // namespace till::storage

#include "storage/sync_digests.hpp"

#include <algorithm>
#include <functional>
#include <map>

#include "storage/stored_row.hpp"
#include "storage/sync_entities.hpp"
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

using Visit = std::function<Status(const Id& row, std::uint64_t hash)>;

enum class WithoutRow : std::uint8_t { count, refuse };

// Rows are never taken out of their tables: stamps without one are what is left of damage. What the stamps add up to
// says nothing of it when they were counted after it.
Status each_row_hash(Connection& conn, EntityNumber entity, WithoutRow without_row, const Visit& visit) {
  SyncOrigins origins(conn);
  auto q = TRY(conn.query("SELECT id FROM sync_row WHERE entity = ?1", entity));
  while (TRY(q.next())) {
    const Id row = q.id(0);
    const StoredRow stored = TRY(stored_row(conn, origins, entity, row));
    if (!stored.is_there && without_row == WithoutRow::refuse)
      return fail(ErrorKind::corrupt, "a row is gone from its table, and only its stamps are left");
    TRY(visit(row, row_hash(entity, row, stored.state)));
  }
  return {};
}

template <class E>
Status each_document_hash(Connection& conn, const Visit& visit) {
  return for_each<E>(conn, [&](const E& document) {
    return visit(document.id, document_hash(E::kEntity, document.id, to_fields(document)));
  });
}

Status each_hash(Connection& conn, EntityNumber entity, WithoutRow without_row, const Visit& visit) {
  if (!is_document(entity)) return each_row_hash(conn, entity, without_row, visit);
  Status done;
  with_entity(entity, [&]<class E>() { done = each_document_hash<E>(conn, visit); });
  return done;
}

Status rebuild_digest(Connection& conn, EntityNumber entity) {
  return each_hash(conn, entity, WithoutRow::count, [&](const Id& row, std::uint64_t hash) -> Status {
    if (!is_document(entity))
      TRY(conn.run("UPDATE sync_row SET hash = ?3 WHERE entity = ?1 AND id = ?2", entity, row, hash));
    return change_digest(conn, entity, 1, hash);
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
  Status done;
  each_entity([&]<class E>() {
    if (done) done = rebuild_digest(conn, E::kEntity);
  });
  return done;
}

Result<TableDigest> kept_digest(Connection& conn, EntityNumber entity) {
  TableDigest kept{entity, 0, 0};
  auto q = TRY(conn.query("SELECT rows, digest FROM sync_digest WHERE entity = ?1", entity));
  if (!TRY(q.next())) return kept;
  kept.rows = static_cast<std::uint64_t>(q.integer(0));
  kept.digest = static_cast<std::uint64_t>(q.integer(1));
  return kept;
}

Result<TableDigest> counted_digest(Connection& conn, EntityNumber entity) {
  TableDigest counted{entity, 0, 0};
  TRY(each_hash(conn, entity, WithoutRow::refuse, [&](const Id&, std::uint64_t hash) -> Status {
    ++counted.rows;
    counted.digest ^= hash;
    return {};
  }));
  return counted;
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

#include "storage/sync_pruning.hpp"

#include <algorithm>

#include "storage/sync_origins.hpp"
#include "sync/link.hpp"
#include "sync/sabotage.hpp"

namespace till::storage {

using sync::FeedPosition;

namespace {

struct Range {
  std::size_t segments = 0;
  std::int64_t last = 0;
};

// How many branches are known here, and up to where the hub holds the feed: all of it, unless it was written here.
struct Held {
  std::int64_t branches = 0, at_hub = 0;
};

Result<Held> held_of(Transaction& tx, std::int64_t origin, sync::Lane lane) {
  Held held;
  held.branches = TRY(tx.integer("SELECT (SELECT count(*) FROM sync_head WHERE origin = ?1 AND lane = ?2) + "
                                 "(SELECT count(*) FROM sync_own_feed WHERE origin = ?1 AND lane = ?2)",
                                 origin, lane))
                      .value_or(0);
  const bool is_own =
      TRY(tx.integer("SELECT 1 FROM sync_own_feed WHERE origin = ?1 AND lane = ?2", origin, lane)).has_value();
  held.at_hub = INT64_MAX;
  if (is_own) {
    held.at_hub = TRY(tx.integer("SELECT acked FROM sync_peer_feed WHERE link = ?3 AND origin = ?1 AND lane = ?2",
                                 origin, lane, sync::kHubLink))
                      .value_or(0);
  }
  return held;
}

Result<Range> oldest(Transaction& tx, std::int64_t origin, sync::Lane lane, std::int64_t up_to, std::int64_t before_ms,
                     std::size_t max) {
  auto q =
      TRY(tx.query("SELECT last, first_ms FROM sync_segment WHERE origin = ?1 AND lane = ?2 AND last <= ?3 ORDER BY "
                   "last LIMIT ?4",
                   origin, lane, up_to, max));
  Range range;
  while (TRY(q.next())) {
    if (q.integer(1) >= before_ms) break;
    ++range.segments;
    range.last = q.integer(0);
  }
  return range;
}

Result<std::size_t> prune_feed(Transaction& tx, std::int64_t origin, const FeedPosition& position,
                               std::int64_t before_ms, std::size_t max) {
  const sync::Lane lane = position.feed.lane;
  const Held held = TRY(held_of(tx, origin, lane));
  if (held.branches != 1) return 0;
  std::int64_t up_to = std::min(static_cast<std::int64_t>(position.sequence), held.at_hub);
  if (sync::sabotaged(sync::Sabotage::pruned_unconfirmed)) up_to = INT64_MAX;
  const Range range = TRY(oldest(tx, origin, lane, up_to, before_ms, max));
  if (range.segments == 0) return 0;
  TRY(tx.run("DELETE FROM sync_segment WHERE origin = ?1 AND lane = ?2 AND last <= ?3", origin, lane, range.last));
  TRY(
      tx.run("INSERT INTO sync_floor(origin, lane, sequence) VALUES(?1, ?2, ?3) "
             "ON CONFLICT DO UPDATE SET sequence = max(sequence, excluded.sequence)",
             origin, lane, range.last));
  return range.segments;
}

}  // namespace

Result<std::size_t> prune_log(Transaction& tx, const std::vector<FeedPosition>& up_to, std::int64_t before_ms,
                              std::size_t max) {
  SyncOrigins origins(tx);
  std::size_t pruned = 0;
  for (const FeedPosition& position : up_to) {
    if (pruned >= max) break;
    const auto origin = TRY(origins.find(origin_of(position.feed)));
    if (origin) pruned += TRY(prune_feed(tx, *origin, position, before_ms, max - pruned));
  }
  return pruned;
}

Result<LogWeight> log_weight(Connection& conn) {
  auto q = TRY(conn.query("SELECT count(*), coalesce(sum(length(bytes)), 0) FROM sync_segment"));
  if (!TRY(q.next())) return LogWeight{};
  return LogWeight{static_cast<std::uint64_t>(q.integer(0)), static_cast<std::uint64_t>(q.integer(1))};
}

}  // namespace till::storage

#include "storage/sync_members.hpp"

#include <algorithm>

#include "domain/entities/documents.hpp"
#include "storage/sync_digests.hpp"
#include "storage/sync_origins.hpp"
#include "storage/sync_row_state.hpp"
#include "storage/tables.hpp"
#include "sync/link.hpp"

namespace till::storage {

using namespace till::sync;

namespace {

// When the first field of its row that is still as it was first written was written: keys never change.
Result<std::int64_t> known_since_ms(Connection& conn, SyncOrigins& origins, const Id& device) {
  auto q = TRY(conn.query("SELECT state FROM sync_row WHERE entity = ?1 AND id = ?2", domain::Device::kEntity, device));
  if (!TRY(q.next())) return 0;
  std::int64_t first = INT64_MAX;
  for (const auto& [number, field] : TRY(decode_states(q.blob(0), origins)))
    first = std::min(first, field.order.stamp.ms());
  return first == INT64_MAX ? 0 : first;
}

}  // namespace

Result<Members> members(Connection& conn) {
  Members found;
  SyncOrigins origins(conn);
  for (const auto& device : TRY(load_all<domain::Device>(conn)))
    found.devices.push_back({device.id, device.revoked, TRY(known_since_ms(conn, origins, device.id))});
  found.progress = TRY(load_all<DeviceProgress>(conn));
  for (const TableDigest& digest : TRY(table_digests(conn))) {
    if (digest.entity != DeviceProgress::kEntity && digest.rows > 0) found.tables.push_back(digest.entity);
  }
  return found;
}

Result<std::vector<Feed>> feeds_only_in_snapshots(Connection& conn) {
  auto q = TRY(conn.query(
      "SELECT o.device, o.incarnation, f.lane FROM sync_own_feed f "
      "JOIN sync_origin o ON o.number = f.origin JOIN sync_floor s ON s.origin = f.origin AND s.lane = f.lane "
      "LEFT JOIN sync_peer_feed p ON p.link = ?1 AND p.origin = f.origin AND p.lane = f.lane "
      "WHERE coalesce(p.acked, 0) < s.sequence AND coalesce(p.acked, 0) < f.cut AND NOT EXISTS (SELECT 1 FROM "
      "sync_segment g WHERE g.origin = f.origin AND g.lane = f.lane AND g.own = 1 AND "
      "g.first <= coalesce(p.acked, 0) + 1 AND g.last > coalesce(p.acked, 0))",
      kHubLink));
  std::vector<Feed> feeds;
  while (TRY(q.next())) feeds.push_back({q.id(0), static_cast<Incarnation>(q.integer(1)), q.as<Lane>(2)});
  return feeds;
}

Result<std::vector<FeedHead>> ends_of(Connection& conn, const std::vector<Feed>& own_feeds,
                                      const std::vector<FeedPosition>& positions) {
  std::vector<FeedHead> ends;
  for (const FeedPosition& position : positions) {
    if (std::find(own_feeds.begin(), own_feeds.end(), position.feed) == own_feeds.end()) continue;
    auto q = TRY(conn.query(
        "SELECT s.last_hash FROM sync_segment s JOIN sync_origin o ON o.number = s.origin WHERE o.device = ?1 AND "
        "o.incarnation = ?2 AND s.lane = ?3 AND s.last = ?4 AND s.own = 1 UNION ALL "
        "SELECT f.cut_hash FROM sync_own_feed f JOIN sync_origin o ON o.number = f.origin WHERE o.device = ?1 AND "
        "o.incarnation = ?2 AND f.lane = ?3 AND f.cut = ?4",
        position.feed.device, position.feed.incarnation, position.feed.lane, position.sequence));
    if (!TRY(q.next())) continue;
    FeedHead end{position.feed, position.sequence, {}, 0};
    const Bytes hash = q.blob(0);
    std::copy_n(hash.begin(), std::min(hash.size(), end.hash.size()), end.hash.begin());
    ends.push_back(end);
  }
  return ends;
}

Result<std::vector<FeedHead>> ends_of_others(Connection& conn, const std::vector<Id>& known_devices) {
  std::vector<FeedHead> ends;
  auto q = TRY(conn.query(
      "SELECT o.device, o.incarnation, h.lane, h.sequence, h.hash FROM sync_head h JOIN sync_origin o ON o.number = "
      "h.origin WHERE o.device <> (SELECT device FROM sync_self) ORDER BY h.origin, h.lane, h.sequence DESC, "
      "h.branch"));
  while (TRY(q.next())) {
    const Feed feed{q.id(0), static_cast<Incarnation>(q.integer(1)), q.as<Lane>(2)};
    const bool is_shorter = !ends.empty() && ends.back().feed == feed;
    if (is_shorter || std::ranges::find(known_devices, feed.device) != known_devices.end()) continue;
    ends.push_back({feed, static_cast<std::uint64_t>(q.integer(3)), {}, 0});
    const Bytes hash = q.blob(4);
    std::copy_n(hash.begin(), std::min(hash.size(), ends.back().hash.size()), ends.back().hash.begin());
  }
  return ends;
}

}  // namespace till::storage

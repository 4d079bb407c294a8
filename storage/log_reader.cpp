#include "storage/log_reader.hpp"

namespace till::storage {

Result<std::optional<Bytes>> SyncLogReader::uncut_body(const sync::Feed& feed, std::uint64_t sequence) {
  const auto origin = TRY(origins_.find(origin_of(feed)));
  if (!origin) return std::optional<Bytes>{};
  auto q = TRY(conn_.query("SELECT body FROM sync_uncut WHERE origin = ?1 AND lane = ?2 AND sequence = ?3", *origin,
                           feed.lane, sequence));
  if (!TRY(q.next())) return std::optional<Bytes>{};
  return std::optional<Bytes>{q.blob(0)};
}

// A few that end at or behind it: a branch may have cut the same records otherwise.
Result<std::vector<Bytes>> SyncLogReader::segments_with(const sync::Feed& feed, std::uint64_t sequence) {
  std::vector<Bytes> segments;
  const auto origin = TRY(origins_.find(origin_of(feed)));
  if (!origin) return segments;
  auto q = TRY(conn_.query(
      "SELECT bytes FROM (SELECT first, bytes FROM sync_segment WHERE origin = ?1 AND lane = ?2 AND last >= ?3 "
      "ORDER BY last LIMIT 8) WHERE first <= ?3",
      *origin, feed.lane, sequence));
  while (TRY(q.next())) segments.push_back(q.blob(0));
  return segments;
}

}  // namespace till::storage

#include "storage/refold_log.hpp"

#include <algorithm>

namespace till::storage {

using namespace till::sync;

namespace {

RecordHash hash_at(const Query& q, int column) {
  const Bytes bytes = q.blob(column);
  RecordHash hash{};
  std::copy_n(bytes.begin(), std::min(bytes.size(), hash.size()), hash.begin());
  return hash;
}

std::uint64_t number_at(const Query& q, int column) {
  return static_cast<std::uint64_t>(q.integer(column));
}

int mask_of(const std::set<Lane>& lanes) {
  int mask = 0;
  for (const Lane lane : lanes) mask |= 1 << index(lane);
  return mask;
}

}  // namespace

Result<std::vector<LogSegment>> RefoldLog::segments_after(std::int64_t number, const std::set<Lane>& lanes,
                                                          std::size_t max) {
  auto q = TRY(
      conn_.query("SELECT number, origin, lane, first, last, previous_hash, last_hash, branch, bytes FROM sync_segment "
                  "WHERE number > ?1 AND (1 << lane) & ?2 <> 0 ORDER BY number LIMIT ?3",
                  number, mask_of(lanes), max));
  std::vector<LogSegment> segments;
  while (TRY(q.next())) {
    const Origin origin = TRY(origins_.origin(q.integer(1)));
    segments.push_back({q.integer(0),
                        {origin.first, origin.second, q.as<Lane>(2)},
                        number_at(q, 3),
                        number_at(q, 4),
                        hash_at(q, 5),
                        hash_at(q, 6),
                        static_cast<std::uint32_t>(q.integer(7)),
                        q.blob(8)});
  }
  return segments;
}

Result<std::vector<UncutRecord>> RefoldLog::uncut_after(const Feed& feed, std::uint64_t sequence, std::size_t max) {
  std::vector<UncutRecord> records;
  const auto origin = TRY(origins_.find(origin_of(feed)));
  if (!origin) return records;
  auto q =
      TRY(conn_.query("SELECT sequence, hash, body FROM sync_uncut WHERE origin = ?1 AND lane = ?2 AND sequence > ?3 "
                      "ORDER BY sequence LIMIT ?4",
                      *origin, feed.lane, sequence, max));
  while (TRY(q.next())) records.push_back({number_at(q, 0), hash_at(q, 1), q.blob(2)});
  return records;
}

Result<std::vector<FeedHead>> RefoldLog::heads() {
  auto q =
      TRY(conn_.query("SELECT origin, lane, head, head_hash, 0 FROM sync_own_feed WHERE head > 0 UNION ALL "
                      "SELECT origin, lane, sequence, hash, branch FROM sync_head"));
  std::vector<FeedHead> heads;
  while (TRY(q.next())) {
    const Origin origin = TRY(origins_.origin(q.integer(0)));
    heads.push_back({{origin.first, origin.second, q.as<Lane>(1)},
                     number_at(q, 2),
                     hash_at(q, 3),
                     static_cast<std::uint32_t>(q.integer(4))});
  }
  return heads;
}

Result<std::uint64_t> RefoldLog::floor(const Feed& feed) {
  const auto origin = TRY(origins_.find(origin_of(feed)));
  if (!origin) return 0;
  const auto found =
      TRY(conn_.integer("SELECT sequence FROM sync_floor WHERE origin = ?1 AND lane = ?2", *origin, feed.lane));
  return static_cast<std::uint64_t>(found.value_or(0));
}

Result<std::vector<Parked>> RefoldLog::parked_at(const Feed& feed, std::uint64_t sequence) {
  std::vector<Parked> found;
  const auto origin = TRY(origins_.find(origin_of(feed)));
  if (!origin) return found;
  auto q =
      TRY(conn_.query("SELECT first, last, whole_segment, bytes FROM sync_parked WHERE origin = ?1 AND lane = ?2 "
                      "AND last >= ?3 AND first <= ?3",
                      *origin, feed.lane, sequence));
  while (TRY(q.next())) {
    Parked parked;
    parked.feed = feed;
    parked.first = number_at(q, 0);
    parked.last = number_at(q, 1);
    parked.whole_segment = q.boolean(2);
    parked.bytes = q.blob(3);
    found.push_back(std::move(parked));
  }
  return found;
}

Result<bool> RefoldLog::is_set_aside(EntityNumber entity, const Order& order) {
  return TRY(conn_.integer("SELECT 1 FROM sync_set_aside WHERE stamp = ?1 AND device = ?2 AND incarnation = ?3 AND "
                           "sequence = ?4 AND entity = ?5",
                           order.stamp.packed, order.device, order.incarnation, order.sequence, entity))
      .has_value();
}

Result<std::uint64_t> RefoldLog::set_aside_mark() {
  auto q = TRY(conn_.query("SELECT count(*), coalesce(max(number), 0) FROM sync_set_aside"));
  if (!TRY(q.next())) return 0;
  return number_at(q, 0) << 40 | number_at(q, 1);
}

}  // namespace till::storage

// What a carrier's peer asks of the log: which segments are held, without their bytes.
#include <algorithm>

#include "storage/sync_store.hpp"

namespace till::storage {

using namespace till::sync;

namespace {

constexpr const char* kInfo =
    "SELECT s.number, o.device, o.incarnation, s.lane, s.first, s.last, s.own, s.last_hash "
    "FROM sync_segment s JOIN sync_origin o ON o.number = s.origin ";

Result<std::vector<SegmentInfo>> infos(Result<Query> query) {
  auto q = TRY(std::move(query));
  std::vector<SegmentInfo> found;
  while (TRY(q.next())) {
    SegmentInfo info;
    info.number = q.integer(0);
    info.feed = {q.id(1), static_cast<Incarnation>(q.integer(2)), q.as<Lane>(3)};
    info.first = static_cast<std::uint64_t>(q.integer(4));
    info.last = static_cast<std::uint64_t>(q.integer(5));
    info.own = q.integer(6) != 0;
    const Bytes hash = q.blob(7);
    std::copy_n(hash.begin(), std::min(hash.size(), info.last_hash.size()), info.last_hash.begin());
    found.push_back(info);
  }
  return found;
}

}  // namespace

Result<std::vector<SegmentInfo>> SyncStore::segments_after(std::int64_t number, std::size_t max) {
  return infos(tx_.query(std::string(kInfo) + "WHERE s.number > ?1 ORDER BY s.number LIMIT ?2", number, max));
}

Result<std::vector<SegmentInfo>> SyncStore::segments_behind(const Feed& feed, std::uint64_t sequence, std::size_t max) {
  const auto origin = TRY(origins_.find(origin_of(feed)));
  if (!origin) return std::vector<SegmentInfo>{};
  return infos(tx_.query(std::string(kInfo) + "WHERE s.origin = ?1 AND s.lane = ?2 AND s.last > ?3 "
                                              "ORDER BY s.last, s.number LIMIT ?4",
                         *origin, feed.lane, sequence, max));
}

Result<std::vector<SegmentInfo>> SyncStore::own_segments_behind(const Feed& feed, std::uint64_t sequence,
                                                                std::size_t max) {
  const auto origin = TRY(origins_.find(origin_of(feed)));
  if (!origin) return std::vector<SegmentInfo>{};
  return infos(tx_.query(std::string(kInfo) + "WHERE s.origin = ?1 AND s.lane = ?2 AND s.last > ?3 AND s.own = 1 "
                                              "ORDER BY s.last LIMIT ?4",
                         *origin, feed.lane, sequence, max));
}

Result<Bytes> SyncStore::segment_bytes(std::int64_t number) {
  auto q = TRY(tx_.query("SELECT bytes FROM sync_segment WHERE number = ?1", number));
  if (!TRY(q.next())) return corrupt("a segment of the log is missing");
  return q.blob(0);
}

}  // namespace till::storage

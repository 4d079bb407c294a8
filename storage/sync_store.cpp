#include "storage/sync_store.hpp"

#include <algorithm>

#include "core/wire.hpp"
#include "storage/sync_entities.hpp"
#include "storage/waiting_documents.hpp"

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

constexpr const char* kOwnFeed =
    "SELECT o.device, o.incarnation, f.lane, f.head, f.head_hash, f.cut, f.cut_hash, f.acked "
    "FROM sync_own_feed f JOIN sync_origin o ON o.number = f.origin ";

constexpr const char* kOwnFeedAt =
    "SELECT o.device, o.incarnation, f.lane, f.head, f.head_hash, f.cut, f.cut_hash, coalesce(p.acked, 0) "
    "FROM sync_own_feed f JOIN sync_origin o ON o.number = f.origin "
    "LEFT JOIN sync_peer_feed p ON p.link = ?1 AND p.origin = f.origin AND p.lane = f.lane ";

OwnFeed read_own_feed(const Query& q) {
  return {{q.id(0), number_at(q, 1), q.as<Lane>(2)},
          number_at(q, 3),
          hash_at(q, 4),
          number_at(q, 5),
          hash_at(q, 6),
          number_at(q, 7)};
}

}  // namespace

Result<SelfState> SyncStore::self() {
  auto q = TRY(tx_.query("SELECT device, incarnation, last_stamp, clock_offset_ms FROM sync_self"));
  if (!TRY(q.next())) return corrupt("this terminal's place in the log is missing");
  return SelfState{q.id(0), number_at(q, 1), Stamp{number_at(q, 2)}, q.integer(3)};
}

Status SyncStore::set_incarnation(Incarnation incarnation) {
  return tx_.run("UPDATE sync_self SET incarnation = ?1", incarnation);
}

Status SyncStore::observe(Stamp stamp) {
  return tx_.run("UPDATE sync_self SET last_stamp = ?1 WHERE last_stamp < ?1", stamp.packed);
}

Status SyncStore::set_last_stamp(Stamp stamp) {
  return tx_.run("UPDATE sync_self SET last_stamp = ?1", stamp.packed);
}

Status SyncStore::set_clock_offset_ms(std::int64_t offset_ms) {
  return tx_.run("UPDATE sync_self SET clock_offset_ms = ?1", offset_ms);
}

Result<Cursor> SyncStore::cursor(LinkNumber link) {
  auto q = TRY(tx_.query(
      "SELECT epoch, cursor_critical, cursor_high, cursor_normal, cursor_low FROM sync_peer WHERE link = ?1", link));
  if (!TRY(q.next())) return Cursor{};
  return Cursor{number_at(q, 0), {number_at(q, 1), number_at(q, 2), number_at(q, 3), number_at(q, 4)}};
}

Status SyncStore::set_cursor(LinkNumber link, const Cursor& c) {
  return tx_.run("INSERT OR REPLACE INTO sync_peer VALUES(?1, ?2, ?3, ?4, ?5, ?6)", link, c.epoch, c.after[0],
                 c.after[1], c.after[2], c.after[3]);
}

Status SyncStore::rewind_cursors() {
  TRY(clear_note(kTakenSnapshotNote));
  Cursor before = TRY(cursor(kHubLink));
  if (const auto noted = TRY(note(kRewoundNote))) {
    const auto earlier = TRY(decode<Cursor>(*noted));
    if (before == Cursor{before.epoch, {}}) before.epoch = earlier.epoch;
    for (std::size_t i = 0; before.epoch == earlier.epoch && i < kLanes; ++i) {
      before.after[i] = std::max(before.after[i], earlier.after[i]);
    }
  }
  TRY(set_note(kRewoundNote, encode(before)));
  return tx_.run("UPDATE sync_peer SET cursor_critical = 0, cursor_high = 0, cursor_normal = 0, cursor_low = 0");
}

Result<std::vector<OwnFeed>> SyncStore::own_feeds() {
  auto q = TRY(tx_.query(std::string(kOwnFeed) + "ORDER BY f.number"));
  std::vector<OwnFeed> feeds;
  while (TRY(q.next())) feeds.push_back(read_own_feed(q));
  return feeds;
}

Result<std::optional<OwnFeed>> SyncStore::own_feed(const Feed& feed) {
  const auto origin = TRY(origins_.find(origin_of(feed)));
  if (!origin) return std::optional<OwnFeed>{};
  auto q = TRY(tx_.query(std::string(kOwnFeed) + "WHERE f.origin = ?1 AND f.lane = ?2", *origin, feed.lane));
  if (!TRY(q.next())) return std::optional<OwnFeed>{};
  return std::optional<OwnFeed>{read_own_feed(q)};
}

Result<std::vector<OwnFeed>> SyncStore::own_feeds_at(LinkNumber link) {
  auto q = TRY(tx_.query(std::string(kOwnFeedAt) + "ORDER BY f.number", link));
  std::vector<OwnFeed> feeds;
  while (TRY(q.next())) feeds.push_back(read_own_feed(q));
  return feeds;
}

Result<std::optional<OwnFeed>> SyncStore::own_feed_at(LinkNumber link, const Feed& feed) {
  const auto origin = TRY(origins_.find(origin_of(feed)));
  if (!origin) return std::optional<OwnFeed>{};
  auto q = TRY(tx_.query(std::string(kOwnFeedAt) + "WHERE f.origin = ?2 AND f.lane = ?3", link, *origin, feed.lane));
  if (!TRY(q.next())) return std::optional<OwnFeed>{};
  return std::optional<OwnFeed>{read_own_feed(q)};
}

Status SyncStore::append_own(const Record& record, const Bytes& body, const RecordHash& hash) {
  const auto origin = TRY(origins_.number_of(origin_of(record.feed)));
  const Lane lane = record.feed.lane;
  TRY(
      tx_.run("INSERT OR IGNORE INTO sync_own_feed(origin, lane, head, head_hash, cut, cut_hash, acked) "
              "VALUES(?1, ?2, 0, ?3, 0, ?3, 0)",
              origin, lane, ByteView(RecordHash{})));
  TRY(tx_.run("UPDATE sync_own_feed SET head = ?3, head_hash = ?4 WHERE origin = ?1 AND lane = ?2 AND head = ?3 - 1",
              origin, lane, record.sequence, ByteView(hash)));
  if (tx_.changes() != 1) return fail(ErrorKind::permanent, "the log would use a number twice; report this");
  TRY(tx_.run("INSERT INTO sync_uncut(origin, lane, sequence, stamp_ms, ops, hash, body) VALUES(?1,?2,?3,?4,?5,?6,?7)",
              origin, lane, record.sequence, record.stamp.ms(), record.ops.size(), ByteView(hash), body));
  return note_waiting_documents(tx_, origin, record);
}

Result<std::vector<RecordBytes>> SyncStore::uncut(const Feed& feed, std::size_t max_records) {
  std::vector<RecordBytes> records;
  const auto origin = TRY(origins_.find(origin_of(feed)));
  if (!origin) return records;
  auto q = TRY(tx_.query("SELECT body, hash, ops FROM sync_uncut WHERE origin = ?1 AND lane = ?2 ORDER BY sequence",
                         *origin, feed.lane));
  std::size_t bytes = 0, ops = 0;
  max_records = std::clamp<std::size_t>(max_records, 1, kMaxRecordsPerSegment);
  while (records.size() < max_records && TRY(q.next())) {
    Bytes body = q.blob(0);
    bytes += body.size();
    ops += static_cast<std::size_t>(q.integer(2));
    if (!records.empty() && (bytes > kSegmentTargetBytes || ops > kMaxOpsPerSegment)) break;
    records.push_back({std::move(body), hash_at(q, 1)});
  }
  return records;
}

Result<std::vector<Bytes>> SyncStore::uncut_bodies(const Feed& feed) {
  std::vector<Bytes> bodies;
  const auto origin = TRY(origins_.find(origin_of(feed)));
  if (!origin) return bodies;
  auto q = TRY(tx_.query("SELECT body FROM sync_uncut WHERE origin = ?1 AND lane = ?2", *origin, feed.lane));
  while (TRY(q.next())) bodies.push_back(q.blob(0));
  return bodies;
}

Status SyncStore::store_own_segment(const OwnSegment& s) {
  const auto origin = TRY(origins_.number_of(origin_of(s.feed)));
  const Lane lane = s.feed.lane;
  TRY(tx_.run(
      "INSERT INTO sync_segment(origin, lane, first, last, own, branch, first_ms, previous_hash, last_hash, bytes) "
      "SELECT ?1, ?2, ?3, ?4, 1, 0, stamp_ms, ?5, ?6, ?7 FROM sync_uncut "
      "WHERE origin = ?1 AND lane = ?2 AND sequence = ?3",
      origin, lane, s.first, s.last, ByteView(s.previous_hash), ByteView(s.last_hash), s.bytes));
  TRY(tx_.run("DELETE FROM sync_uncut WHERE origin = ?1 AND lane = ?2 AND sequence <= ?3", origin, lane, s.last));
  return tx_.run("UPDATE sync_own_feed SET cut = ?3, cut_hash = ?4 WHERE origin = ?1 AND lane = ?2", origin, lane,
                 s.last, ByteView(s.last_hash));
}

Result<std::optional<OwnSegment>> SyncStore::own_segment(const Feed& feed, std::uint64_t sequence) {
  const auto origin = TRY(origins_.find(origin_of(feed)));
  if (!origin) return std::optional<OwnSegment>{};
  auto q =
      TRY(tx_.query("SELECT first, last, previous_hash, last_hash, bytes FROM sync_segment "
                    "WHERE origin = ?1 AND lane = ?2 AND last >= ?3 AND own = 1 ORDER BY last LIMIT 1",
                    *origin, feed.lane, sequence));
  if (!TRY(q.next()) || number_at(q, 0) > sequence) return std::optional<OwnSegment>{};
  return std::optional<OwnSegment>{{feed, number_at(q, 0), number_at(q, 1), hash_at(q, 2), hash_at(q, 3), q.blob(4)}};
}

Status SyncStore::set_acked(LinkNumber link, const Feed& feed, std::uint64_t sequence) {
  const auto origin = TRY(origins_.number_of(origin_of(feed)));
  TRY(tx_.run("INSERT OR REPLACE INTO sync_peer_feed(link, origin, lane, acked) VALUES(?1, ?2, ?3, ?4)", link, origin,
              feed.lane, sequence));
  if (is_carrier(link)) return {};
  TRY(
      tx_.run("UPDATE sync_own_feed SET acked = (SELECT max(acked) FROM sync_peer_feed p WHERE p.origin = ?1 AND "
              "p.lane = ?2 AND (p.link < ?3 OR p.link = ?4)) WHERE origin = ?1 AND lane = ?2",
              origin, feed.lane, kFirstCarrierLink, kOtherTerminals));
  return forget_confirmed_documents(tx_, origin, feed.lane);
}

Result<std::optional<std::int64_t>> SyncStore::oldest_waiting_ms() {
  return tx_.integer(
      "SELECT min(at) FROM (SELECT min(stamp_ms) AS at FROM sync_uncut UNION ALL "
      "SELECT (SELECT s.first_ms FROM sync_segment s WHERE s.origin = f.origin AND s.lane = f.lane AND s.own = 1 "
      "AND s.last > f.acked ORDER BY s.last LIMIT 1) FROM sync_own_feed f WHERE f.cut > f.acked)");
}

Result<std::vector<FeedHead>> SyncStore::heads(const Feed& feed) {
  std::vector<FeedHead> heads;
  const auto own = TRY(own_feed(feed));
  if (own) heads.push_back({feed, own->head, own->head_hash, 0});
  const auto origin = TRY(origins_.find(origin_of(feed)));
  if (!origin) return heads;
  auto q = TRY(tx_.query("SELECT branch, sequence, hash FROM sync_head WHERE origin = ?1 AND lane = ?2 ORDER BY branch",
                         *origin, feed.lane));
  while (TRY(q.next())) {
    heads.push_back({feed, number_at(q, 1), hash_at(q, 2), static_cast<std::uint32_t>(q.integer(0))});
  }
  return heads;
}

Result<bool> SyncStore::has_end(const Feed& feed, std::uint64_t sequence, const RecordHash& hash) {
  const auto own = TRY(own_feed(feed));
  if (own && own->head == sequence && own->head_hash == hash) return true;
  const auto origin = TRY(origins_.find(origin_of(feed)));
  if (!origin) return false;
  return TRY(tx_.integer("SELECT 1 FROM sync_segment WHERE origin = ?1 AND lane = ?2 AND last = ?3 AND last_hash = ?4",
                         *origin, feed.lane, sequence, ByteView(hash)))
      .has_value();
}

Result<bool> SyncStore::has_segment(const Feed& feed, std::uint64_t first, std::uint64_t last,
                                    const RecordHash& last_hash) {
  const auto origin = TRY(origins_.find(origin_of(feed)));
  if (!origin) return false;
  return TRY(tx_.integer("SELECT 1 FROM sync_segment WHERE origin = ?1 AND lane = ?2 AND last = ?3 AND first = ?4 "
                         "AND last_hash = ?5",
                         *origin, feed.lane, last, first, ByteView(last_hash)))
      .has_value();
}

Status SyncStore::store_received(const ReceivedSegment& s) {
  const auto origin = TRY(origins_.number_of(origin_of(s.feed)));
  const Lane lane = s.feed.lane;
  bool own = false;
  if (s.branch == 0) {  // the lost tail of an earlier incarnation comes home
    TRY(
        tx_.run("UPDATE sync_own_feed SET head = ?3, head_hash = ?4, cut = ?3, cut_hash = ?4 "
                "WHERE origin = ?1 AND lane = ?2",
                origin, lane, s.last, ByteView(s.last_hash)));
    own = tx_.changes() > 0;
  }
  TRY(tx_.run(
      "INSERT INTO sync_segment(origin, lane, first, last, own, branch, first_ms, previous_hash, last_hash, bytes) "
      "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
      origin, lane, s.first, s.last, own, s.branch, s.first_ms, ByteView(s.previous_hash), ByteView(s.last_hash),
      s.bytes));
  if (own) return {};
  return tx_.run(
      "INSERT INTO sync_head(origin, lane, branch, sequence, hash) VALUES(?1, ?2, ?3, ?4, ?5) "
      "ON CONFLICT DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash",
      origin, lane, s.branch, s.last, ByteView(s.last_hash));
}

Result<std::vector<Bytes>> SyncStore::segments_of(const Feed& feed, std::uint64_t from) {
  std::vector<Bytes> segments;
  const auto origin = TRY(origins_.find(origin_of(feed)));
  if (!origin) return segments;
  auto q = TRY(tx_.query("SELECT bytes FROM sync_segment WHERE origin = ?1 AND lane = ?2 AND last >= ?3 ORDER BY last",
                         *origin, feed.lane, from));
  while (TRY(q.next())) segments.push_back(q.blob(0));
  return segments;
}

}  // namespace till::storage

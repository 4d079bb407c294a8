#include "storage/hub_store.hpp"

#include <algorithm>

#include "sync/sabotage.hpp"

namespace till::storage {

using sync::Feed;
using sync::FeedHead;
using sync::FeedRange;
using sync::HubAppend;
using sync::HubSegment;
using sync::HubSigner;
using sync::Incarnation;
using sync::Lane;
using sync::RecordHash;

namespace {

constexpr std::size_t kMaxReaders = 20'000;

// The columns of read_segments().
constexpr std::string_view kSegmentColumns =
    "SELECT s.number, f.device, f.incarnation, f.lane, s.first_sequence, s.last_sequence, length(s.bytes), s.bytes "
    "FROM segment s JOIN feed f ON f.key = s.feed ";

RecordHash hash_of(const Bytes& bytes) {
  RecordHash hash{};
  std::copy_n(bytes.begin(), std::min(bytes.size(), hash.size()), hash.begin());
  return hash;
}

std::uint64_t number_of(const Query& row, int column) {
  return static_cast<std::uint64_t>(row.integer(column));
}

Result<std::vector<HubSegment>> read_segments(Query& rows, std::size_t max_bytes) {
  std::vector<HubSegment> segments;
  std::size_t bytes = 0;
  while (TRY(rows.next())) {
    bytes += static_cast<std::size_t>(rows.integer(6));
    if (!segments.empty() && bytes > max_bytes) break;
    HubSegment segment;
    segment.sequence = number_of(rows, 0);
    segment.feed = {rows.id(1), number_of(rows, 2), rows.as<Lane>(3)};
    segment.first_sequence = number_of(rows, 4);
    segment.last_sequence = number_of(rows, 5);
    segment.bytes = rows.blob(7);
    segments.push_back(std::move(segment));
  }
  return segments;
}

FeedHead read_head(const Query& row, int at, const Feed& feed) {
  return {feed, number_of(row, at), hash_of(row.blob(at + 1)), static_cast<std::uint32_t>(row.integer(at + 2))};
}

}  // namespace

Result<std::int64_t> HubSegments::tenant_number(const Id& tenant, std::string_view sql) {
  const auto found = TRY(database_.reads().integer(sql, tenant));
  if (!found) return invalid("the hub has no tenant " + to_string(tenant));
  return *found;
}

Result<std::uint64_t> HubSegments::epoch(const Id& tenant) {
  return static_cast<std::uint64_t>(TRY(tenant_number(tenant, "SELECT epoch FROM tenant WHERE id = ?1")));
}

Result<std::uint64_t> HubSegments::last_number(const Id& tenant) {
  return static_cast<std::uint64_t>(TRY(tenant_number(tenant, "SELECT last_number FROM tenant WHERE id = ?1")));
}

Result<std::optional<HubSigner>> HubSegments::signer(const Id& tenant, const Id& device) {
  auto row = TRY(database_.reads().query(
      "SELECT signing_key, revoked_at IS NOT NULL FROM device WHERE id = ?2 AND tenant = ?1", tenant, device));
  if (!TRY(row.next())) return std::optional<HubSigner>{};
  return std::optional<HubSigner>{HubSigner{row.blob(0), row.boolean(1)}};
}

Result<std::optional<std::int64_t>> HubSegments::feed_key(const Id& tenant, const Feed& feed) {
  return database_.reads().integer(
      "SELECT f.key FROM feed f JOIN tenant t ON t.key = f.tenant "
      "WHERE t.id = ?1 AND f.device = ?2 AND f.incarnation = ?3 AND f.lane = ?4",
      tenant, feed.device, feed.incarnation, feed.lane);
}

Result<std::int64_t> HubSegments::feed_key_or_new(const Id& tenant, const Feed& feed) {
  if (const auto known = TRY(feed_key(tenant, feed))) return *known;
  TRY(database_.write(
      "INSERT INTO feed(tenant, device, incarnation, lane) SELECT key, ?2, ?3, ?4 FROM tenant WHERE id = ?1", tenant,
      feed.device, feed.incarnation, feed.lane));
  return database_.reads().last_rowid();
}

Result<std::vector<FeedHead>> HubSegments::heads(const Id& tenant, const Feed& feed) {
  std::vector<FeedHead> heads;
  const auto key = TRY(feed_key(tenant, feed));
  if (!key) return heads;
  auto rows = TRY(
      database_.reads().query("SELECT sequence, hash, branch FROM feed_head WHERE feed = ?1 ORDER BY branch", *key));
  while (TRY(rows.next())) heads.push_back(read_head(rows, 0, feed));
  return heads;
}

Result<std::vector<FeedHead>> HubSegments::heads_of(const Id& tenant, const Id& device) {
  std::vector<FeedHead> heads;
  auto rows = TRY(database_.reads().query(
      "SELECT f.incarnation, f.lane, h.sequence, h.hash, h.branch FROM feed f JOIN tenant t ON t.key = f.tenant "
      "JOIN feed_head h ON h.feed = f.key WHERE t.id = ?1 AND f.device = ?2 ORDER BY f.key, h.branch",
      tenant, device));
  while (TRY(rows.next())) heads.push_back(read_head(rows, 2, {device, number_of(rows, 0), rows.as<Lane>(1)}));
  return heads;
}

Result<std::vector<FeedHead>> HubSegments::all_heads(const Id& tenant, std::size_t max) {
  std::vector<FeedHead> heads;
  auto rows = TRY(database_.reads().query(
      "SELECT f.incarnation, f.lane, h.sequence, h.hash, h.branch, f.device FROM feed f JOIN tenant t ON t.key = "
      "f.tenant JOIN feed_head h ON h.feed = f.key WHERE t.id = ?1 ORDER BY f.key, h.branch LIMIT ?2",
      tenant, max));
  while (TRY(rows.next())) heads.push_back(read_head(rows, 2, {rows.id(5), number_of(rows, 0), rows.as<Lane>(1)}));
  return heads;
}

Result<bool> HubSegments::has_end(const Id& tenant, const Feed& feed, std::uint64_t last_sequence,
                                  const RecordHash& last_hash) {
  const auto key = TRY(feed_key(tenant, feed));
  if (!key) return false;
  return TRY(database_.reads().integer(
                 "SELECT 1 FROM segment WHERE feed = ?1 AND last_sequence = ?2 AND last_hash = ?3", *key, last_sequence,
                 ByteView(last_hash)))
      .has_value();
}

Result<bool> HubSegments::has_segment(const Id& tenant, const Feed& feed, std::uint64_t first_sequence,
                                      std::uint64_t last_sequence, const RecordHash& last_hash) {
  const auto key = TRY(feed_key(tenant, feed));
  if (!key) return false;
  return TRY(database_.reads().integer("SELECT 1 FROM segment WHERE feed = ?1 AND last_sequence = ?2 AND "
                                       "last_hash = ?3 AND first_sequence = ?4",
                                       *key, last_sequence, ByteView(last_hash), first_sequence))
      .has_value();
}

Result<std::uint64_t> HubSegments::append(const HubAppend& segment) {
  const auto feed = TRY(feed_key_or_new(segment.tenant, segment.feed));
  TRY(database_.write("UPDATE tenant SET last_number = last_number + 1 WHERE id = ?1", segment.tenant));
  if (sync::sabotaged(sync::Sabotage::hub_splits_group)) TRY(database_.reads().exec("COMMIT; BEGIN IMMEDIATE"));
  TRY(database_.write(
      "INSERT INTO segment(tenant, lane, number, feed, first_sequence, last_sequence, branch, fork, last_stamp_ms, "
      "stored_at, last_hash, bytes) SELECT key, ?2, last_number, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11 FROM tenant "
      "WHERE id = ?1",
      segment.tenant, segment.feed.lane, feed, segment.first_sequence, segment.last_sequence, segment.branch,
      segment.fork, segment.last_stamp_ms, segment.stored_at, ByteView(segment.last_hash), segment.bytes));
  TRY(database_.write("INSERT OR REPLACE INTO feed_head(feed, branch, sequence, hash) VALUES(?1, ?2, ?3, ?4)", feed,
                      segment.branch, segment.last_sequence, ByteView(segment.last_hash)));
  return last_number(segment.tenant);
}

std::uint64_t HubSegments::skip_own(const Reader& reader, std::uint64_t after) {
  if (own_valid_for_ != database_.undone() || own_.size() > kMaxReaders) own_.clear();
  own_valid_for_ = database_.undone();
  const auto it = own_.find(reader);
  return it != own_.end() && it->second.after <= after && after < it->second.until ? it->second.until : after;
}

void HubSegments::learn_own(const Reader& reader, std::uint64_t after, std::uint64_t until) {
  if (until <= after) return;
  auto [it, fresh] = own_.try_emplace(reader, OwnStretch{after, until});
  if (fresh) return;
  auto& known = it->second;
  if (known.after <= after && after <= known.until)
    known.until = std::max(known.until, until);
  else
    known = {after, until};
}

Result<std::vector<HubSegment>> HubSegments::after(const Id& tenant, Lane lane, std::uint64_t after,
                                                   const Id& skip_device, Incarnation skip_incarnation,
                                                   std::size_t max_bytes) {
  const Reader reader{tenant, skip_device, skip_incarnation, lane};
  auto rows = TRY(database_.reads().query(
      std::string(kSegmentColumns) +
          "WHERE s.tenant = (SELECT key FROM tenant WHERE id = ?1) AND s.lane = ?2 AND s.number > ?3 "
          "AND s.bytes IS NOT NULL AND NOT (f.device = ?4 AND f.incarnation = ?5) ORDER BY s.number",
      tenant, lane, skip_own(reader, after), skip_device, skip_incarnation));
  auto segments = TRY(read_segments(rows, max_bytes));
  const auto reached = segments.empty() ? TRY(last_number(tenant)) : segments.front().sequence - 1;
  learn_own(reader, after, reached);
  return segments;
}

Result<std::vector<HubSegment>> HubSegments::of_feed(const Id& tenant, const FeedRange& range, std::size_t max_bytes) {
  const auto key = TRY(feed_key(tenant, range.feed));
  if (!key) return std::vector<HubSegment>{};
  auto rows = TRY(
      database_.reads().query(std::string(kSegmentColumns) +
                                  "WHERE s.feed = ?1 AND s.last_sequence >= ?2 AND (?3 = 0 OR s.first_sequence <= ?3) "
                                  "AND s.bytes IS NOT NULL "
                                  "ORDER BY s.last_sequence, s.branch",
                              *key, range.first, range.last));
  return read_segments(rows, max_bytes);
}

}  // namespace till::storage

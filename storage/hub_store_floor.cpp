// What the hub's log has dropped, and how far its terminals are.
#include <algorithm>

#include "storage/hub_store.hpp"
#include "sync/sabotage.hpp"

namespace till::storage {

using sync::Cursor;
using sync::EpochAncestor;
using sync::FeedHead;
using sync::HubConfirmation;
using sync::HubFloor;
using sync::kLanes;
using sync::Lane;

namespace {

std::uint64_t number_of(const Query& row, int column) {
  return static_cast<std::uint64_t>(row.integer(column));
}

std::array<std::uint64_t, kLanes> lanes_at(const Query& row, int first) {
  std::array<std::uint64_t, kLanes> lanes{};
  for (std::size_t i = 0; i < kLanes; ++i) lanes[i] = number_of(row, first + static_cast<int>(i));
  return lanes;
}

}  // namespace

Result<std::vector<EpochAncestor>> HubSegments::ancestors(const Id& tenant) {
  std::vector<EpochAncestor> found;
  auto rows = TRY(database_.reads().query(
      "SELECT e.epoch, e.until FROM epoch_ancestor e JOIN tenant t ON t.key = e.tenant WHERE t.id = ?1 "
      "ORDER BY e.key DESC LIMIT ?2",
      tenant, sync::kMaxEpochAncestors));
  while (TRY(rows.next())) found.push_back({number_of(rows, 0), number_of(rows, 1)});
  return found;
}

Result<HubFloor> HubSegments::floor(const Id& tenant) {
  auto row = TRY(database_.reads().query(
      "SELECT floor_critical, floor_high, floor_normal, floor_low, floor_snapshot FROM tenant WHERE id = ?1", tenant));
  if (!TRY(row.next())) return HubFloor{};
  HubFloor floor{lanes_at(row, 0), {}};
  if (!row.is_null(4)) floor.snapshot = row.id(4);
  return floor;
}

Status HubSegments::set_floor(const Id& tenant, const HubFloor& floor) {
  return database_.write(
      "UPDATE tenant SET floor_critical = ?2, floor_high = ?3, floor_normal = ?4, floor_low = ?5, floor_snapshot = ?6 "
      "WHERE id = ?1",
      tenant, floor.after[0], floor.after[1], floor.after[2], floor.after[3], floor.snapshot);
}

Result<bool> HubSegments::sweep(const Id& tenant, std::size_t max) {
  if (sync::sabotaged(sync::Sabotage::hub_serves_dropped)) return false;
  const HubFloor floor = TRY(this->floor(tenant));
  std::size_t left = max;
  for (const Lane lane : sync::kAllLanes) {
    TRY(database_.write(
        "UPDATE segment SET bytes = NULL WHERE rowid IN (SELECT rowid FROM segment WHERE tenant = (SELECT key FROM "
        "tenant WHERE id = ?1) AND lane = ?2 AND number <= ?3 AND bytes IS NOT NULL ORDER BY number LIMIT ?4)",
        tenant, lane, floor.after[index(lane)], left));
    left -= std::min<std::size_t>(left, static_cast<std::size_t>(database_.reads().changes()));
    if (left == 0) return true;
  }
  return false;
}

Result<std::uint64_t> HubSegments::first_since(const Id& tenant, Lane lane, UtcTime since) {
  auto rows = TRY(database_.reads().query(
      "SELECT number FROM segment WHERE tenant = (SELECT key FROM tenant WHERE id = ?1) AND lane = ?2 AND bytes IS NOT "
      "NULL AND stored_at >= ?3 ORDER BY number LIMIT 1",
      tenant, lane, since));
  return TRY(rows.next()) ? number_of(rows, 0) : 0;
}

Status HubSegments::raise_head(const Id& tenant, const FeedHead& head) {
  const auto feed = TRY(feed_key_or_new(tenant, head.feed));
  const auto known = TRY(heads(tenant, head.feed));
  const std::uint32_t branch = known.size() == 1 ? known.front().branch : static_cast<std::uint32_t>(known.size());
  return database_.write("INSERT OR REPLACE INTO feed_head(feed, branch, sequence, hash) VALUES(?1, ?2, ?3, ?4)", feed,
                         branch, head.sequence, ByteView(head.hash));
}

Result<std::uint64_t> HubSegments::begin_epoch(const Id& tenant) {
  TRY(database_.write(
      "INSERT INTO epoch_ancestor(tenant, epoch, until) SELECT key, epoch, last_number FROM tenant WHERE id = ?1",
      tenant));
  TRY(database_.write(
      std::string("UPDATE tenant SET last_number = last_number + 1, epoch = ") + kNewEpochSql + " WHERE id = ?1",
      tenant));
  return last_number(tenant);
}

Status HubSegments::renumber(const Id& tenant, Lane lane, std::uint64_t after, std::uint64_t before) {
  const std::uint64_t last = TRY(last_number(tenant));
  // Each new number is above all others, so that no two are ever alike.
  TRY(database_.write(
      "UPDATE segment SET number = ?5 + moved.place FROM (SELECT rowid AS at, row_number() OVER (ORDER BY number) AS "
      "place FROM segment WHERE tenant = (SELECT key FROM tenant WHERE id = ?1) AND lane = ?2 AND number > ?3 AND "
      "number < ?4) AS moved WHERE segment.rowid = moved.at",
      tenant, lane, after, before, last));
  return database_.write("UPDATE tenant SET last_number = ?2 WHERE id = ?1", tenant,
                         last + static_cast<std::uint64_t>(database_.reads().changes()));
}

Status HubSegments::confirm(const Id& /*tenant*/, const Id& device, const Cursor& cursor, UtcTime now) {
  return database_.write(
      "INSERT OR REPLACE INTO confirmation(device, heard_at, epoch, critical, high, normal, low) "
      "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
      device, now, cursor.epoch, cursor.after[0], cursor.after[1], cursor.after[2], cursor.after[3]);
}

Result<std::vector<HubConfirmation>> HubSegments::confirmations(const Id& tenant) {
  std::vector<HubConfirmation> found;
  auto rows = TRY(database_.reads().query(
      "SELECT d.id, d.revoked_at IS NOT NULL, coalesce(c.heard_at, d.enrolled_at), coalesce(c.epoch, 0), "
      "coalesce(c.critical, 0), coalesce(c.high, 0), coalesce(c.normal, 0), coalesce(c.low, 0) "
      "FROM device d LEFT JOIN confirmation c ON c.device = d.id WHERE d.tenant = ?1 ORDER BY d.number",
      tenant));
  while (TRY(rows.next())) {
    found.push_back({rows.id(0), rows.boolean(1), rows.time(2), {number_of(rows, 3), lanes_at(rows, 4)}});
  }
  return found;
}

}  // namespace till::storage

#include "storage/sync_queries.hpp"

#include "storage/sync_entities.hpp"
#include "storage/sync_row_state.hpp"

namespace till::storage {

using namespace till::sync;

namespace {

constexpr const char* kParked =
    "SELECT p.number, o.device, o.incarnation, p.lane, p.first, p.last, p.reason, p.cause, p.due_ms, p.key_epoch, "
    "p.whole_segment, p.since_ms FROM sync_parked p JOIN sync_origin o ON o.number = p.origin "
    "ORDER BY p.number LIMIT ?1";

std::uint64_t number_at(const Query& q, int column) {
  return static_cast<std::uint64_t>(q.integer(column));
}

}  // namespace

Result<std::array<LaneWaiting, kLanes>> waiting_by_lane(Connection& conn) {
  std::array<LaneWaiting, kLanes> lanes;
  auto q = TRY(conn.query(
      "SELECT f.lane, sum(f.head - f.acked), min(CASE WHEN f.head > f.acked THEN coalesce("
      "(SELECT s.first_ms FROM sync_segment s WHERE s.origin = f.origin AND s.lane = f.lane AND s.own = 1 AND s.last > "
      "f.acked ORDER BY s.last LIMIT 1), (SELECT u.stamp_ms FROM sync_uncut u WHERE u.origin = f.origin AND u.lane = "
      "f.lane ORDER BY u.sequence LIMIT 1)) END), sum(f.acked) FROM sync_own_feed f GROUP BY f.lane"));
  while (TRY(q.next())) {
    const auto lane = static_cast<std::size_t>(q.integer(0));
    if (lane >= kLanes) continue;
    lanes[lane].records = number_at(q, 1);
    if (!q.is_null(2)) lanes[lane].oldest_ms = q.integer(2);
    lanes[lane].confirmed = number_at(q, 3);
  }
  return lanes;
}

Result<std::uint64_t> parked_total(Connection& conn) {
  const auto count = TRY(conn.integer("SELECT count(*) FROM sync_parked"));
  return static_cast<std::uint64_t>(count.value_or(0));
}

Result<std::vector<Parked>> parked_records(Connection& conn, std::size_t max) {
  auto q = TRY(conn.query(kParked, max));
  std::vector<Parked> found;
  while (TRY(q.next())) {
    Parked p;
    p.number = q.integer(0);
    p.feed = {q.id(1), number_at(q, 2), q.as<Lane>(3)};
    p.first = number_at(q, 4);
    p.last = number_at(q, 5);
    p.reason = q.as<ParkedReason>(6);
    p.cause = q.text(7);
    p.due_ms = q.integer(8);
    p.key_epoch = static_cast<EpochNumber>(q.integer(9));
    p.whole_segment = q.boolean(10);
    p.since_ms = q.integer(11);
    found.push_back(std::move(p));
  }
  return found;
}

Result<std::vector<Conflict>> open_conflicts(Connection& conn, std::size_t max) {
  SyncOrigins origins(conn);
  std::vector<Conflict> found;
  auto q = TRY(conn.query("SELECT entity, id, state FROM sync_row WHERE conflicts > 0 LIMIT ?1", max));
  while (found.size() < max && TRY(q.next())) {
    const auto entity = static_cast<EntityNumber>(q.integer(0));
    RowState row;
    row.fields = TRY(decode_states(q.blob(2), origins));
    row.values = TRY(load_fields(conn, entity, q.id(1)));
    for (Conflict& conflict : conflicts(entity, q.id(1), row)) found.push_back(std::move(conflict));
  }
  return found;
}

Result<SelfState> log_identity(Connection& conn) {
  auto q = TRY(conn.query("SELECT device, incarnation, last_stamp, clock_offset_ms FROM sync_self"));
  if (!TRY(q.next())) return corrupt("this terminal's place in the log is missing");
  return SelfState{q.id(0), number_at(q, 1), Stamp{number_at(q, 2)}, q.integer(3)};
}

Result<Cursor> hub_cursor(Connection& conn) {
  auto q = TRY(
      conn.query("SELECT epoch, cursor_critical, cursor_high, cursor_normal, cursor_low FROM sync_peer WHERE link = ?1",
                 kHubLink));
  if (!TRY(q.next())) return Cursor{};
  return Cursor{number_at(q, 0), {number_at(q, 1), number_at(q, 2), number_at(q, 3), number_at(q, 4)}};
}

}  // namespace till::storage

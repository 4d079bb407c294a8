#include "storage/sync_schema.hpp"

namespace till::storage {

namespace {

// A feed's own_* columns are for the feeds that were written here. Sequences and incarnations are 64 bits, stored as
// SQLite's signed integers.
constexpr const char* kLog = R"sql(
CREATE TABLE sync_self (
  one INTEGER PRIMARY KEY CHECK (one = 1), device BLOB NOT NULL, incarnation INTEGER NOT NULL,
  last_stamp INTEGER NOT NULL, clock_offset_ms INTEGER NOT NULL, cursor_epoch INTEGER NOT NULL,
  cursor_critical INTEGER NOT NULL, cursor_high INTEGER NOT NULL, cursor_normal INTEGER NOT NULL,
  cursor_low INTEGER NOT NULL) STRICT;
INSERT INTO sync_self VALUES(1, x'00000000000000000000000000000000', 0, 0, 0, 0, 0, 0, 0, 0);
CREATE TABLE sync_origin (
  number INTEGER PRIMARY KEY, device BLOB NOT NULL, incarnation INTEGER NOT NULL, UNIQUE (device, incarnation)) STRICT;
CREATE TABLE sync_own_feed (
  number INTEGER PRIMARY KEY, origin INTEGER NOT NULL, lane INTEGER NOT NULL, head INTEGER NOT NULL,
  head_hash BLOB NOT NULL, cut INTEGER NOT NULL, cut_hash BLOB NOT NULL, acked INTEGER NOT NULL,
  UNIQUE (origin, lane)) STRICT;
CREATE TABLE sync_uncut (
  origin INTEGER NOT NULL, lane INTEGER NOT NULL, sequence INTEGER NOT NULL, stamp_ms INTEGER NOT NULL,
  ops INTEGER NOT NULL, hash BLOB NOT NULL, body BLOB NOT NULL, PRIMARY KEY (origin, lane, sequence)) STRICT, WITHOUT ROWID;
CREATE TABLE sync_head (
  origin INTEGER NOT NULL, lane INTEGER NOT NULL, branch INTEGER NOT NULL, sequence INTEGER NOT NULL,
  hash BLOB NOT NULL, PRIMARY KEY (origin, lane, branch)) STRICT, WITHOUT ROWID;
CREATE TABLE sync_segment (
  number INTEGER PRIMARY KEY, origin INTEGER NOT NULL, lane INTEGER NOT NULL, first INTEGER NOT NULL,
  last INTEGER NOT NULL, own INTEGER NOT NULL, branch INTEGER NOT NULL, first_ms INTEGER NOT NULL,
  previous_hash BLOB NOT NULL, last_hash BLOB NOT NULL, bytes BLOB NOT NULL) STRICT;
CREATE INDEX sync_segment_by_feed ON sync_segment(origin, lane, last);
)sql";

constexpr const char* kData = R"sql(
CREATE TABLE sync_row (
  entity INTEGER NOT NULL, id BLOB NOT NULL, state BLOB NOT NULL, unknown BLOB, conflicts INTEGER NOT NULL,
  PRIMARY KEY (entity, id)) STRICT, WITHOUT ROWID;
CREATE INDEX sync_row_in_conflict ON sync_row(conflicts) WHERE conflicts > 0;
CREATE TABLE sync_op (id BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE sync_parked (
  number INTEGER PRIMARY KEY, origin INTEGER NOT NULL, lane INTEGER NOT NULL, first INTEGER NOT NULL,
  last INTEGER NOT NULL, reason INTEGER NOT NULL, cause TEXT NOT NULL, due_ms INTEGER NOT NULL,
  key_epoch INTEGER NOT NULL, whole_segment INTEGER NOT NULL, bytes BLOB NOT NULL, since_ms INTEGER NOT NULL) STRICT;
CREATE INDEX sync_parked_by_reason ON sync_parked(reason, due_ms);
CREATE INDEX sync_parked_by_feed ON sync_parked(origin, lane, last);
CREATE TABLE sync_waiting_sale (
  id BLOB PRIMARY KEY, origin INTEGER NOT NULL, sequence INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX sync_waiting_sale_by_record ON sync_waiting_sale(origin, sequence);
)sql";

// `link` is the transport's number. acked: what that peer holds of an own feed; sync_own_feed.acked is what any peer
// that keeps things for good holds.
constexpr const char* kPeers = R"sql(
CREATE TABLE sync_peer (
  link INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, cursor_critical INTEGER NOT NULL, cursor_high INTEGER NOT NULL,
  cursor_normal INTEGER NOT NULL, cursor_low INTEGER NOT NULL) STRICT;
INSERT INTO sync_peer
  SELECT 0, cursor_epoch, cursor_critical, cursor_high, cursor_normal, cursor_low FROM sync_self;
CREATE TABLE sync_peer_feed (
  link INTEGER NOT NULL, origin INTEGER NOT NULL, lane INTEGER NOT NULL, acked INTEGER NOT NULL,
  PRIMARY KEY (link, origin, lane)) STRICT, WITHOUT ROWID;
INSERT INTO sync_peer_feed SELECT 0, origin, lane, acked FROM sync_own_feed;
CREATE TABLE sync_amendment (
  id BLOB PRIMARY KEY, device BLOB NOT NULL, incarnation INTEGER NOT NULL, lane INTEGER NOT NULL,
  first INTEGER NOT NULL, last INTEGER NOT NULL, ahead_ms INTEGER NOT NULL, at_ms INTEGER NOT NULL) STRICT;
)sql";

// A row's hash is in its table's digest. Rows that were written before have none until they change.
constexpr const char* kDigests = R"sql(
ALTER TABLE sync_row ADD COLUMN hash INTEGER NOT NULL DEFAULT 0;
CREATE TABLE sync_digest (
  entity INTEGER PRIMARY KEY, rows INTEGER NOT NULL, digest INTEGER NOT NULL) STRICT;
CREATE TABLE device_progress (
  id BLOB PRIMARY KEY, lanes BLOB NOT NULL, digests BLOB NOT NULL, parked INTEGER NOT NULL,
  clock_offset_ms INTEGER NOT NULL, program TEXT NOT NULL, at_ms INTEGER NOT NULL, vector BLOB NOT NULL,
  vector_at_ms INTEGER NOT NULL) STRICT;
)sql";

// What a snapshot brought: up to `sequence` a feed's records are in the data and not in the log.
constexpr const char* kSnapshots = R"sql(
CREATE TABLE sync_floor (
  origin INTEGER NOT NULL, lane INTEGER NOT NULL, sequence INTEGER NOT NULL,
  PRIMARY KEY (origin, lane)) STRICT, WITHOUT ROWID;
CREATE TABLE sync_note (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
)sql";

}  // namespace

Status create_sync_tables(Connection& conn) {
  TRY(conn.exec(kLog));
  return conn.exec(kData);
}

Status extend_sync_tables_002(Connection& conn) {
  TRY(conn.exec(kPeers));
  TRY(conn.exec(kDigests));
  return conn.exec(kSnapshots);
}

}  // namespace till::storage

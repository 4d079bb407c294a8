#include "storage/schema_004.hpp"

#include "storage/waiting_documents.hpp"

namespace till::storage {
namespace {

constexpr const char* kWaiting = R"sql(
CREATE TABLE sync_waiting_document (
  id BLOB NOT NULL, origin INTEGER NOT NULL, lane INTEGER NOT NULL, sequence INTEGER NOT NULL,
  PRIMARY KEY (id, origin, lane)) STRICT, WITHOUT ROWID;
CREATE INDEX sync_waiting_document_by_record ON sync_waiting_document(origin, lane, sequence);
INSERT INTO sync_waiting_document(id, origin, lane, sequence) SELECT id, origin, 0, sequence FROM sync_waiting_sale;
DROP TABLE sync_waiting_sale;
)sql";

// Of what was noted for sales only until now, all that is in no segment yet.
Status note_what_waits(Connection& conn) {
  auto q =
      TRY(conn.query("SELECT u.origin, o.device, o.incarnation, u.lane, u.sequence, u.body FROM sync_uncut u "
                     "JOIN sync_origin o ON o.number = u.origin WHERE u.lane <= ?1",
                     sync::Lane::high));
  while (TRY(q.next())) {
    const sync::Feed feed{q.id(1), static_cast<sync::Incarnation>(q.integer(2)), q.as<sync::Lane>(3)};
    const auto record = sync::decode_body(feed, static_cast<std::uint64_t>(q.integer(4)), q.blob(5));
    if (!record) continue;  // damaged: whoever sends it says so
    TRY(note_waiting_documents(conn, q.integer(0), *record));
  }
  return {};
}

}  // namespace

Status create_schema_004(Connection& conn) {
  TRY(conn.exec(kWaiting));
  return note_what_waits(conn);
}

}  // namespace till::storage

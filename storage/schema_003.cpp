#include "storage/schema_003.hpp"

#include "storage/sync_digests.hpp"

namespace till::storage {
namespace {

// Entries carry their chain (domain/entities/audit.hpp); those of before keep theirs in the columns previous and hash.
constexpr const char* kJournal = R"sql(
ALTER TABLE audit_entry ADD COLUMN changes BLOB NOT NULL DEFAULT x'00';
ALTER TABLE audit_entry ADD COLUMN previous_hash BLOB NOT NULL DEFAULT x'';
ALTER TABLE audit_entry ADD COLUMN chain_hash BLOB NOT NULL DEFAULT x'';
ALTER TABLE shift_event ADD COLUMN journal_sequence INTEGER NOT NULL DEFAULT 0;
ALTER TABLE shift_event ADD COLUMN journal_hash BLOB NOT NULL DEFAULT x'';
CREATE TABLE audit_head (
  device BLOB PRIMARY KEY, sequence INTEGER NOT NULL, hash BLOB NOT NULL, signature BLOB NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO audit_head(device, sequence, hash, signature)
  SELECT device, max(sequence), hash, x'' FROM audit_entry WHERE hash IS NOT NULL GROUP BY device;
CREATE TABLE audit_checkpoint (
  device BLOB NOT NULL, hash BLOB NOT NULL, sequence INTEGER NOT NULL, at INTEGER NOT NULL, signer BLOB NOT NULL,
  signature BLOB NOT NULL, PRIMARY KEY (device, hash)) STRICT, WITHOUT ROWID;
)sql";

}  // namespace

// The digests are of rows with all their fields: whichever step adds the last field counts them anew.
Status create_schema_003(Connection& conn) {
  TRY(conn.exec(kJournal));
  return rebuild_digests(conn);
}

}  // namespace till::storage

// A snapshot of the shop's data (sync/snapshot.hpp), read over a read-only connection in one read transaction: selling
// and syncing go on meanwhile, and what is read is one moment. Use it on one thread; destroy it to end the read.
#pragma once

#include "storage/connection.hpp"
#include "storage/sync_origins.hpp"
#include "sync/snapshot.hpp"

namespace till::storage {

class SnapshotSource final : public sync::SnapshotSource {
 public:
  explicit SnapshotSource(Connection& conn) : conn_(conn), origins_(conn) {}
  ~SnapshotSource() override;

  Status describe(sync::SnapshotManifest& manifest) override;
  Result<bool> next(sync::SnapshotChunk& chunk) override;

 private:
  Result<bool> next_rows(sync::SnapshotChunk& chunk);
  Result<bool> next_documents(sync::SnapshotChunk& chunk);
  Status heads_and_parked(sync::SnapshotChunk& chunk);

  Connection& conn_;
  SyncOrigins origins_;
  enum class Part : std::uint8_t { heads, before_rows, rows, documents, end };
  Part part_ = Part::heads;
  bool is_reading_ = false;
  sync::EntityNumber entity_ = 0;  // of the last row or document that was read
  Id row_;
};

}  // namespace till::storage

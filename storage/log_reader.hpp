// sync::LogReader over the shop's database; any connection, also read-only, which outlives it.
#pragma once

#include "storage/connection.hpp"
#include "storage/sync_origins.hpp"
#include "sync/history.hpp"

namespace till::storage {

class SyncLogReader final : public sync::LogReader {
 public:
  explicit SyncLogReader(Connection& conn) : conn_(conn), origins_(conn) {}
  Result<std::optional<Bytes>> uncut_body(const sync::Feed& feed, std::uint64_t sequence) override;
  Result<std::vector<Bytes>> segments_with(const sync::Feed& feed, std::uint64_t sequence) override;

 private:
  Connection& conn_;
  SyncOrigins origins_;
};

}  // namespace till::storage

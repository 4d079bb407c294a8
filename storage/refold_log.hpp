// sync::FoldLog over the shop's database; any connection, also read-only, which outlives it. Cheap to make: one for
// each look at the log.
#pragma once

#include "storage/connection.hpp"
#include "storage/sync_origins.hpp"
#include "sync/refold.hpp"

namespace till::storage {

class RefoldLog final : public sync::FoldLog {
 public:
  explicit RefoldLog(Connection& conn) : conn_(conn), origins_(conn) {}
  Result<std::vector<sync::LogSegment>> segments_after(std::int64_t number, const std::set<sync::Lane>& lanes,
                                                       std::size_t max) override;
  Result<std::vector<sync::UncutRecord>> uncut_after(const sync::Feed& feed, std::uint64_t sequence,
                                                     std::size_t max) override;
  Result<std::vector<sync::FeedHead>> heads() override;
  Result<std::uint64_t> floor(const sync::Feed& feed) override;
  Result<std::vector<sync::Parked>> parked_at(const sync::Feed& feed, std::uint64_t sequence) override;
  Result<bool> is_set_aside(sync::EntityNumber entity, const sync::Order& order) override;
  Result<std::uint64_t> set_aside_mark() override;

 private:
  Connection& conn_;
  SyncOrigins origins_;
};

}  // namespace till::storage

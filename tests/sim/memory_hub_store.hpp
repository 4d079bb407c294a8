// sync::HubStore in memory: what the hub's database is compared with in the simulator (checked_hub_store.hpp), and for
// tests of the hub's rules. Several tenants. Copying one copies the hub's disk. A failed call leaves what was done
// before; tests that need a roll-back copy it.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "sync/hub_core.hpp"

namespace till::sim {

struct StoredSegment {
  sync::HubSegment segment;
  sync::RecordHash previous_hash{}, last_hash{};
  std::uint32_t branch = 0;
  UtcTime stored_at;
  bool is_forgotten = false;  // its content is gone; also a number that no segment got
};

struct HubTenantState {
  std::uint64_t epoch = 1;
  std::vector<sync::EpochAncestor> ancestors;  // the latest first
  std::map<Id, sync::HubSigner> devices;
  std::map<sync::Feed, std::vector<sync::FeedHead>> heads;
  std::vector<sync::FeedHead> raised;  // as they were
  std::vector<StoredSegment> log;      // number n is at n - 1
  sync::HubFloor floor;
  std::map<Id, std::pair<UtcTime, sync::Cursor>> confirmed;
};

class MemoryHubStore : public sync::HubStore {
 public:
  std::map<Id, HubTenantState> tenants;

  // As if what has a higher number had never come.
  void cut_off(const Id& tenant, std::uint64_t last_number);

  Result<std::uint64_t> epoch(const Id& tenant) override { return tenants[tenant].epoch; }
  Result<std::vector<sync::EpochAncestor>> ancestors(const Id& tenant) override { return tenants[tenant].ancestors; }
  Result<std::uint64_t> last_number(const Id& tenant) override { return tenants[tenant].log.size(); }
  Result<std::optional<sync::HubSigner>> signer(const Id& tenant, const Id& device) override;
  Result<std::vector<sync::FeedHead>> heads(const Id& tenant, const sync::Feed& feed) override;
  Result<std::vector<sync::FeedHead>> heads_of(const Id& tenant, const Id& device) override;
  Result<std::vector<sync::FeedHead>> all_heads(const Id& tenant, std::size_t max) override;
  Result<bool> has_end(const Id& tenant, const sync::Feed& feed, std::uint64_t last_sequence,
                       const sync::RecordHash& last_hash) override;
  Result<bool> has_segment(const Id& tenant, const sync::Feed& feed, std::uint64_t first_sequence,
                           std::uint64_t last_sequence, const sync::RecordHash& last_hash) override;
  Result<std::uint64_t> append(const sync::HubAppend& segment) override;
  Result<std::vector<sync::HubSegment>> after(const Id& tenant, sync::Lane lane, std::uint64_t after,
                                              const Id& skip_device, sync::Incarnation skip_incarnation,
                                              std::size_t max_bytes) override;
  Result<std::vector<sync::HubSegment>> of_feed(const Id& tenant, const sync::FeedRange& range,
                                                std::size_t max_bytes) override;

  Result<sync::HubFloor> floor(const Id& tenant) override { return tenants[tenant].floor; }
  Status set_floor(const Id& tenant, const sync::HubFloor& floor) override;
  Result<bool> sweep(const Id& tenant, std::size_t max) override;
  Result<std::uint64_t> first_since(const Id& tenant, sync::Lane lane, UtcTime since) override;
  Status raise_head(const Id& tenant, const sync::FeedHead& head) override;
  Result<std::uint64_t> begin_epoch(const Id& tenant) override;
  Status renumber(const Id& tenant, sync::Lane lane, std::uint64_t after, std::uint64_t before) override;
  Status confirm(const Id& tenant, const Id& device, const sync::Cursor& cursor, UtcTime now) override;
  Result<std::vector<sync::HubConfirmation>> confirmations(const Id& tenant) override;
};

}  // namespace till::sim

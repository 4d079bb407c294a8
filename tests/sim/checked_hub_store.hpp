// The hub's real log with a model beside it: each call is carried out on both, and the first one on which they say
// different things is told to `differs`. What the model says is returned, so that a run is the same with the model
// alone. Where the contract (sync/hub_core.hpp) leaves the order open, any order is right.
#pragma once

#include <functional>
#include <set>
#include <string>

#include "sim/hub_disk.hpp"
#include "sim/memory_hub_store.hpp"

namespace till::sim {

class CheckedHubStore final : public sync::HubStore {
 public:
  using Differs = std::function<void(const std::string& what)>;
  CheckedHubStore(HubDisk& disk, MemoryHubStore& model, Differs differs)
      : disk_(disk), model_(model), differs_(std::move(differs)) {}

  // Asks for everything that the model holds.
  void compare_all();
  // Of these only the model knows: no directory would have them.
  std::set<std::pair<Id, Id>> strangers;

  Result<std::uint64_t> epoch(const Id& tenant) override;
  Result<std::uint64_t> last_number(const Id& tenant) override;
  Result<std::vector<sync::EpochAncestor>> ancestors(const Id& tenant) override;
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
  Result<sync::HubFloor> floor(const Id& tenant) override;
  Status set_floor(const Id& tenant, const sync::HubFloor& floor) override;
  Result<bool> sweep(const Id& tenant, std::size_t max) override;
  Result<std::uint64_t> first_since(const Id& tenant, sync::Lane lane, UtcTime since) override;
  Status raise_head(const Id& tenant, const sync::FeedHead& head) override;
  Result<std::uint64_t> begin_epoch(const Id& tenant) override;
  Status renumber(const Id& tenant, sync::Lane lane, std::uint64_t after, std::uint64_t before) override;
  Status confirm(const Id& tenant, const Id& device, const sync::Cursor& cursor, UtcTime now) override;
  Result<std::vector<sync::HubConfirmation>> confirmations(const Id& tenant) override;

 private:
  template <class Call, class Same>
  auto on_both(const char* name, Call call, Same same);
  void compare_tenant(const Id& tenant, const HubTenantState& held);

  HubDisk& disk_;
  MemoryHubStore& model_;
  Differs differs_;
};

}  // namespace till::sim

// The hub of the simulated world: the real rules and sessions over a store in memory. What it stored survives its
// outages.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>

#include "sim/memory_hub_store.hpp"
#include "sync/hub_session.hpp"

namespace till::sim {

class World;

class HubNode {
 public:
  HubNode(World& world, const Id& tenant);
  void admit(const Id& device);
  void opened(std::uint64_t connection, const Id& device);
  void closed(std::uint64_t connection) { sessions_.erase(connection); }
  void received(std::uint64_t connection, const Bytes& frame);
  void go_down();
  void come_up() { up_ = true; }
  [[nodiscard]] bool is_up() const { return up_; }
  [[nodiscard]] const HubTenantState& state() { return store_.tenants[tenant_]; }
  MemoryHubStore& store() { return store_; }
  [[nodiscard]] std::set<Id> documents();  // everything that it holds, opened with the simulator's keys

 private:
  void serve_others(std::uint64_t except);
  [[nodiscard]] UtcTime clock() const;
  World& world_;
  Id tenant_;
  MemoryHubStore store_;
  sync::HubCore core_;
  std::map<std::uint64_t, std::unique_ptr<sync::HubSession>> sessions_;
  bool up_ = true;
};

}  // namespace till::sim

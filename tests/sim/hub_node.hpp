// A hub of the simulated world: the real rules and sessions over a store in memory. As the real server it takes frames
// in groups: what a group stored is durable, and is answered, when the group's commit is done; a crash takes the group
// that was being made.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/memory_hub_store.hpp"
#include "sim/snapshot_shelf.hpp"
#include "sync/engine.hpp"
#include "sync/hub_drop.hpp"
#include "sync/hub_session.hpp"

namespace till::sim {

class Terminal;
class World;

class HubNode {
 public:
  HubNode(World& world, sync::LinkNumber link);
  void admit(const Id& tenant, const Id& device);
  void revoke(const Id& tenant, const Id& device);
  bool turns_revoked_away = false;
  // Why it does not let this terminal in; empty when it does.
  [[nodiscard]] std::string refuses(const Terminal& terminal);

  void opened(std::uint64_t connection, const Terminal& terminal);
  void closed(std::uint64_t connection) { sessions_.erase(connection); }
  void received(std::uint64_t connection, const Bytes& frame);
  // A segment that does not come over a session of the simulated terminals.
  sync::Verdict deliver(const Id& tenant, const Bytes& segment);
  // As a hub that was broken into serves it, whatever it is worth.
  void smuggle(const Id& tenant, const Bytes& segment);

  void go_down();  // in order; what it stored stays
  void crash();
  void come_up() { up_ = true; }
  [[nodiscard]] bool is_up() const { return up_; }
  void take_copy() { copy_ = state_; }
  void restore_copy();  // a new epoch; what came since is gone

  [[nodiscard]] const HubTenantState& state(const Id& tenant) { return state_.store.tenants[tenant]; }
  // The documents in the segment with this number, from 1, opened with the simulator's keys.
  [[nodiscard]] const std::vector<Id>& documents_in(const Id& tenant, std::uint64_t number);
  [[nodiscard]] std::set<Id> documents(const Id& tenant);  // everything that it holds
  [[nodiscard]] bool is_smuggled(const Id& tenant, std::uint64_t number) {
    return state_.smuggled.contains({tenant, number});
  }
  [[nodiscard]] SnapshotShelf& shelf() { return state_.shelf; }
  // True when it dropped something.
  bool drop(const Id& tenant, const sync::HubDropRequest& request);
  [[nodiscard]] bool took_from_revoked(const Id& tenant);
  // The furthest record of a feed that it has, and that it had before it was restored.
  [[nodiscard]] std::uint64_t furthest_of(const Id& tenant, const sync::Feed& feed);
  [[nodiscard]] std::uint64_t furthest_before_restore(const sync::Feed& feed);

 private:
  struct State {
    MemoryHubStore store;
    SnapshotShelf shelf;
    std::map<Id, std::vector<std::vector<Id>>> documents;
    std::set<std::pair<Id, std::uint64_t>> smuggled;
  };
  struct Waiting {
    std::uint64_t connection = 0;
    Bytes frame;
  };
  void commit_group();
  void told(std::uint64_t connection, sync::HubReply reply);
  void serve_all();
  void look_into_new_segments();
  void forget_uncommitted();
  void follow_new_numbers(const Id& tenant, const std::vector<StoredSegment>& before);

  World& world_;
  sync::LinkNumber link_;
  State state_;
  sync::HubCore core_;
  std::map<std::uint64_t, std::unique_ptr<sync::HubSession>> sessions_;
  std::vector<Waiting> group_;
  std::map<Id, std::size_t> committed_;  // segments of each tenant
  std::uint64_t life_ = 0;
  bool up_ = true;
  std::optional<State> copy_;
  std::map<sync::Feed, std::uint64_t> before_restore_;
  std::map<Id, UtcTime> revoked_at_;  // by device
};

}  // namespace till::sim

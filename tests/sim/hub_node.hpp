// A hub of the simulated world: the real rules and sessions, over the real database with a model beside it
// (checked_hub_store.hpp), or over the model alone. As the real server it takes frames in groups: what a group stored
// is durable, and is answered, when the group's commit is done. A crash takes the group that was being made; where the
// power goes in the middle of its commit, it is there whole or not at all, and nobody was answered.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/random.hpp"
#include "sim/checked_hub_store.hpp"
#include "sim/hub_disk.hpp"
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
  ~HubNode();
  void admit(const Id& tenant, const Id& device);
  // As if its directory had mixed up two shops: it believes this device to be of both.
  void admit_stranger(const Id& tenant, const Id& device);
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
  void crash();    // the power goes: now, or in the middle of the next group
  void come_up();
  [[nodiscard]] bool is_up() const { return up_; }
  void take_copy();
  void restore_copy();  // a new epoch; what came since is gone
  // Its disk has a bad time: what cannot be stored is not taken, and its lines are closed.
  void trouble(crash::Trouble trouble);
  // What it was asked to keep is on its disk: after one more power cut it is there.
  void check_disk();

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
  // What the disk must hold after a power cut: all that the model has; what was before the group; the one or the other.
  enum class Expected : unsigned char { all, before_group, either };
  [[nodiscard]] sync::HubStore& store();
  void commit_group();
  // A group that `may_be_cut` meets the power cut that is to come. End: false when nothing of it may be told, since the
  // power went or the disk refused.
  void begin_group(bool may_be_cut);
  [[nodiscard]] bool end_group();
  [[nodiscard]] bool is_disk_bad();
  void drop_lines();
  void lose_power(Expected expected);
  void lose_power_when_written();  // if a cut is to come, and this group was one to be cut
  // The power went, or the disk refused: then the group is undone, and the lines of those who were in it are closed.
  void group_failed(Expected expected, const std::set<std::uint64_t>& connections);
  void pull_the_plug();
  void reconcile(Expected expected);
  [[nodiscard]] std::string difference_from(MemoryHubStore& model);
  void put_files_back();
  void told(std::uint64_t connection, sync::HubReply reply);
  void serve_all();
  void look_into_new_segments();
  void forget_uncommitted();
  void follow_new_numbers(const Id& tenant, const std::vector<StoredSegment>& before);

  World& world_;
  sync::LinkNumber link_;
  State state_;
  SeededRandom disk_random_;                  // of its own: the rest of the seed is the same without a disk
  std::unique_ptr<HubDisk> disk_;             // null: the model alone
  std::unique_ptr<CheckedHubStore> checked_;  // with the disk
  std::uint64_t cut_after_ = 0;  // operations of the disk in the next group that writes; 0: no cut is to come
  std::optional<MemoryHubStore> before_group_;
  // With a group whose sync failed: nobody was answered, and until the next commit a power cut may bring it back, also
  // when groups behind it failed before they wrote anything.
  std::vector<MemoryHubStore> doubtful_;
  std::uint64_t written_before_group_ = 0;  // operations of the disk
  std::int64_t changes_before_group_ = 0;   // of rows
  sync::HubCore core_;
  std::map<std::uint64_t, std::unique_ptr<sync::HubSession>> sessions_;
  std::vector<Waiting> group_;
  std::map<Id, std::size_t> committed_;  // segments of each tenant
  std::uint64_t life_ = 0;
  bool up_ = true;
  std::optional<State> copy_;
  crash::Image copied_files_;
  std::map<sync::Feed, std::uint64_t> before_restore_;
  std::map<Id, UtcTime> revoked_at_;  // by device
};

}  // namespace till::sim

// One run of the simulator: hubs and terminals in virtual time. Phase one breaks things and checks safety after every
// step; phase two heals the world and wants it equal within a bound; then time passes until held changes are due, and
// everything must be equal. The same seed gives the same run, event for event.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/id.hpp"
#include "core/random.hpp"
#include "sim/ledger.hpp"
#include "sim/plan.hpp"
#include "sync/compaction.hpp"
#include "sync/engine.hpp"
#include "sync/sabotage.hpp"

namespace till::sim {

class FolderNode;
class HubNode;
class Network;
class Terminal;

constexpr std::int64_t kEpochStart_us = 1'790'000'000'000'000;  // true time when the world begins
constexpr std::uint32_t kOlderSchema =
    sync::kSchema - 1;  // what an older program reads: nothing that one of today writes
constexpr std::int64_t kYear_us = 365LL * 24 * 3600 * 1'000'000;

// About a row when all is over. `field` 0: any.
struct Expectation {
  Id tenant;
  sync::EntityNumber entity = 0;
  Id row;
  FieldNumber field = 0;
  bool is_there = true;
  std::string otherwise;  // what it means when it is not so
};

struct RunResult {
  std::uint64_t seed = 0;
  std::string failure;  // empty: all promises were kept
  std::uint64_t event_hash = 0;
  std::uint64_t steps = 0;
  std::int64_t healed_after_ms = 0;
  std::uint64_t sales = 0, forks = 0, held = 0, conflicts = 0;
  std::map<std::string, std::uint64_t> injected;  // faults by kind
};

class World {
 public:
  World(Plan plan, sync::Sabotage fault, bool trace);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  RunResult run();
  [[nodiscard]] const RunResult& result() const { return result_; }

  // For the parts of the world.
  [[nodiscard]] std::int64_t now_us() const { return now_us_; }
  [[nodiscard]] UtcTime true_time() const { return {kEpochStart_us + now_us_ + slept_us_}; }
  void at(std::int64_t when_us, std::function<void()> what);
  void note(const std::string& line);  // part of the event hash; printed when tracing
  void fail(const std::string& what);  // a promise was broken
  void step_done() { ++result_.steps; }
  Random& random() { return random_; }
  const Plan& plan() const { return plan_; }
  [[nodiscard]] bool is_faulty() const { return faulty_; }
  [[nodiscard]] bool is_over() const { return over_; }  // it is quiet: nothing is excused any more
  HubNode& hub(sync::LinkNumber link = sync::kHubLink) { return *hubs_.at(link); }
  std::vector<std::unique_ptr<HubNode>>& hubs() { return hubs_; }  // by link
  Network& network() { return *network_; }
  Terminal& terminal(std::size_t number) { return *terminals_.at(number); }
  std::vector<std::unique_ptr<Terminal>>& terminals() { return terminals_; }
  std::vector<LedgerEntry>& ledger() { return ledger_; }
  [[nodiscard]] const std::vector<Id>& tenants() const { return tenants_; }

  // For the faults.
  void injected(const std::string& kind) { ++result_.injected[kind]; }
  // Only if nothing is healed by then.
  void trouble_at(std::int64_t when_us, std::function<void()> what);
  std::int64_t some_time_us();  // within the faulty phase
  Terminal& some_terminal();
  void add_hub();                                 // before the run begins
  void add_folder();                              // before the run begins
  FolderNode* folder() { return folder_.get(); }  // null: there is none
  Terminal& add_terminal(const Id& tenant, const Id& device);
  // Of the first shop, with a device of its own; nothing is known of it until it is switched on.
  Terminal& add_newcomer();
  // What a shop's terminals know of one another: those that have been switched on.
  [[nodiscard]] std::vector<sync::KnownDevice> known_devices(const Id& tenant) const;
  void when_healing(std::function<void()> what) { at_healing_.push_back(std::move(what)); }
  void everybody_sleeps(std::int64_t how_long_us) { slept_us_ += how_long_us; }

  // What the faults of this seed excuse.
  bool forks_allowed = false;            // an old disk was put in: numbers may be used twice
  bool compacts = false;                 // snapshots are made, and what they stand for is dropped
  bool snapshots_are_for_newer = false;  // programs: an older one must not take them in
  bool receipts_may_be_doubled = false;  // and nobody noticed
  std::set<Id> outsiders;                // devices that write nonsense
  std::map<sync::Feed, std::uint64_t> held_before_restore;  // by a terminal that an older copy was put into since
  std::uint64_t forks = 0;
  std::vector<Expectation> expectations;
  std::vector<std::pair<sync::Feed, std::uint64_t>> must_wait;  // records of newer programs, of the first shop
  std::map<Id, std::int64_t> not_before_us;  // products that a clock ahead has made, and when they are due
  // Whose tables were altered behind the product's back: what they said of them meanwhile is not a false alarm.
  std::set<Id> altered;
  // A snapshot says of a feed how far it goes, not which branch of one that forked it has: what a stick and its copy
  // both changed, not knowing of each other, may come out differently then. Documents never do.
  [[nodiscard]] bool branches_may_be_confused() const { return compacts && forks_allowed; }
  [[nodiscard]] bool sleeps() const { return sleeps_; }  // years pass: links break

 private:
  void found_shops();
  void schedule_work();
  bool run_until(std::int64_t end_us, const std::function<bool()>& done);
  void heal();
  void let_time_pass();
  void run_until_quiet();  // fails when that takes longer than the plan allows
  void end();

  Plan plan_;
  bool trace_;
  SeededRandom random_;
  std::int64_t now_us_ = 0, slept_us_ = 0;
  std::uint64_t next_event_ = 0, events_of_minute_ = 0;
  std::int64_t minute_ends_us_ = 0;
  std::map<std::pair<std::int64_t, std::uint64_t>, std::function<void()>> queue_;
  bool faulty_ = true, over_ = false, sleeps_ = false;
  std::vector<std::function<void()>> at_healing_;
  std::vector<Id> tenants_;
  std::vector<std::unique_ptr<HubNode>> hubs_;
  std::unique_ptr<FolderNode> folder_;
  std::unique_ptr<Network> network_;
  std::vector<std::unique_ptr<Terminal>> terminals_;
  std::vector<LedgerEntry> ledger_;
  RunResult result_;
};

struct RunOptions {
  sync::Sabotage sabotage = sync::Sabotage::none;
  bool trace = false;
  PlanLimits limits = {};
};
RunResult run_seed(std::uint64_t seed, const RunOptions& options = {});

}  // namespace till::sim

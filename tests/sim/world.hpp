// One run of the simulator: a hub and terminals in virtual time. Phase one breaks things and checks safety after every
// step; phase two heals the world and wants it equal within a bound; then time passes until held changes are due, and
// everything must be equal. The same seed gives the same run, event for event.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/id.hpp"
#include "core/random.hpp"
#include "sim/ledger.hpp"
#include "sim/plan.hpp"
#include "sync/sabotage.hpp"

namespace till::sim {

class HubNode;
class Network;
class Terminal;

struct RunResult {
  std::uint64_t seed = 0;
  std::string failure;  // empty: all promises were kept
  std::uint64_t event_hash = 0;
  std::uint64_t steps = 0;
  std::int64_t healed_after_ms = 0;
  std::uint64_t sales = 0, forks = 0, held = 0, conflicts = 0;
};

class World {
 public:
  World(Plan plan, sync::Sabotage fault, bool trace);
  ~World();
  RunResult run();
  [[nodiscard]] const RunResult& result() const { return result_; }

  // For the parts of the world.
  [[nodiscard]] std::int64_t now_us() const { return now_us_; }
  void at(std::int64_t when_us, std::function<void()> what);
  void note(const std::string& line);  // part of the event hash; printed when tracing
  void fail(const std::string& what);  // a promise was broken
  void step_done() { ++result_.steps; }
  Random& random() { return random_; }
  const Plan& plan() const { return plan_; }
  bool is_faulty() const { return faulty_; }
  HubNode& hub() { return *hub_; }
  Network& network() { return *network_; }
  std::vector<std::unique_ptr<Terminal>>& terminals() { return terminals_; }
  std::vector<LedgerEntry>& ledger() { return ledger_; }
  bool forks_allowed = false;
  std::uint64_t forks = 0;

 private:
  void schedule_faults();
  void schedule_work();
  std::int64_t some_time_us();
  Terminal& some_terminal();
  bool run_until(std::int64_t end_us, const std::function<bool()>& done);
  void heal();
  void let_time_pass();
  void end();

  Plan plan_;
  bool trace_;
  SeededRandom random_;
  std::int64_t now_us_ = 0;
  std::uint64_t next_event_ = 0;
  std::map<std::pair<std::int64_t, std::uint64_t>, std::function<void()>> queue_;
  bool faulty_ = true;
  std::unique_ptr<HubNode> hub_;
  std::unique_ptr<Network> network_;
  std::vector<std::unique_ptr<Terminal>> terminals_;
  std::vector<LedgerEntry> ledger_;
  RunResult result_;
};

RunResult run_seed(std::uint64_t seed, sync::Sabotage fault = sync::Sabotage::none, bool trace = false);

}  // namespace till::sim

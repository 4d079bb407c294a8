#include "sim/world.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/check.hpp"
#include "sim/faults/fault.hpp"
#include "sim/folder_node.hpp"
#include "sim/hub_node.hpp"
#include "sim/network.hpp"
#include "sim/sim_keys.hpp"
#include "sim/terminal.hpp"
#include "sim/view.hpp"

namespace till::sim {

namespace {

constexpr std::size_t kProducts = 6;
constexpr std::uint64_t kEventsPerMinute = 20'000;  // ten times a busy one

Id id_of(std::uint8_t kind, std::uint8_t number) {
  Id id;
  id.bytes[0] = kind;
  id.bytes[15] = number;
  return id;
}

Id product_of(std::uint64_t number) {
  return id_of(0xaa, static_cast<std::uint8_t>(number));
}

}  // namespace

World::World(Plan plan, sync::Sabotage fault, bool trace) : plan_(std::move(plan)), trace_(trace), random_(plan_.seed) {
  sync::plant(fault);
  result_.seed = plan_.seed;
  network_ = std::make_unique<Network>(*this);
  found_shops();
}

World::~World() {
  sync::plant(sync::Sabotage::none);
}

void World::found_shops() {
  for (std::uint8_t i = 0; i < plan_.tenants; ++i) tenants_.push_back(id_of(0x7e, static_cast<std::uint8_t>(i + 1)));
  add_hub();
  for (std::uint8_t i = 0; i < plan_.terminals; ++i) {
    add_terminal(tenants_[i % tenants_.size()], id_of(0xde, static_cast<std::uint8_t>(i + 1)));
  }
}

void World::add_hub() {
  hubs_.push_back(std::make_unique<HubNode>(*this, static_cast<sync::LinkNumber>(hubs_.size())));
  for (auto& terminal : terminals_) hubs_.back()->admit(terminal->tenant(), terminal->device());
}

void World::add_folder() {
  folder_ = std::make_unique<FolderNode>(*this);
}

Terminal& World::add_terminal(const Id& tenant, const Id& device) {
  for (auto& hub : hubs_) hub->admit(tenant, device);
  terminals_.push_back(std::make_unique<Terminal>(*this, terminals_.size(), tenant, device));
  return *terminals_.back();
}

Terminal& World::add_newcomer() {
  const auto number = static_cast<std::uint8_t>(terminals_.size() + 1);
  return add_terminal(tenants_.front(), id_of(0xde, number));
}

std::vector<sync::KnownDevice> World::known_devices(const Id& tenant) const {
  std::vector<sync::KnownDevice> known;
  for (const auto& terminal : terminals_) {
    if (terminal->tenant() != tenant || !terminal->known_since()) continue;
    known.push_back({terminal->device(), terminal->is_revoked, terminal->known_since()->us / 1000});
  }
  return known;
}

void World::at(std::int64_t when_us, std::function<void()> what) {
  queue_.emplace(std::pair{std::max(when_us, now_us_), next_event_++}, std::move(what));
}

void World::trouble_at(std::int64_t when_us, std::function<void()> what) {
  at(when_us, [this, what = std::move(what)] {
    if (faulty_) what();
  });
}

void World::note(const std::string& line) {
  result_.event_hash = checksum(view(line), result_.event_hash ^ static_cast<std::uint64_t>(now_us_));
  if (trace_) fmt::print("{:10.3f} {}\n", static_cast<double>(now_us_) / 1e6, line);
}

void World::fail(const std::string& what) {
  if (!result_.failure.empty()) return;
  result_.failure = what;
  note("BROKEN: " + what);
}

std::int64_t World::some_time_us() {
  return static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(plan_.fault_time_ms))) * 1000;
}

Terminal& World::some_terminal() {
  return *terminals_[random_.below(plan_.terminals)];
}

void World::schedule_work() {
  for (std::uint32_t i = 0; i < plan_.actions; ++i) {
    const std::uint64_t what = random_.below(5), who = random_.u64();
    std::vector<Id> products;
    for (std::uint64_t n = 0; n <= random_.below(3); ++n) products.push_back(product_of(random_.below(kProducts)));
    at(some_time_us(), [this, what, who, products] {
      Terminal& terminal = *terminals_[who % terminals_.size()];
      if (what < 2) {
        terminal.edit(products.front());
      } else if (what == 2) {
        terminal.keep_books();
      } else {
        terminal.sell(products);
      }
    });
  }
  for (std::uint32_t i = 0; i < plan_.imports; ++i) {
    Terminal& terminal = some_terminal();
    at(some_time_us(), [&terminal] { terminal.import(300); });
  }
}

bool World::run_until(std::int64_t end_us, const std::function<bool()>& done) {
  while (!queue_.empty() && queue_.begin()->first.first <= end_us && result_.failure.empty()) {
    auto next = queue_.extract(queue_.begin());
    now_us_ = std::max(now_us_, next.key().first);
    if (now_us_ > minute_ends_us_) minute_ends_us_ = now_us_ + 60'000'000, events_of_minute_ = 0;
    if (++events_of_minute_ > kEventsPerMinute) fail("something is due again and again");
    next.mapped()();
    if (done()) return true;
  }
  now_us_ = std::max(now_us_, end_us);
  return done();
}

void World::heal() {
  faulty_ = false;
  for (auto& hub : hubs_) hub->come_up();
  network_->heal();
  for (auto& terminal : terminals_) terminal->heal();
  for (const auto& what : at_healing_) what();
  note("the world is healed");
}

void World::let_time_pass() {
  sleeps_ = true;
  // Timers of before fire at once: a machine that wakes after years.
  now_us_ += 11 * kYear_us;
  for (auto& terminal : terminals_) terminal->sync_now();
}

RunResult World::run() {
  note(to_string(plan_));
  for (std::size_t i = 0; i < plan_.terminals; ++i) {
    Terminal& terminal = *terminals_[i];
    at(0, [&terminal] { terminal.power_on(); });
  }
  schedule_work();
  for (const Fault* fault : plan_.faults) fault->arm(*this);
  const auto never = [] { return false; };
  run_until(plan_.fault_time_ms * 1000, never);
  heal();
  const std::int64_t healed_us = now_us_;
  run_until_quiet();
  result_.healed_after_ms = (now_us_ - healed_us) / 1000;
  if (result_.failure.empty()) end();
  return result_;
}

void World::run_until_quiet() {
  std::uint64_t looks = 0;
  const auto quiet = [&] { return ++looks % 16 == 0 && what_is_unquiet(*this).empty(); };
  if (run_until(now_us_ + plan_.heal_limit_ms * 1000, quiet)) return;
  const std::string what = what_is_unquiet(*this);
  if (!what.empty())
    fail(fmt::format("not in step {} s after everything was well again: {}", plan_.heal_limit_ms / 1000, what));
}

void World::end() {
  run_until(now_us_ + 60'000'000, [] { return false; });  // what was lost on a line before is given up and said again
  over_ = true;
  for (auto& terminal : terminals_) terminal->sell({product_of(0)});
  run_until(now_us_ + 60'000'000, [] { return false; });  // with time for anything that is well to break
  if (!what_is_unquiet(*this).empty()) run_until_quiet();  // twins hear of each other only when both have sold
  if (!result_.failure.empty()) return;
  check_sales_everywhere(*this);
  for (auto& terminal : terminals_) result_.held += value_of(terminal->store().parked_count());
  let_time_pass();
  run_until(now_us_ + 600'000'000, [] { return false; });
  if (!result_.failure.empty()) return;
  check_sales_everywhere(*this);
  check_states_equal(*this);
  check_pauses(*this);
  for (auto& hub : hubs_) hub->check_disk();
  result_.sales = ledger_.size();
  result_.forks = forks;
  result_.conflicts = value_of(terminals_.front()->store().conflict_count());
}

RunResult run_seed(std::uint64_t seed, const RunOptions& options) {
  World world(make_plan(seed, options.limits), options.sabotage, options.trace);
  try {
    return world.run();
  } catch (const std::exception& e) {
    world.fail(std::string("the run broke off: ") + e.what());
    return world.result();
  }
}

}  // namespace till::sim

#include "sim/world.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/check.hpp"
#include "sim/hub_node.hpp"
#include "sim/network.hpp"
#include "sim/sim_keys.hpp"
#include "sim/terminal.hpp"
#include "sim/view.hpp"

namespace till::sim {

namespace {

constexpr std::size_t kProducts = 6;
constexpr std::int64_t kYear_us = 365LL * 24 * 3600 * 1'000'000;

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

World::World(Plan plan, sync::Sabotage fault, bool trace) : plan_(plan), trace_(trace), random_(plan.seed) {
  sync::sabotage() = fault;
  const Id tenant = id_of(0x7e, 1);
  hub_ = std::make_unique<HubNode>(*this, tenant);
  network_ = std::make_unique<Network>(*this);
  for (std::uint8_t i = 0; i < plan_.terminals; ++i) {
    const Id device = id_of(0xde, static_cast<std::uint8_t>(i + 1));
    hub_->admit(device);
    terminals_.push_back(std::make_unique<Terminal>(*this, i, tenant, device));
  }
}

World::~World() {
  sync::sabotage() = sync::Sabotage::none;
}

void World::at(std::int64_t when_us, std::function<void()> what) {
  queue_.emplace(std::pair{std::max(when_us, now_us_), next_event_++}, std::move(what));
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
  return *terminals_[random_.below(terminals_.size())];
}

void World::schedule_work() {
  for (std::uint32_t i = 0; i < plan_.actions; ++i) {
    Terminal& terminal = some_terminal();
    const std::uint64_t what = random_.below(5);
    std::vector<Id> products;
    for (std::uint64_t n = 0; n <= random_.below(3); ++n) products.push_back(product_of(random_.below(kProducts)));
    at(some_time_us(), [&terminal, what, products] {
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

void World::schedule_faults() {
  for (std::uint32_t i = 0; i < plan_.crashes; ++i) {
    Terminal& terminal = some_terminal();
    const std::int64_t dark_us = some_time_us() / 8;
    const std::uint64_t operations = 1 + random_.below(60);
    at(some_time_us(), [&terminal, dark_us, operations] { terminal.crash_at_operation(operations, dark_us); });
  }
  for (std::uint32_t i = 0; i < plan_.link_cuts; ++i) {
    at(some_time_us(), [this] { network_->close_all("the line was cut"); });
  }
  for (std::uint32_t i = 0; i < plan_.hub_outages; ++i) {
    const std::int64_t begin_us = some_time_us();
    at(begin_us, [this] { hub_->go_down(); });
    at(begin_us + some_time_us() / 4, [this] { hub_->come_up(); });
  }
  for (std::uint32_t i = 0; i < plan_.clock_jumps; ++i) {
    Terminal& terminal = some_terminal();
    const auto most = static_cast<std::uint64_t>(plan_.clock_jump_max_ms);
    const std::int64_t skew_us = (static_cast<std::int64_t>(random_.below(2 * most)) - plan_.clock_jump_max_ms) * 1000;
    at(some_time_us(), [&terminal, skew_us] { terminal.jump_clock(skew_us); });
  }
  for (std::uint32_t i = 0; i < plan_.restores; ++i) {
    Terminal& terminal = some_terminal();
    const std::int64_t copied_us = some_time_us();
    const bool noticed = random_.below(2) == 0;
    at(copied_us, [&terminal] { terminal.take_copy(); });
    at(copied_us + some_time_us() / 2, [&terminal, noticed, this] {
      if (faulty_) terminal.restore_copy(noticed);
    });
  }
}

bool World::run_until(std::int64_t end_us, const std::function<bool()>& done) {
  while (!queue_.empty() && queue_.begin()->first.first <= end_us && result_.failure.empty()) {
    auto next = queue_.extract(queue_.begin());
    now_us_ = std::max(now_us_, next.key().first);
    next.mapped()();
    if (done()) return true;
  }
  now_us_ = std::max(now_us_, end_us);
  return done();
}

void World::heal() {
  faulty_ = false;
  hub_->come_up();
  for (auto& terminal : terminals_) terminal->jump_clock(0);
  note("the world is healed");
}

void World::let_time_pass() {
  // Timers of before fire at once: a machine that wakes after years.
  now_us_ += 11 * kYear_us;
  for (auto& terminal : terminals_) terminal->sync_now();
}

RunResult World::run() {
  result_.seed = plan_.seed;
  note(to_string(plan_));
  for (auto& terminal : terminals_) at(0, [&terminal] { terminal->power_on(); });
  schedule_work();
  schedule_faults();
  const auto never = [] { return false; };
  run_until(plan_.fault_time_ms * 1000, never);
  heal();
  const std::int64_t healed_us = now_us_;
  std::uint64_t looks = 0;
  const auto quiet = [&] { return ++looks % 16 == 0 && is_quiet(*this); };
  if (!run_until(now_us_ + plan_.heal_limit_ms * 1000, quiet) && !is_quiet(*this)) {
    fail(fmt::format("not in step {} s after everything was well again", plan_.heal_limit_ms / 1000));
  }
  result_.healed_after_ms = (now_us_ - healed_us) / 1000;
  if (result_.failure.empty()) end();
  return result_;
}

void World::end() {
  check_sales_everywhere(*this);
  for (auto& terminal : terminals_) result_.held += value_of(terminal->store().parked_count());
  let_time_pass();
  run_until(now_us_ + 600'000'000, [] { return false; });
  if (!result_.failure.empty()) return;
  check_sales_everywhere(*this);
  check_states_equal(*this);
  result_.sales = ledger_.size();
  result_.forks = forks;
  result_.conflicts = value_of(terminals_.front()->store().conflict_count());
}

RunResult run_seed(std::uint64_t seed, sync::Sabotage fault, bool trace) {
  World world(make_plan(seed), fault, trace);
  try {
    return world.run();
  } catch (const std::exception& e) {
    world.fail(std::string("the run broke off: ") + e.what());
    return world.result();
  }
}

}  // namespace till::sim

// The simulator's runs in ./test. A failing seed says how to replay it.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "core/log.hpp"
#include "sim/world.hpp"
#include "support/source_dir.hpp"

namespace till::sim {
namespace {

constexpr std::uint64_t kSeeds = 320;
constexpr std::uint64_t kShares = 20;  // so that they run side by side

std::string replay(std::uint64_t seed) {
  return "replay with: sim_run --seed " + std::to_string(seed) + " --trace";
}

class EverySeed : public testing::TestWithParam<std::uint64_t> {
 protected:
  void SetUp() override { log::set_console_level(log::Level::error); }
};

TEST_P(EverySeed, KeepsEveryPromiseAndIsTheSameRunTwice) {
  for (std::uint64_t seed = GetParam() + 1; seed <= kSeeds; seed += kShares) {
    const RunResult once = run_seed(seed);
    EXPECT_EQ(once.failure, "") << "seed " << seed << "; " << replay(seed);
    RunOptions thorough;  // of each fourth the second time all checks are made after every step: the same run
    thorough.limits.checks_all_always = seed % 4 == 0;
    const RunResult again = run_seed(seed, thorough);
    EXPECT_EQ(again.failure, "") << "seed " << seed << "; " << replay(seed)
                                 << (thorough.limits.checks_all_always ? " --check-all" : "");
    EXPECT_EQ(once.event_hash, again.event_hash) << "seed " << seed << " was another run the second time";
    EXPECT_EQ(once.steps, again.steps);
  }
}

INSTANTIATE_TEST_SUITE_P(Share, EverySeed, testing::Range<std::uint64_t>(0, kShares));

TEST(Simulator, SeedsThatOnceFailedStayGood) {
  log::set_console_level(log::Level::error);
  std::ifstream file(till::test::source_path("tests/sim/cases/seeds.txt"));
  ASSERT_TRUE(file);
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.front() == '#') continue;
    std::istringstream words(line);
    std::uint64_t seed = 0;
    RunOptions options;
    words >> seed;
    for (std::string fault; words >> fault;) options.limits.with.insert(fault);
    EXPECT_EQ(run_seed(seed, options).failure, "") << line;
    options.limits.hub_in_memory = true;  // as it was when it failed
    EXPECT_EQ(run_seed(seed, options).failure, "") << line << " --hub-in-memory";
  }
}

// Whoever asks the hub's database hears what its model says: where nothing cuts a group, a run is the same without it.
TEST(Simulator, IsTheSameRunWithTheHubsDatabaseAsWithItsModelAlone) {
  log::set_console_level(log::Level::error);
  RunOptions options;
  options.limits.without = {"hub_crash", "hub_disk_trouble"};
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    options.limits.hub_in_memory = false;
    const RunResult on_disk = run_seed(seed, options);
    options.limits.hub_in_memory = true;
    EXPECT_EQ(on_disk.event_hash, run_seed(seed, options).event_hash) << "seed " << seed;
  }
}

TEST(Simulator, DoesWhatItIsFor) {
  log::set_console_level(log::Level::error);
  std::uint64_t sales = 0, forks = 0, held = 0, conflicts = 0;
  std::map<std::string, std::uint64_t> injected;
  for (std::uint64_t seed = 1; seed <= 120; ++seed) {
    const RunResult result = run_seed(seed);
    sales += result.sales;
    forks += result.forks;
    held += result.held;
    conflicts += result.conflicts;
    for (const auto& [kind, count] : result.injected) injected[kind] += count;
  }
  EXPECT_GT(sales, 1000U);
  EXPECT_GT(forks, 0U);
  EXPECT_GT(held, 0U);
  EXPECT_GT(conflicts, 100U);
  EXPECT_GT(injected["groups of the hub that were cut and are gone"], 0U);
  EXPECT_GT(injected["groups of the hub that were cut and are there"], 0U);
  EXPECT_GE(injected.size(), 39U) << "some kind of trouble never happens";
}

}  // namespace
}  // namespace till::sim

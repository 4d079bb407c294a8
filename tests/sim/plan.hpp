// What one seed does to the world: how bad the network is, who crashes, whose clock is wrong, how much is sold.
#pragma once

#include <cstdint>
#include <string>

#include "core/random.hpp"

namespace till::sim {

struct Plan {
  std::uint64_t seed = 0;
  std::uint32_t terminals = 3;
  std::int64_t fault_time_ms = 600'000;
  std::int64_t heal_limit_ms = 2'400'000;
  std::uint32_t loss_permille = 0, double_permille = 0;
  std::int64_t delay_min_ms = 1, delay_max_ms = 1;
  std::uint32_t actions = 60;  // local transactions
  std::uint32_t imports = 0;   // of 300 rows
  std::uint32_t crashes = 0;
  std::uint32_t hub_outages = 0;
  std::uint32_t link_cuts = 0;
  std::uint32_t clock_jumps = 0;
  std::int64_t clock_jump_max_ms = 0;  // both ways
  std::uint32_t restores = 0;          // of an older disk; every other one is not noticed by the terminal
  std::uint32_t commit_failures_permille = 0;
};

Plan make_plan(std::uint64_t seed);
std::string to_string(const Plan& plan);

}  // namespace till::sim

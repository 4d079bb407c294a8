// What one seed is about: how many terminals and shops, how much they do, and which kinds of trouble they have. Each
// kind is in some seeds only (swarm testing, Groce et al. 2012): a run with everything at once finds less.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "core/random.hpp"

namespace till::sim {

struct Fault;

struct Plan {
  std::uint64_t seed = 0;
  std::uint32_t terminals = 3;
  std::uint32_t tenants = 1;
  std::int64_t fault_time_ms = 600'000;
  std::int64_t heal_limit_ms = 2'400'000;
  std::uint32_t actions = 60;  // local transactions
  std::uint32_t imports = 0;   // of 300 rows
  std::vector<const Fault*> faults;
  bool hub_on_disk = true;  // the hub keeps its log in the product's database, not only in the model of it
  bool checks_all_always =
      false;  // every check after every step, not the thorough ones after one in fifty; the same run
};

// Narrows a run down while its cause is looked for. Names are those of the faults.
struct PlanLimits {
  std::set<std::string> without, only;
  std::set<std::string> with;  // in every seed
  bool hub_in_memory = false;  // the model of the hub's log alone
  bool checks_all_always = false;  // as in Plan
};

Plan make_plan(std::uint64_t seed, const PlanLimits& limits = {});
std::string to_string(const Plan& plan);

}  // namespace till::sim

#include "sim/plan.hpp"

#include <fmt/format.h>

#include "sim/faults/fault.hpp"

namespace till::sim {

namespace {

std::uint32_t up_to(Random& random, std::uint64_t most) {
  return static_cast<std::uint32_t>(random.below(most + 1));
}
bool one_in(Random& random, std::uint64_t n) {
  return random.below(n) == 0;
}

bool allows(const PlanLimits& limits, const Fault& fault) {
  if (limits.hub_in_memory && &fault == &kHubDiskTrouble) return false;
  if (!limits.only.empty() && !limits.only.contains(fault.name)) return false;
  return !limits.without.contains(fault.name);
}

bool clashes(const Plan& plan, const Fault& fault) {
  for (const Fault* chosen : plan.faults) {
    if (chosen == &fault) return true;
    if ((chosen->takes & fault.takes) != 0) return true;
  }
  return false;
}

}  // namespace

Plan make_plan(std::uint64_t seed, const PlanLimits& limits) {
  SeededRandom random(seed * 0x9e3779b97f4a7c15ULL + 1);
  Plan plan;
  plan.seed = seed;
  plan.terminals =
      one_in(random, 2) && !limits.with.contains("trespasser") ? 3 : 2 + up_to(random, one_in(random, 4) ? 10 : 3);
  plan.tenants = plan.terminals > 3 && (one_in(random, 4) || limits.with.contains("trespasser")) ? 2 : 1;
  plan.actions = 20 + up_to(random, 40) + 4 * plan.terminals;
  plan.imports = one_in(random, 4) ? 1 : 0;
  plan.hub_on_disk = !limits.hub_in_memory;
  plan.checks_all_always = limits.checks_all_always;
  for (const Fault* fault : all_faults()) {
    if (limits.with.contains(fault->name)) plan.faults.push_back(fault);
  }
  for (const Fault* fault : all_faults()) {
    const bool wanted = one_in(random, fault->one_in);
    if (wanted && allows(limits, *fault) && !clashes(plan, *fault)) plan.faults.push_back(fault);
  }
  return plan;
}

std::string to_string(const Plan& p) {
  std::string text = fmt::format("seed {}: {} terminals of {} shop{}, {} actions, {} imports;", p.seed, p.terminals,
                                 p.tenants, p.tenants == 1 ? "" : "s", p.actions, p.imports);
  for (const Fault* fault : p.faults) text += std::string(" ") + fault->name;
  return text;
}

}  // namespace till::sim

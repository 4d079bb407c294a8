#include "sim/plan.hpp"

#include <fmt/format.h>

namespace till::sim {

namespace {
constexpr std::int64_t kYear_ms = 365LL * 24 * 3600 * 1000;

std::uint32_t up_to(Random& random, std::uint64_t most) {
  return static_cast<std::uint32_t>(random.below(most + 1));
}
bool one_in(Random& random, std::uint64_t n) {
  return random.below(n) == 0;
}
}  // namespace

Plan make_plan(std::uint64_t seed) {
  SeededRandom random(seed * 0x9e3779b97f4a7c15ULL + 1);
  Plan plan;
  plan.seed = seed;
  plan.loss_permille = one_in(random, 3) ? 0 : up_to(random, 200);
  plan.double_permille = one_in(random, 3) ? 0 : up_to(random, 200);
  plan.delay_min_ms = 1 + up_to(random, 20);
  plan.delay_max_ms = plan.delay_min_ms + (one_in(random, 3) ? 0 : up_to(random, 4000));
  plan.actions = 20 + up_to(random, 60);
  plan.imports = one_in(random, 4) ? 1 : 0;
  plan.crashes = up_to(random, 5);
  plan.hub_outages = up_to(random, 3);
  plan.link_cuts = up_to(random, 5);
  plan.clock_jumps = one_in(random, 2) ? 0 : 1 + up_to(random, 3);
  plan.clock_jump_max_ms = one_in(random, 2) ? 5 * kYear_ms : 900'000;
  plan.restores = one_in(random, 3) ? 1 + up_to(random, 1) : 0;
  plan.commit_failures_permille = one_in(random, 4) ? up_to(random, 50) : 0;
  return plan;
}

std::string to_string(const Plan& p) {
  return fmt::format(
      "seed {}: {} terminals, {} actions, {} imports, loss {}/1000, doubled {}/1000, delay {}-{} ms, {} crashes, {} "
      "hub "
      "outages, {} link cuts, {} clock jumps up to {} s, {} restores, {}/1000 commits fail",
      p.seed, p.terminals, p.actions, p.imports, p.loss_permille, p.double_permille, p.delay_min_ms, p.delay_max_ms,
      p.crashes, p.hub_outages, p.link_cuts, p.clock_jumps, p.clock_jump_max_ms / 1000, p.restores,
      p.commit_failures_permille);
}

}  // namespace till::sim

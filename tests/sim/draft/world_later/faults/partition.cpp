// Some terminals and a hub do not reach each other for a while, and nobody hears of it: frames vanish both ways, and
// attempts are never answered.
#include "sim/faults/fault.hpp"
#include "sim/network.hpp"
#include "sim/terminal.hpp"
#include "sim/world.hpp"

namespace till::sim {

namespace {

void partition(World& world) {
  const auto link = static_cast<sync::LinkNumber>(world.random().below(world.hubs().size()));
  const std::int64_t begin_us = world.some_time_us(), end_us = begin_us + world.some_time_us() / 3;
  for (auto& terminal : world.terminals()) {
    if (world.random().below(2) == 0) continue;
    const std::size_t number = terminal->number();
    const auto set = [&world, number, link](bool swallows) {
      world.network().line(number, link).swallows_up = swallows;
      world.network().line(number, link).swallows_down = swallows;
    };
    world.trouble_at(begin_us, [&world, set] {
      world.injected("partitions");
      set(true);
    });
    world.trouble_at(end_us, [set] { set(false); });
  }
}

}  // namespace

const Fault kPartition = {"partition", 4, kNothing, [](World& world) {
                            for (std::uint64_t n = world.random().below(3) + 1; n > 0; --n) partition(world);
                          }};

}  // namespace till::sim

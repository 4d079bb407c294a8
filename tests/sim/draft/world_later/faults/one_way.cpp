// A line carries one way only for a while.
#include "sim/faults/fault.hpp"
#include "sim/network.hpp"
#include "sim/terminal.hpp"
#include "sim/world.hpp"

namespace till::sim {

namespace {

void go_deaf(World& world) {
  const auto link = static_cast<sync::LinkNumber>(world.random().below(world.hubs().size()));
  const std::size_t number = world.some_terminal().number();
  const bool up = world.random().below(2) == 0;
  const std::int64_t begin_us = world.some_time_us(), end_us = begin_us + world.some_time_us() / 3;
  const auto set = [&world, number, link, up](bool swallows) {
    Line& line = world.network().line(number, link);
    (up ? line.swallows_up : line.swallows_down) = swallows;
  };
  world.trouble_at(begin_us, [&world, set] {
    world.injected("one-way lines");
    set(true);
  });
  world.trouble_at(end_us, [set] { set(false); });
}

}  // namespace

const Fault kOneWay = {"one_way", 4, kNothing, [](World& world) {
                         for (std::uint64_t n = world.random().below(4) + 1; n > 0; --n) go_deaf(world);
                       }};

}  // namespace till::sim

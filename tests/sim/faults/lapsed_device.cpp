// A terminal lies in a drawer for a year with records that nobody has, then comes back. Where the hub does not keep
// everything, what it lacks is only in a snapshot by then.
#include "sim/faults/fault.hpp"
#include "sim/terminal.hpp"
#include "sim/world.hpp"

namespace till::sim {

namespace {

constexpr std::int64_t kMinute_us = 60'000'000;

void go_on_without(World& world, std::size_t number) {
  world.everybody_sleeps(kYear_us);
  if (!world.compacts) return;
  for (std::int64_t minute = 2; minute < 6; ++minute) {
    world.trouble_at(world.now_us() + minute * kMinute_us, [&world, number] {
      Terminal& other = world.some_terminal();
      if (other.number() != number) other.make_snapshot();
    });
  }
}

}  // namespace

const Fault kLapsedDevice = {"lapsed_device", 6, kNothing, [](World& world) {
                               const std::size_t number = world.some_terminal().number();
                               const std::int64_t away_us = world.some_time_us() / 2;
                               world.trouble_at(away_us, [&world, number, away_us] {
                                 world.injected("lapsed devices");
                                 world.terminal(number).sell_unsent();
                                 world.terminal(number).crash(world.plan().fault_time_ms * 1000 - away_us);
                               });
                               world.trouble_at(away_us + world.some_time_us() / 2,
                                                [&world, number] { go_on_without(world, number); });
                             }};

}  // namespace till::sim

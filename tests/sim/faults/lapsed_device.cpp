// A terminal lies in a drawer for a year with records that nobody has, then comes back.
#include "sim/faults/fault.hpp"
#include "sim/terminal.hpp"
#include "sim/world.hpp"

namespace till::sim {

const Fault kLapsedDevice = {"lapsed_device", 6, kNothing, [](World& world) {
                               const std::size_t number = world.some_terminal().number();
                               const std::int64_t away_us = world.some_time_us() / 2;
                               world.trouble_at(away_us, [&world, number, away_us] {
                                 world.injected("lapsed devices");
                                 world.terminal(number).crash(world.plan().fault_time_ms * 1000 - away_us);
                               });
                               world.trouble_at(away_us + world.some_time_us() / 2,
                                                [&world] { world.everybody_sleeps(kYear_us); });
                             }};

}  // namespace till::sim

// The power of a terminal goes at an operation of its disk: in the middle of a commit, of a checkpoint, of recovery.
#include "sim/faults/fault.hpp"
#include "sim/terminal.hpp"
#include "sim/world.hpp"

namespace till::sim {

const Fault kPowerCut = {"power_cut", 2, kNothing, [](World& world) {
                           for (std::uint64_t n = world.random().below(6) + 1; n > 0; --n) {
                             const std::uint64_t operations = 1 + world.random().below(60);
                             const std::size_t number = world.some_terminal().number();
                             const std::int64_t dark_us = world.some_time_us() / 8;
                             world.trouble_at(world.some_time_us(), [&world, number, operations, dark_us] {
                               world.terminal(number).crash_at_operation(operations, dark_us);
                             });
                           }
                         }};

}  // namespace till::sim

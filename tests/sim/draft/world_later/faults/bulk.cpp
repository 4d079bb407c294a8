// No trouble: somebody enters some megabytes at once, more than a link's window takes.
#include "sim/faults/fault.hpp"
#include "sim/terminal.hpp"
#include "sim/world.hpp"

namespace till::sim {

const Fault kBulk = {"bulk", 16, kNothing, [](World& world) {
                       const std::size_t number = world.some_terminal().number();
                       world.trouble_at(world.some_time_us(), [&world, number] {
                         world.injected("megabytes at once");
                         world.terminal(number).enter_much(24, 100'000);
                       });
                     }};

}  // namespace till::sim

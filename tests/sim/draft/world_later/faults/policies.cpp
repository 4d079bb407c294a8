// No trouble: people set what is to be done about conflicts, differently and again, while they edit, and settle some by
// hand.
#include "sim/faults/fault.hpp"
#include "sim/terminal.hpp"
#include "sim/world.hpp"

namespace till::sim {

const Fault kPolicies = {"policies", 3, kNothing, [](World& world) {
                           for (std::uint64_t n = world.random().below(8) + 2; n > 0; --n) {
                             const std::size_t number = world.some_terminal().number();
                             world.at(world.some_time_us(), [&world, number] {
                               world.injected("policies set");
                               world.terminal(number).set_policy();
                             });
                           }
                           for (std::uint64_t n = world.random().below(6); n > 0; --n) {
                             const std::size_t number = world.some_terminal().number();
                             world.at(world.some_time_us(), [&world, number] {
                               if (world.terminal(number).settle_by_hand()) world.injected("settled by hand");
                             });
                           }
                         }};

}  // namespace till::sim

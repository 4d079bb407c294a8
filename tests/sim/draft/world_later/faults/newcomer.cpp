// A terminal joins the shop late, with an empty folder.
#include "sim/faults/fault.hpp"
#include "sim/terminal.hpp"
#include "sim/world.hpp"

namespace till::sim {

const Fault kNewcomer = {"newcomer", 4, kNothing, [](World& world) {
                           for (std::uint64_t n = world.random().below(2) + 1; n > 0; --n) {
                             const std::size_t number = world.add_newcomer().number();
                             world.trouble_at(world.plan().fault_time_ms * 500 + world.some_time_us() / 2,
                                              [&world, number] {
                                                if (world.terminal(number).is_on()) return;
                                                world.injected("newcomers");
                                                world.terminal(number).power_on();
                                              });
                           }
                         }};

}  // namespace till::sim

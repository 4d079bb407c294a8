// A line takes what it is given and delivers nothing for a while, then everything at once.
#include "sim/faults/fault.hpp"
#include "sim/network.hpp"
#include "sim/terminal.hpp"
#include "sim/world.hpp"

namespace till::sim {

const Fault kClog = {"clog", 4, kNothing, [](World& world) {
                       for (std::uint64_t n = world.random().below(4) + 1; n > 0; --n) {
                         const auto link = static_cast<sync::LinkNumber>(world.random().below(world.hubs().size()));
                         const std::size_t number = world.some_terminal().number();
                         const std::int64_t begin_us = world.some_time_us();
                         world.trouble_at(begin_us, [&world, number, link] {
                           world.injected("clogs");
                           world.network().line(number, link).clogged = true;
                         });
                         world.trouble_at(begin_us + world.some_time_us() / 4,
                                          [&world, number, link] { world.network().unclog(number, link); });
                       }
                     }};

}  // namespace till::sim

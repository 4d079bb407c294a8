// A terminal's stick is full for a while: no file can grow.
#include "sim/faults/fault.hpp"
#include "sim/terminal.hpp"
#include "sim/world.hpp"

namespace till::sim {

const Fault kDiskFull = {"disk_full", 5, kNothing, [](World& world) {
                           for (std::uint64_t n = world.random().below(2) + 1; n > 0; --n) {
                             const std::size_t number = world.some_terminal().number();
                             const std::int64_t begin_us = world.some_time_us();
                             world.trouble_at(begin_us, [&world, number] {
                               world.injected("full disks");
                               world.terminal(number).disk().files().trouble(crash::Trouble::full);
                             });
                             world.trouble_at(begin_us + world.some_time_us() / 4, [&world, number] {
                               world.terminal(number).disk().files().trouble(crash::Trouble::none);
                             });
                           }
                         }};

}  // namespace till::sim

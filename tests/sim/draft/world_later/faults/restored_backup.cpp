// A terminal's folder is replaced by an older copy of itself. Half the time the till is told, as a restore does.
#include "sim/faults/fault.hpp"
#include "sim/terminal.hpp"
#include "sim/world.hpp"

namespace till::sim {

const Fault kRestoredBackup = {"restored_backup", 3, kHistory, [](World& world) {
                                 for (std::uint64_t n = world.random().below(2) + 1; n > 0; --n) {
                                   const std::size_t number = world.some_terminal().number();
                                   const bool noticed = world.random().below(2) == 0;
                                   const std::int64_t copied_us = world.some_time_us();
                                   world.trouble_at(copied_us,
                                                    [&world, number] { world.terminal(number).take_copy(); });
                                   world.trouble_at(copied_us + world.some_time_us() / 2, [&world, number, noticed] {
                                     world.injected("restored backups");
                                     world.terminal(number).restore_copy(noticed);
                                   });
                                 }
                               }};

}  // namespace till::sim

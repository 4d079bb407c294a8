// A stick is copied, and both are used at once: two machines with one device's name. Half the time the till notices, as
// it does when the database file is another one than before.
#include "sim/faults/fault.hpp"
#include "sim/terminal.hpp"
#include "sim/world.hpp"

namespace till::sim {

const Fault kClonedStick = {"cloned_stick", 5, kHistory, [](World& world) {
                              Terminal& original = world.some_terminal();
                              Terminal& twin = world.add_terminal(original.tenant(), original.device());
                              const bool noticed = world.random().below(2) == 0;
                              world.trouble_at(world.some_time_us(), [&world, &original, &twin, noticed] {
                                if (twin.is_on()) return;
                                world.injected("cloned sticks");
                                original.copy_folder_to(twin, noticed);
                              });
                            }};

}  // namespace till::sim

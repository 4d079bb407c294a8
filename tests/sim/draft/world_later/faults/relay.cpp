// No trouble: a relay stands on the shop's network, a second hub of the same code, and all terminals use both.
#include "sim/faults/fault.hpp"
#include "sim/world.hpp"

namespace till::sim {

const Fault kRelay = {"relay", 4, kNothing, [](World& world) {
                        world.add_hub();
                        world.injected("relays");
                      }};

}  // namespace till::sim

// Each frame takes its time, up to some seconds.
#include "sim/faults/fault.hpp"
#include "sim/network.hpp"
#include "sim/world.hpp"

namespace till::sim {

const Fault kDelay = {"delay", 2, kNothing, [](World& world) {
                        world.network().conditions().delay_max_ms =
                            20 + static_cast<std::int64_t>(world.random().below(4000));
                        world.injected("delay");
                      }};

}  // namespace till::sim

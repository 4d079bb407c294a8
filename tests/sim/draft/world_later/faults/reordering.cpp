// A frame overtakes another. The real link keeps their order; this is what a bug in it, or two links to one hub, does.
#include "sim/faults/fault.hpp"
#include "sim/network.hpp"
#include "sim/world.hpp"

namespace till::sim {

const Fault kReordering = {"reordering", 3, kNothing, [](World& world) {
                             world.network().conditions().reorders = true;
                             world.injected("reordering");
                           }};

}  // namespace till::sim

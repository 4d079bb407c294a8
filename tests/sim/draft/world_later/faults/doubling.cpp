// A frame in so many comes twice.
#include "sim/faults/fault.hpp"
#include "sim/network.hpp"
#include "sim/world.hpp"

namespace till::sim {

const Fault kDoubling = {"doubling", 2, kNothing, [](World& world) {
                           world.network().conditions().double_permille =
                               1 + static_cast<std::uint32_t>(world.random().below(200));
                           world.injected("doubling");
                         }};

}  // namespace till::sim

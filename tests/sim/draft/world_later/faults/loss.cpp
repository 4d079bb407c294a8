// A frame in so many is lost, in both directions, without anybody hearing of it.
#include "sim/faults/fault.hpp"
#include "sim/network.hpp"
#include "sim/world.hpp"

namespace till::sim {

const Fault kLoss = {"loss", 2, kNothing, [](World& world) {
                       world.network().conditions().loss_permille =
                           1 + static_cast<std::uint32_t>(world.random().below(200));
                       world.injected("loss");
                     }};

}  // namespace till::sim

// The hub's power goes: what it had not committed is gone, and nobody was told otherwise.
#include "sim/faults/fault.hpp"
#include "sim/hub_node.hpp"
#include "sim/world.hpp"

namespace till::sim {

const Fault kHubCrash = {"hub_crash", 3, kNothing, [](World& world) {
                           for (std::uint64_t n = world.random().below(4) + 1; n > 0; --n) {
                             const auto link = static_cast<sync::LinkNumber>(world.random().below(world.hubs().size()));
                             const std::int64_t begin_us = world.some_time_us();
                             world.trouble_at(begin_us, [&world, link] {
                               world.injected("hub crashes");
                               world.hub(link).crash();
                             });
                             world.trouble_at(begin_us + world.some_time_us() / 8,
                                              [&world, link] { world.hub(link).come_up(); });
                           }
                         }};

}  // namespace till::sim

// The hub is stopped in order and started again later.
#include "sim/faults/fault.hpp"
#include "sim/hub_node.hpp"
#include "sim/world.hpp"

namespace till::sim {

const Fault kHubOutage = {
    "hub_outage", 2, kNothing, [](World& world) {
      for (std::uint64_t n = world.random().below(3) + 1; n > 0; --n) {
        const auto link = static_cast<sync::LinkNumber>(world.random().below(world.hubs().size()));
        const std::int64_t begin_us = world.some_time_us();
        world.trouble_at(begin_us, [&world, link] {
          world.injected("hub outages");
          world.hub(link).go_down();
        });
        world.trouble_at(begin_us + world.some_time_us() / 4, [&world, link] { world.hub(link).come_up(); });
      }
    }};

}  // namespace till::sim

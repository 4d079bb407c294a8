// The hub's data comes out of yesterday's backup: a new epoch, and what came since must be offered again.
#include "sim/faults/fault.hpp"
#include "sim/hub_node.hpp"
#include "sim/world.hpp"

namespace till::sim {

const Fault kHubRestored = {"hub_restored", 6, kHistory, [](World& world) {
                              const auto link =
                                  static_cast<sync::LinkNumber>(world.random().below(world.hubs().size()));
                              const std::int64_t copied_us = world.some_time_us();
                              world.trouble_at(copied_us, [&world, link] { world.hub(link).take_copy(); });
                              world.trouble_at(copied_us + world.some_time_us() / 2, [&world, link] {
                                world.injected("restored hubs");
                                world.hub(link).restore_copy();
                              });
                            }};

}  // namespace till::sim

// All connections of the hub break, and both ends hear of it.
#include "sim/faults/fault.hpp"
#include "sim/network.hpp"
#include "sim/world.hpp"

namespace till::sim {

const Fault kLineCut = {"line_cut", 2, kNothing, [](World& world) {
                          for (std::uint64_t n = world.random().below(5) + 1; n > 0; --n) {
                            const auto link = static_cast<sync::LinkNumber>(world.random().below(world.hubs().size()));
                            world.trouble_at(world.some_time_us(), [&world, link] {
                              world.injected("line cuts");
                              world.network().close_all(link, "the line was cut");
                            });
                          }
                        }};

}  // namespace till::sim

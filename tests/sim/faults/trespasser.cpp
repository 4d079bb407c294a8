// A terminal of one shop brings the hub records that say they are another shop's.
#include "sim/faults/fault.hpp"
#include "sim/hub_node.hpp"
#include "sim/outsider.hpp"
#include "sim/world.hpp"

namespace till::sim {

using namespace till::sync;

const Fault kTrespasser = {"trespasser", 3, kNothing, [](World& world) {
                             if (world.tenants().size() < 2) return;
                             const Id victim = world.tenants().front(), thief = world.tenants().back();
                             auto by = std::make_shared<Outsider>(world, victim, 5);
                             world.hub().admit_stranger(thief, by->device());
                             for (std::uint64_t n = world.random().below(4) + 1; n > 0; --n) {
                               world.trouble_at(world.some_time_us(), [&world, by, thief] {
                                 world.injected("trespasses");
                                 const Record record = by->record(Lane::low, {set_field(1, by->device(), 2, {0})});
                                 (void)world.hub().deliver(thief, by->segment(Lane::low, {*encode_body(record)}));
                               });
                             }
                           }};

}  // namespace till::sim

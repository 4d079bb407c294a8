// A terminal of one shop brings the hub records of another: its own copy of them, or some it made up.
#include "sim/faults/fault.hpp"
#include "sim/hub_node.hpp"
#include "sim/world.hpp"

namespace till::sim {

using namespace till::sync;

namespace {

void trespass(World& world) {
  HubNode& hub = world.hub();
  const Id victim = world.tenants().front(), thief = world.tenants().back();
  const auto& log = hub.state(victim).log;
  if (log.empty()) return;
  const Bytes stolen = log[world.random().below(log.size())].segment.bytes;
  world.injected("trespasses");
  if (is_durable(hub.deliver(thief, stolen).outcome)) world.fail("the hub keeps records of one shop for another");
}

}  // namespace

const Fault kTrespasser = {"trespasser", 3, kNothing, [](World& world) {
                             if (world.tenants().size() < 2) return;
                             for (std::uint64_t n = world.random().below(4) + 1; n > 0; --n) {
                               world.trouble_at(world.some_time_us(), [&world] { trespass(world); });
                             }
                           }};

}  // namespace till::sim

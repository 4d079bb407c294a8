// The hub's disk is full for a while, or its syncs fail: what it cannot store it does not confirm. Of the hub's
// database alone, and of a stream of its own, so that the rest of a seed is as it is without.
#include "sim/faults/fault.hpp"
#include "sim/hub_node.hpp"
#include "sim/world.hpp"

namespace till::sim {

const Fault kHubDiskTrouble = {
    "hub_disk_trouble", 5, kNothing, [](World& world) {
      SeededRandom random(world.plan().seed * 0x9e3779b97f4a7c15ULL + 2000);
      const auto some_time_us = [&] {
        return static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(world.plan().fault_time_ms))) * 1000;
      };
      for (std::uint64_t n = random.below(3) + 1; n > 0; --n) {
        const auto link = static_cast<sync::LinkNumber>(random.below(world.hubs().size()));
        const auto kind = random.below(2) == 0 ? crash::Trouble::full : crash::Trouble::unsafe;
        const std::int64_t begin_us = some_time_us();
        world.trouble_at(begin_us, [&world, link, kind] {
          world.injected("hub's disks in trouble");
          world.hub(link).trouble(kind);
        });
        world.trouble_at(begin_us + some_time_us() / 8,
                         [&world, link] { world.hub(link).trouble(crash::Trouble::none); });
      }
    }};

}  // namespace till::sim

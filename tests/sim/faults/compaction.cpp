// No trouble: terminals make snapshots, the hub drops what they stand for, and terminals drop it, too. Between them
// everybody is closed for some minutes, so that all have said again how far they are.
#include "sim/faults/fault.hpp"
#include "sim/terminal.hpp"
#include "sim/world.hpp"

namespace till::sim {

namespace {

constexpr std::int64_t kMinute_us = 60'000'000;

// Sometimes two make one at the same time.
void make_snapshots(World& world) {
  for (std::uint64_t n = world.random().below(4) == 0 ? 2 : 1; n > 0; --n) world.some_terminal().make_snapshot();
}

void replace_what_is_lost(World& world) {
  for (auto& terminal : world.terminals())
    if (terminal->replace_lost_snapshot()) return;
}

}  // namespace

const Fault kCompaction = {
    "compaction", 3, kWholeLog, [](World& world) {
      world.compacts = true;
      for (std::uint64_t n = world.random().below(4) + 2; n > 0; --n) {
        const std::int64_t when_us = world.some_time_us();
        const auto closed_us = static_cast<std::int64_t>(world.random().below(3)) * 6 * kMinute_us;
        world.trouble_at(when_us, [&world, closed_us] { world.everybody_sleeps(closed_us); });
        world.trouble_at(when_us + kMinute_us, [&world] { make_snapshots(world); });
      }
      world.when_healing([&world] {
        for (std::int64_t n = 0; n < 8; ++n) {
          world.at(world.now_us() + kMinute_us + n * 4 * kMinute_us, [&world] {
            make_snapshots(world);
            replace_what_is_lost(world);
          });
        }
      });
    }};

}  // namespace till::sim

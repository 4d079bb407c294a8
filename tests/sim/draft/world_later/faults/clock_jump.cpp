// A terminal's clock jumps, by minutes or by years, both ways.
#include "sim/faults/fault.hpp"
#include "sim/terminal.hpp"
#include "sim/world.hpp"

namespace till::sim {

const Fault kClockJump = {
    "clock_jump", 2, kNothing, [](World& world) {
      const std::int64_t most_us = world.random().below(2) == 0 ? 5 * kYear_us : 900'000'000;
      for (std::uint64_t n = world.random().below(4) + 1; n > 0; --n) {
        const std::size_t number = world.some_terminal().number();
        const std::int64_t skew_us =
            static_cast<std::int64_t>(world.random().below(2 * static_cast<std::uint64_t>(most_us))) - most_us;
        world.trouble_at(world.some_time_us(), [&world, number, skew_us] {
          world.injected("clock jumps");
          world.terminal(number).clock().jump(skew_us);
        });
      }
    }};

}  // namespace till::sim

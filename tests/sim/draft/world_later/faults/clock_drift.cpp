// A terminal's clock runs too fast or too slow, by up to a tenth.
#include "sim/faults/fault.hpp"
#include "sim/terminal.hpp"
#include "sim/world.hpp"

namespace till::sim {

const Fault kClockDrift = {"clock_drift", 4, kNothing, [](World& world) {
                             for (auto& terminal : world.terminals()) {
                               const auto ppm = static_cast<std::int64_t>(world.random().below(200'000)) - 100'000;
                               const std::size_t number = terminal->number();
                               world.trouble_at(world.some_time_us(), [&world, number, ppm] {
                                 world.injected("drifting clocks");
                                 world.terminal(number).clock().drift(ppm);
                               });
                             }
                           }};

}  // namespace till::sim

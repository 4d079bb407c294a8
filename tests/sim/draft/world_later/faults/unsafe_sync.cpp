// A terminal's syncs fail now and then; what was written may be on the disk all the same.
#include "sim/faults/fault.hpp"
#include "sim/terminal.hpp"
#include "sim/world.hpp"

namespace till::sim {

const Fault kUnsafeSync = {"unsafe_sync", 4, kNothing, [](World& world) {
                             for (auto& terminal : world.terminals()) {
                               terminal->let_syncs_fail(static_cast<std::uint32_t>(world.random().below(50)));
                             }
                           }};

}  // namespace till::sim

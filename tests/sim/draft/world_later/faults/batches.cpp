// No trouble: what arrives at a terminal within some milliseconds is handed to its engine together, as a busy service
// does.
#include "sim/faults/fault.hpp"
#include "sim/terminal.hpp"
#include "sim/world.hpp"

namespace till::sim {

const Fault kBatches = {"batches", 4, kNothing, [](World& world) {
                          world.injected("batches");
                          const auto wait_us = static_cast<std::int64_t>(1'000 + world.random().below(500'000));
                          for (auto& terminal : world.terminals()) terminal->collect_frames(wait_us);
                        }};

}  // namespace till::sim

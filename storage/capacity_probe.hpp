// Finds a stick that claims more than it has: such a one takes everything, and gives something else back. Writes files
// of bytes that are the same nowhere, to the end of what is asked for, and only then reads them all again; so also one
// that writes over its own beginning is found. Removes what it wrote, also after an error. Long: takes a Task.
#pragma once

#include <string>

#include "core/random.hpp"
#include "core/task.hpp"
#include "storage/env.hpp"

namespace till::storage {

constexpr std::uint64_t kProbeFileBytes = 16ULL << 20;
constexpr const char* kProbeFolder = "tillstick-probe";

// `bytes` 0: all that is free but kProbeLeft. Returns how many were written and came back. Corrupt when something else
// came back: "this stick holds only about 4.0 GB of what it claims".
constexpr std::uint64_t kProbeLeft = 8ULL << 20;
Result<std::uint64_t> probe_capacity(Env& env, const std::string& folder, std::uint64_t bytes, Random& random,
                                     Task& task);

}  // namespace till::storage

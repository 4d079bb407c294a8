// storage/capacity_probe.hpp for a folder of a stick. Any thread; long. Needs the right to make backups; journalled,
// also when it fails, since it writes to the stick.
#pragma once

#include <string>

#include "app/actor.hpp"
#include "app/shop.hpp"
#include "core/task.hpp"

namespace till::app {

// How many bytes were written and came back; `bytes` 0: all that is free.
Result<std::uint64_t> probe_stick(Shop& shop, const Actor& actor, const std::string& folder, std::uint64_t bytes,
                                  Task& task);

}  // namespace till::app

// storage/capacity_probe.hpp for a folder of a stick. Any thread; long.
#pragma once

#include <string>

#include "app/shop.hpp"
#include "core/task.hpp"

namespace till::app {

// How many bytes were written and came back; `bytes` 0: all that is free.
Result<std::uint64_t> probe_stick(Shop& shop, const std::string& folder, std::uint64_t bytes, Task& task);

}  // namespace till::app

// storage/capacity_probe.hpp for a folder of a stick, and for a place of the list. Any thread; long. Needs the right to
// make backups; journalled, also when it fails, since it writes to the stick.
#pragma once

#include <string>

#include "app/actor.hpp"
#include "app/shop.hpp"
#include "core/task.hpp"

namespace till::app {

// What stays free of the disk that the till runs from: it sells meanwhile.
constexpr std::uint64_t kLeftForTill_bytes = 500'000'000;

// How many bytes were written and came back; `bytes` 0: all that is free. Invalid where the till would be left without
// room on its own disk; nothing is written then.
Result<std::uint64_t> probe_stick(Shop& shop, const Actor& actor, const std::string& folder, std::uint64_t bytes,
                                  Task& task);
// The same where the place of this name is now. Invalid for the hub; the place's own trouble when it is not here.
Result<std::uint64_t> probe_place(Shop& shop, const Actor& actor, const std::string& name, std::uint64_t bytes,
                                  Task& task);

}  // namespace till::app

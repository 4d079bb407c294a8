// A folder carries segments beside the hub; now and then it is not there, is wiped, or loses what it said it wrote.
#include <algorithm>

#include "sim/faults/fault.hpp"
#include "sim/folder_node.hpp"
#include "sim/terminal.hpp"
#include "sim/world.hpp"

namespace till::sim {

namespace {

// Then what lies behind a file that was lost could not be read by anybody any more.
bool somebody_forgets(World& world) {
  return std::any_of(world.plan().faults.begin(), world.plan().faults.end(),
                     [](const Fault* fault) { return fault->takes == kHistory; });
}

}  // namespace

const Fault kFolder = {"folder", 4, kNothing, [](World& world) {
                         world.add_folder();
                         world.injected("folders");
                         if (!somebody_forgets(world)) {
                           world.folder()->lost_permille = static_cast<std::uint32_t>(world.random().below(200));
                         }
                         for (std::uint64_t n = world.random().below(4); n > 0; --n) {
                           const std::size_t number = world.some_terminal().number();
                           const std::int64_t begin_us = world.some_time_us();
                           world.trouble_at(begin_us, [&world, number] {
                             world.injected("pulled sticks");
                             world.terminal(number).plug_folder(false);
                           });
                           world.trouble_at(begin_us + world.some_time_us() / 3, [&world, number] {
                             world.terminal(number).plug_folder(!world.terminal(number).is_revoked);
                           });
                         }
                         if (world.random().below(3) != 0) return;
                         world.trouble_at(world.some_time_us(), [&world] {
                           if (world.forks_allowed) return;  // it may hold the only copy of what an older disk forgot
                           world.injected("wiped folders");
                           world.folder()->wipe();
                         });
                       }};

}  // namespace till::sim

// A terminal is revoked: from then on the hub takes nothing from it. What it had not sent stays with it.
#include "sim/faults/fault.hpp"
#include "sim/hub_node.hpp"
#include "sim/network.hpp"
#include "sim/terminal.hpp"
#include "sim/world.hpp"

namespace till::sim {

const Fault kRevokedDevice = {"revoked_device", 6, kHistory, [](World& world) {
                                const std::size_t number = world.some_terminal().number();
                                const bool turned_away = world.random().below(2) == 0;
                                world.trouble_at(world.some_time_us(), [&world, number, turned_away] {
                                  Terminal& terminal = world.terminal(number);
                                  world.injected("revoked devices");
                                  terminal.is_revoked = true;
                                  terminal.plug_folder(false);  // nobody brings its stick any more
                                  for (auto& hub : world.hubs()) {
                                    hub->revoke(terminal.tenant(), terminal.device());
                                    hub->turns_revoked_away = turned_away;
                                  }
                                  if (turned_away) world.network().close_of(number, "this terminal was revoked");
                                });
                              }};

}  // namespace till::sim

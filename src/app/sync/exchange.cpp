#include "app/sync/exchange.hpp"

namespace till::app {

bool is_exchanged(const sync::SyncStatus& status, bool looked_at_hub, bool listed_carriers) {
  bool hub = false, hub_failed = true, carrier = false;
  for (const auto& peer : status.peers) {
    const bool gave_up = peer.state == sync::LinkState::offline && !peer.problem.empty();
    if (!sync::is_carrier(peer.link)) {
      hub = hub || (looked_at_hub && peer.caught_up && status.waiting_total() == 0);
      hub_failed = hub_failed && gave_up;
      continue;
    }
    if (gave_up) continue;
    if (!listed_carriers || !peer.caught_up) return false;
    carrier = true;
  }
  return hub || (hub_failed && carrier);
}

std::string problem_of(const sync::SyncStatus& status) {
  for (const auto& peer : status.peers) {
    if (sync::is_carrier(peer.link) && peer.state == sync::LinkState::connected && !peer.problem.empty())
      return peer.problem;
  }
  return status.problem;
}

}  // namespace till::app

#include "app/sync/exchange.hpp"

#include <algorithm>

namespace till::app {

namespace {

// Was there since it was asked for, and has left without a complaint.
bool is_done_and_gone(const sync::SyncStatus& asked, const sync::PeerStatus& peer) {
  if (peer.state != sync::LinkState::offline || !peer.problem.empty()) return false;
  const auto before = std::ranges::find(asked.peers, peer.link, &sync::PeerStatus::link);
  return peer.successes > (before == asked.peers.end() ? 0 : before->successes);
}

}  // namespace

bool is_exchanged(const sync::SyncStatus& asked, const sync::SyncStatus& status, bool looked_at_hub,
                  bool listed_carriers) {
  bool hub = false, hub_failed = true, carrier = false;
  for (const auto& peer : status.peers) {
    const bool gave_up = peer.state == sync::LinkState::offline && !peer.problem.empty();
    const bool is_done = is_done_and_gone(asked, peer);
    if (!sync::is_carrier(peer.link)) {
      hub = hub || (((looked_at_hub && peer.caught_up) || is_done) && status.waiting_total() == 0);
      hub_failed = hub_failed && gave_up;
      continue;
    }
    if (gave_up) continue;
    if (!is_done && (!listed_carriers || !peer.caught_up)) return false;
    carrier = true;
  }
  return hub || (hub_failed && carrier);
}

bool has_failed(const sync::SyncStatus& status) {
  const bool uses_carrier = std::ranges::any_of(status.peers, [](const sync::PeerStatus& peer) {
    return sync::is_carrier(peer.link) && peer.state != sync::LinkState::offline;
  });
  return status.link == sync::LinkState::offline && !status.problem.empty() && !uses_carrier;
}

std::string problem_of(const sync::SyncStatus& status) {
  for (const auto& peer : status.peers) {
    if (sync::is_carrier(peer.link) && peer.state == sync::LinkState::connected && !peer.problem.empty())
      return peer.problem;
  }
  return status.problem;
}

}  // namespace till::app

// What is known of sync at this moment, for panels and tillctl.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "net/hub/hub_client.hpp"
#include "sync/status.hpp"

namespace till::app {

struct SyncReport {
  sync::SyncStatus status;
  std::string hub, tenant;
  bool keys_pending = false;
  std::vector<net::HubPeer> peers;  // as the hub last listed them
  std::array<std::uint64_t, sync::kLanes> confirmed_per_minute{};
  // What is still to be sent and taken in, and the most it was since there was nothing.
  std::uint64_t backlog = 0, backlog_peak = 0;
};

}  // namespace till::app

// What is known of sync at this moment, for panels and tillctl.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "net/hub/hub_client.hpp"
#include "sync/status.hpp"

namespace till::app {

// Of snapshots at the hub and of this terminal's own log, as they were last looked at.
struct SnapshotReport {
  bool is_known = false;           // what lies at the hub was looked at; else only the log is told of
  std::optional<UtcTime> made_at;  // of the newest one; trusted time
  Id made_by;
  std::uint64_t bytes = 0;
  std::uint64_t log_segments = 0, log_bytes = 0;
  std::string problem;  // why the last look failed
};

struct SyncReport {
  sync::SyncStatus status;
  std::string hub, tenant;
  bool keys_pending = false;
  std::vector<net::HubPeer> peers;  // as the hub last listed them
  std::array<std::uint64_t, sync::kLanes> confirmed_per_minute{};
  // What is still to be sent and taken in, and the most it was since there was nothing.
  std::uint64_t backlog = 0, backlog_peak = 0;
  std::optional<SnapshotReport> snapshots;  // nothing before the first look
};

}  // namespace till::app

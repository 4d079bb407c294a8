// What the engine says about itself, for the strip, the panels and tillctl. Values; read on any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "sync/link.hpp"
#include "sync/messages.hpp"
#include "sync/record.hpp"

namespace till::sync {

enum class LinkState : std::uint8_t { not_enrolled, paused, offline, connecting, connected };

// Of one link since the program started, unless it says otherwise.
struct PeerStatus {
  LinkNumber link = kHubLink;
  LinkState state = LinkState::offline;
  std::uint64_t attempts = 0, successes = 0;  // connections
  std::uint32_t failures_in_row = 0;
  std::int64_t next_attempt_mono_us = 0;  // while offline
  std::optional<std::int64_t> round_trip_ms;
  std::optional<UtcTime> last_success;
  std::uint64_t sent_bytes = 0, received_bytes = 0;
  std::array<std::uint64_t, kLanes> waiting{};  // own records that this peer does not hold (durable)
  // Progress comes from positions: what is durable here of what the peer had when it was last asked.
  Cursor here, there;
  std::array<std::uint64_t, kLanes> floor{};  // up to here it serves nothing
  Id floor_snapshot;       // stands for what the hub does not serve any more; nil while it serves everything
  bool caught_up = false;  // connected, and nothing more was there when last asked
  std::string problem;     // empty when all is well
};

struct SyncStatus {
  LinkState link = LinkState::not_enrolled;     // of the best link
  std::array<std::uint64_t, kLanes> waiting{};  // own records that nobody else holds durably yet
  std::optional<UtcTime> oldest;                // when the oldest of them was made
  std::optional<UtcTime> last_success;          // last acknowledgement or applied segment, this machine's clock
  std::int64_t next_attempt_mono_us = 0;        // while offline
  std::uint64_t parked = 0, conflicts = 0;
  std::int64_t clock_offset_ms = 0;                     // trusted time less this machine's clock
  std::uint64_t sent_records = 0, applied_records = 0;  // since the start
  std::string problem;                                  // empty when all is well
  bool caught_up = false;      // some link is connected and had nothing more for this terminal when last asked
  bool asks_a_person = false;  // it goes on trying, but has failed more often than the settings allow in silence
  bool bootstrapping = false;  // a snapshot is being taken in
  std::vector<PeerStatus> peers;

  [[nodiscard]] std::uint64_t waiting_total() const;
};

}  // namespace till::sync

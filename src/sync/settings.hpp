// What a manager may set about sync. Values; the bounds are checked where they are entered (app/sync_settings).
#pragma once

#include <cstddef>
#include <cstdint>

namespace till::sync {

struct EngineSettings {
  bool auto_sync = true;                   // false: only when a person asks
  std::int64_t poll_interval_ms = 15'000;  // asks again for what may have been lost on the way
  std::int64_t ack_timeout_ms = 30'000;    // a link that is silent for this long while an answer is due is given up
  std::int64_t retry_base_ms = 1'000;
  std::int64_t retry_cap_ms = 300'000;        // 5 min; up to 1 h
  std::uint32_t attempts_before_asking = 10;  // failed attempts in a row after which a person is asked
  std::size_t batch_records = 100;            // records of a segment, at most 256
  // A terminal that has nothing yet takes a snapshot in, where there is one, if the hub has more segments than this.
  std::uint64_t snapshot_above_segments = 2'000;
  std::int64_t lapse_days = 30;    // a terminal that was not heard of for so long does not hold the others up
  std::int64_t history_days = 90;  // what is older, and in a snapshot, need not be in this terminal's own log

  bool operator==(const EngineSettings&) const = default;
};

}  // namespace till::sync

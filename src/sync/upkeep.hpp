// What a terminal does for the others' sake now and then, once trusted time is known: puts its own wrong clock right,
// says how far it has come, and looks whether others agree. The owner of the engine calls it in the transaction of a
// step, about once a minute, and seals the log if it wrote.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sync/divergence.hpp"
#include "sync/local_log.hpp"
#include "sync/segment_keys.hpp"
#include "sync/store.hpp"

namespace till::sync {

constexpr std::int64_t kUpkeepInterval_ms = 60'000;

struct UpkeepNews {
  bool wrote = false;
  std::optional<std::int64_t> was_ahead_ms;  // its clock; amended
  std::vector<Divergence> divergences;
};

struct UpkeepTime {
  UtcTime trusted_now;
  bool is_trusted = false;     // a hub or a relay has shown its clock; without it no clock is put right
  bool only_carriers = false;  // then what others hold is only learnt from what they say: all of it is said each time
};
Result<UpkeepNews> keep_up(Store& store, LocalLog& log, SegmentKeys& keys, Random& random, const std::string& program,
                           const UpkeepTime& time);

// For the journal: what it means and what to do.
std::string sentence_of_clock(std::int64_t ahead_ms);
std::string sentence_of(const Divergence& divergence);

}  // namespace till::sync

// Planted faults, to prove that the simulator catches them. A till never sets any: only tests/sim does.
#pragma once

#include <cstdint>

namespace till::sync {

enum class Sabotage : std::uint8_t {
  none,
  drop_dedup,       // a segment that comes twice is applied twice
  cursor_early,     // the cursor moves although the segment was not applied
  ties_by_arrival,  // who comes last wins
  skip_fsync,       // a commit that is reported is not yet durable
  forget_outbox,    // a lost link counts as an acknowledgement
  no_retry,         // a failed connection waits for the next local commit
  reuse_sequence,   // a restored terminal continues its incarnation
  count,            // not a fault: how many there are
};

// For one thread at a time; reset by the guard that set it.
Sabotage& sabotage();
inline bool sabotaged(Sabotage fault) {
  return sabotage() == fault;
}

}  // namespace till::sync

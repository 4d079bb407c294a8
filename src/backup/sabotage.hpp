// Planted faults, to prove that the tests of backups catch them. A till never plants any: only tests do. Asking costs
// one relaxed read. docs/BACKUP.md has the list with the test that notices each one.
#pragma once

#include <cstdint>

#include "core/planted_fault.hpp"

namespace till::backup {

enum class Sabotage : std::uint8_t {
  none,
  // Making.
  skip_read_back,         // pieces are not read back before the manifest is written
  manifest_unread,        // nor is the manifest
  manifest_first,         // the manifest is written before the pieces
  seal_left_out,          // sealing is asked for and not done
  page_forgotten,         // a changed page is left out of an increment
  stale_parent_believed,  // the kept image of the parent is not compared with the parent's hash
  broken_chain_extended,  // the pieces of the parent's chain are not looked for
  chain_never_ends,       // no new full backup however long the chain is
  // Reading.
  name_unbound,         // a piece opens under any name, and its content is not compared with it
  base_unchecked,       // an increment is put on whatever lies under its parent's name, and the sum is not compared
  marker_unchecked,     // a restored database is not compared with what the manifest says of it
  marker_of_derived,    // the marker counts what opening a shop changes, too
  wal_left,             // what is beside the old database stays beside the restored one
  incarnation_goes_on,  // a restored shop continues its log and its numbers
  drill_always_passes,  // a drill does not look at what it restored
  until_off_by_one,     // a change of exactly the asked time is left out
  until_unlogged,       // what is taken from the next generation comes into the tables and not into the log
  part_unlogged,        // what is restored selectively is not replicated
  no_safety_backup,     // the present data is not saved before it is replaced
  // Keeping.
  unverified_counted,  // generations that never proved themselves count
  damage_forgotten,    // a failed proof does not count against a generation
  parent_pruned,       // parents of kept increments go
  increments_swept,    // the pieces of increments are taken for leftovers
  heirs_spared,        // damage does not spoil what continues it
  damage_continued,    // the next backup continues an older one when the newest is damaged
  turn_stands_still,   // every turn opens part 0
  drill_unrecorded,    // what came of a restore drill is not written down
  // Places and times.
  heartbeat_unwatched,  // a lock is taken for dead at the first look
  claim_unlooked,       // a lock is taken without a look at others
  loss_unnoticed,       // a holder that was taken over from goes on
  quota_uncounted,      // what is stored is not counted against the quota
  reserve_kept,         // a full place's reserve is not given up for pruning
  marker_unread,        // a stick is taken for the enrolled one without a look at its marker
  own_volume_taken,     // the volume that the till runs from counts as a stick
  jump_believed,        // the schedule goes on through a jump of the clock
  failures_uncounted,   // a failing place is tried again at once
  count,                // not a fault: how many there are
};

using till::plant;
using till::sabotaged;

}  // namespace till::backup

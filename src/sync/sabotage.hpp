// Planted faults, to prove that the simulator catches them. A till never plants any: only tests/sim does. Asking costs
// one relaxed read; still, not in inner loops. docs/SYNC.md has the list with the seeds that each one took.
#pragma once

#include <cstdint>

#include "core/planted_fault.hpp"

namespace till::sync {

enum class Sabotage : std::uint8_t {
  none,
  // What comes in.
  drop_dedup,           // a segment that comes twice is applied twice
  cursor_early,         // the cursor moves although the segment was not applied
  hole_in_stream,       // a segment is taken although one before it is missing
  gap_ignored,          // the chain is continued over missing records
  fork_branch_dropped,  // the second branch of a forked feed is not kept
  signature_unchecked,  // forged segments are believed
  chain_unchecked,      // records that are not the signed ones are believed
  epoch_ignored,        // positions of the hub before its restoration still count
  // Merging.
  ties_by_arrival,        // who comes last wins
  rival_dropped,          // a candidate that loses on arrival is forgotten
  stamp_not_raised,       // own stamps do not exceed merged ones
  half_record,            // a record that fails half-way leaves its first half
  dependency_ignored,     // a record is applied before the one that it needs
  future_not_held,        // a change of a clock that is ahead is merged at once
  unknown_field_dropped,  // fields of newer programs are not kept
  delete_removes,         // a deleted row's values are gone instead of marked
  digest_stale,           // a changed row does not change its table's digest
  // Healing.
  adopt_digest,    // where terminals differ, the other's digest is written as the own one
  heal_from_rows,  // a table is counted anew from its rows instead of folded from the log
  // Parking.
  parked_blocks,      // after a parked record the rest of its segment is left out
  parked_for_ever,    // what is parked is not tried again
  parked_forgotten,   // what a newer program wrote is passed over instead of parked
  parking_lost,       // what is parked is forgotten at a restart
  upgrade_unnoticed,  // what waits for a newer program is not tried again when that is there
  // Snapshots and compaction.
  snapshot_replaces,       // rows of a snapshot take the place of what is here
  heads_raised_early,      // what a snapshot stands for counts as held before it is in the data
  lacking_passed_over,     // the cursor passes the floor although a feed that the hub told of is not here
  own_heads_are_all,       // what a hub tells of the own feeds is taken for all that it has
  piece_passed_over,       // after the first piece of a chunk the next chunk is asked for
  snapshot_parks_nothing,  // what its maker had parked is left out
  manifest_unchecked,      // forged snapshots are believed
  newer_snapshot_taken,    // a snapshot for newer programs is taken in by an older one
  unsent_forgotten,        // once a snapshot is in, the own log counts as sent
  floor_unchecked,         // a terminal asks for records that the hub has dropped
  drop_without_snapshot,   // the hub drops what no snapshot stands for
  cut_ignores_laggards,    // the stable cut does not wait for a terminal that is behind
  pruned_unconfirmed,      // a terminal drops of its own log what the hub does not hold
  // Policies.
  settles_for_ever,  // a rule settles again what adds nothing to what it stands for
  // What goes out.
  forget_outbox,       // a lost link counts as an acknowledgement
  refusal_confirms,    // a refused segment counts as delivered
  low_lane_starves,    // the low lane is never sent
  flight_never_lands,  // what was confirmed still fills the window
  // Trying again.
  no_retry,             // a failed connection waits for the next local commit
  no_jitter,            // all wait equally long
  no_cap,               // pauses grow without end
  no_poll,              // lost frames are not asked for again
  no_ack_timeout,       // a link that confirms nothing is kept for ever
  no_greeting_timeout,  // a hub that never answers is waited for, for ever
  no_connect_timeout,   // an attempt that is never answered is waited for, for ever
  // Memory.
  inbox_unbounded,  // what a hub sends without being asked is kept, however much it is
  window_ignored,   // all that waits is sent at once
  // Identity.
  reuse_sequence,  // a restored terminal continues its incarnation
  twin_unheard,    // what the hub says of our incarnation while we are connected is not compared
  // Machines.
  skip_fsync,         // a commit that is reported is not yet durable
  hub_acks_early,     // the hub confirms what it has not committed
  hub_takes_revoked,  // a revoked terminal's records are taken
  hub_mixes_tenants,  // a record of another shop is taken
  // The hub's database.
  hub_skips_fsync,     // a commit of the hub is not yet durable
  hub_splits_group,    // a group of the hub is committed piece by piece
  hub_reuses_number,   // after a restart the last number is given again
  hub_serves_dropped,  // what was dropped is served
  hub_keeps_epoch,     // out of a copy the hub goes on in the epoch that it had
  count,               // not a fault: how many there are
};

using till::plant;
using till::sabotaged;

}  // namespace till::sync

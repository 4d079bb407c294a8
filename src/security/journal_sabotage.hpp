// Planted faults, to prove that the tests of the audit journal catch them. A till never plants any: only tests do.
// Asking costs one relaxed read. docs/AUDIT.md has the list with the test that notices each one.
#pragma once

#include <cstdint>

#include "core/planted_fault.hpp"

namespace till::security {

enum class JournalSabotage : std::uint8_t {
  none,
  // Writing.
  entry_left_out,        // nothing is written at all
  mask_after_hash,       // a card number is in the bytes that are hashed, and masked only in what is shown
  mask_after_clip,       // a long text is cut first, so that half a card number is not seen as one
  personal_values_kept,  // an entry keeps what a customer's fields said
  rest_untold,           // what a job did not tell is not told
  head_not_moved,        // the signed end stays where it was
  z_report_silent,       // a Z report does not say where the journal stood
  // Checking.
  columns_believed,     // what is shown is not compared with the bytes
  gap_overlooked,       // missing numbers are not told
  link_believed,        // an entry may continue anything
  end_believed,         // the end's signature is not looked at
  anchors_ignored,      // nor what Z reports and backups say
  checkpoint_believed,  // nor a checkpoint's signature
  // Pruning and healing.
  prune_without_checkpoint,  // nothing stands for what went
  prune_untold,              // no entry tells of it
  prune_takes_the_young,     // one entry more goes
  prune_leaves_digest,       // the table's digest still counts what went
  runaway_clock_believed,    // a clock that jumped prunes
  pruned_compared,           // digests of the table are compared, and healed, though each terminal prunes by itself
  healed_by_half,            // healing sets the columns right and leaves the bytes
  count,                     // not a fault: how many there are
};

using till::plant;
using till::sabotaged;

}  // namespace till::security

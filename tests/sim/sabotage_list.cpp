#include "sim/sabotage_list.hpp"

#include <sstream>

#include "sim/world.hpp"

namespace till::sim {

using enum sync::Sabotage;

const std::vector<PlantedFault>& planted_faults() {
  static const std::vector<PlantedFault> all = {
      {drop_dedup, "drop_dedup", "doubling", 20},
      {cursor_early, "cursor_early", "loss", 20},
      {hole_in_stream, "hole_in_stream", "loss", 20},
      {gap_ignored, "gap_ignored", "loss", 20},
      {fork_branch_dropped, "fork_branch_dropped", "restored_backup", 40},
      {signature_unchecked, "signature_unchecked", "forgery", 20},
      {chain_unchecked, "chain_unchecked", "forgery", 20},
      {epoch_ignored, "epoch_ignored", "hub_restored", 20},
      {ties_by_arrival, "ties_by_arrival", "", 10},
      {rival_dropped, "rival_dropped", "", 20},
      {stamp_not_raised, "stamp_not_raised", "slightly_ahead", 20},
      {half_record, "half_record", "poison", 20},
      {dependency_ignored, "dependency_ignored", "poison", 20},
      {future_not_held, "future_not_held", "future_change", 20},
      {unknown_field_dropped, "unknown_field_dropped", "newer_program", 20},
      {delete_removes, "delete_removes", "", 20},
      {digest_stale, "digest_stale", "", 20},
      {adopt_digest, "adopt_digest", "flipped_row", 40},
      {heal_from_rows, "heal_from_rows", "flipped_row", 40},
      {parked_blocks, "parked_blocks", "poison", 20},
      {parked_for_ever, "parked_for_ever", "future_change", 20},
      {parked_forgotten, "parked_forgotten", "newer_program", 20},
      {parking_lost, "parking_lost", "future_change", 40},
      {upgrade_unnoticed, "upgrade_unnoticed", "older_program", 20},
      {snapshot_replaces, "snapshot_replaces", "compaction lapsed_device", 40},
      {heads_raised_early, "heads_raised_early", "compaction newcomer snapshot_damage", 40},
      {lacking_passed_over, "lacking_passed_over", "compaction lapsed_device restored_backup", 20},
      {own_heads_are_all, "own_heads_are_all", "compaction lapsed_device restored_backup", 20},
      {piece_passed_over, "piece_passed_over", "compaction newcomer", 40},
      {snapshot_parks_nothing, "snapshot_parks_nothing", "compaction newcomer future_change", 40},
      {manifest_unchecked, "manifest_unchecked", "compaction newcomer restored_backup snapshot_damage", 40},
      {newer_snapshot_taken, "newer_snapshot_taken", "compaction older_program newcomer lapsed_device", 40},
      {unsent_forgotten, "unsent_forgotten", "compaction newcomer line_cut", 40},
      {floor_unchecked, "floor_unchecked", "compaction newcomer", 40},
      {drop_without_snapshot, "drop_without_snapshot", "compaction", 40},
      {cut_ignores_laggards, "cut_ignores_laggards", "compaction partition", 40},
      {pruned_unconfirmed, "pruned_unconfirmed", "compaction", 40},
      {settles_for_ever, "settles_for_ever", "policies", 40},
      {inbox_unbounded, "inbox_unbounded", "flood", 20},
      {window_ignored, "window_ignored", "bulk", 20},
      {forget_outbox, "forget_outbox", "line_cut", 10},
      {refusal_confirms, "refusal_confirms", "revoked_device", 40},
      {low_lane_starves, "low_lane_starves", "", 10},
      {flight_never_lands, "flight_never_lands", "", 20},
      {no_retry, "no_retry", "line_cut", 10},
      {no_jitter, "no_jitter", "hub_outage", 20},
      {no_cap, "no_cap", "hub_outage", 40},
      {no_poll, "no_poll", "loss", 40},
      {no_ack_timeout, "no_ack_timeout", "loss", 40},
      {no_greeting_timeout, "no_greeting_timeout", "one_way", 20},
      {no_connect_timeout, "no_connect_timeout", "partition", 20},
      {reuse_sequence, "reuse_sequence", "restored_backup", 40},
      {twin_unheard, "twin_unheard", "cloned_stick", 40},
      {skip_fsync, "skip_fsync", "power_cut", 10},
      {hub_acks_early, "hub_acks_early", "hub_crash", 20},
      {hub_takes_revoked, "hub_takes_revoked", "revoked_device", 40},
      {hub_mixes_tenants, "hub_mixes_tenants", "trespasser", 10},
      {hub_skips_fsync, "hub_skips_fsync", "hub_crash", 20},
      {hub_splits_group, "hub_splits_group", "hub_crash", 20},
      {hub_reuses_number, "hub_reuses_number", "hub_outage", 20},
      {hub_serves_dropped, "hub_serves_dropped", "compaction", 20},
      {hub_keeps_epoch, "hub_keeps_epoch", "hub_restored", 20},
  };
  return all;
}

Noticed notice(const PlantedFault& fault, std::uint64_t most_seeds) {
  RunOptions options;
  std::istringstream names(fault.with);
  for (std::string name; names >> name;) options.limits.with.insert(name);
  for (std::uint64_t seed = 1; seed <= most_seeds; ++seed) {
    options.sabotage = fault.sabotage;
    const RunResult result = run_seed(seed, options);
    if (result.failure.empty()) continue;
    options.sabotage = sync::Sabotage::none;
    if (run_seed(seed, options).failure != result.failure) return {seed, result.failure};  // it was the fault
  }
  return {};
}

}  // namespace till::sim

#include "app/backups.hpp"

#include <fmt/format.h>

#include "app/backup_lock.hpp"
#include "app/backup_runs.hpp"
#include "app/backup_target.hpp"
#include "app/drill_records.hpp"
#include "app/journal.hpp"
#include "app/key_passphrase.hpp"
#include "app/place_records.hpp"
#include "app/program.hpp"
#include "backup/damage.hpp"
#include "backup/room.hpp"
#include "backup/sabotage.hpp"
#include "core/log.hpp"
#include "storage/backup_media.hpp"
#include "storage/backup_source.hpp"
#include "storage/image_file.hpp"

namespace till::app {
namespace {

// For the strip and the doctor. Where it cannot be found out now, the next look at the place does.
void note_quietly(Shop& shop, backup::ObjectStore& store, const backup::BackupKeys& keys, const std::string& target) {
  if (const auto noted = note_place(shop, store, keys, target); !noted)
    log::warning("what lies in {} was not noted: {}", target, noted.error().message);
}

Result<backup::BackupResult> make_backup(Shop& shop, const std::string& target, const std::string& who,
                                         backup::BackupPlan plan, bool with_media, Task& task,
                                         const security::KeyRing* not_in_use_yet = nullptr) {
  auto& state = shop.state();
  const auto store = TRY(make_backup_target(shop, target));
  const auto lock = TRY(BackupLock::take(state, *store, task));
  storage::BackupSource source(*state.env, *state.db, state.device(), task);
  storage::BackupMedia media(*state.env, shop.folder());
  if (with_media) plan.media = &media;
  const backup::BackupMeta meta{state.device(), state.terminal, who, kProgramVersion};
  auto ring = TRY(copied_ring(state));
  if (not_in_use_yet != nullptr) TRY(ring.ring.merge(*not_in_use_yet));
  auto made = TRY(backup::create_backup(source, lock->store(), ring, meta, state.clock, state.random, task, plan));
  if (plan.purpose == backup::Purpose::ordinary)
    note_quietly(shop, lock->store(), backup::BackupKeys::from(ring.ring), target);
  if (TRY(backup_target(shop, target))) {
    if (const auto kept = backup::keep_reserve(lock->store()); !kept)
      log::warning("no reserve in {}: {}", store->describe(), kept.error().message);
  }
  return made;
}

// In the journal.
Result<backup::BackupResult> noted(ShopState& state, const Actor& actor, const std::string& target,
                                   Result<backup::BackupResult> result) {
  journal_alone(state, actor,
                {result ? "backup" : "backup.failed", result ? result->manifest.generation : target,
                 result ? std::string() : result.error().message});
  return result;
}

backup::ProofMeta proof_meta(ShopState& state, const std::string& who) {
  return {state.clock.now(), who, state.terminal, kProgramVersion};
}

// What a person stopped, or a line that broke, says nothing about it.
template <class Outcome>
bool is_about_the_backup(const Outcome& outcome) {
  return outcome || outcome.error().kind == ErrorKind::corrupt;
}

GenerationRow row_of(const backup::Manifest& m, const std::vector<backup::Proof>& proofs,
                     const backup::GenerationStanding& judged) {
  GenerationRow row;
  row.kind = backup::to_string(m.kind);
  row.device = m.device;
  row.device_name = m.device_name;
  row.at = m.created_at;
  row.plain_bytes = m.plain_size;
  row.stored_bytes = m.stored_size;
  row.new_bytes = m.new_bytes;
  row.sales = m.marker.sales;
  row.media_files = m.media.size();
  row.last_receipt = m.marker.last_receipt;
  row.journal = m.marker.audit;
  row.parent = m.kind == backup::GenerationKind::incremental ? m.parent : std::string();
  row.base = m.base;
  row.before_restore = m.purpose == backup::Purpose::before_restore;
  row.verified = judged.standing == backup::Standing::restorable;
  row.problem = judged.problem;
  for (const auto& proof : proofs) {
    if (!proof.passed) continue;
    row.last_proof = backup::to_string(proof.kind);
    row.last_proved_at = proof.at;
  }
  return row;
}

// Of one device: its proofs, and what they say of its generations.
struct Shelf {
  backup::Proofs proofs;
  backup::Standings standings;
};

Result<std::map<Id, Shelf>> shelves_of(backup::ObjectStore& store, const backup::BackupKeys& keys,
                                       const std::vector<backup::ListedGeneration>& all) {
  std::map<Id, std::vector<backup::ListedGeneration>> by_device;
  for (const auto& listed : all) by_device[listed.device].push_back(listed);
  std::map<Id, Shelf> shelves;
  for (const auto& [device, generations] : by_device) {
    auto& shelf = shelves[device];
    shelf.proofs = TRY(backup::list_proofs(store, {TRY(store.id()), device, keys}));
    shelf.standings = backup::judge(generations, shelf.proofs);
  }
  return shelves;
}

Result<backup::VerifyDepth> depth_of_the_turn(backup::ObjectStore& store, const backup::BackupKeys& keys,
                                              const backup::Manifest& manifest, backup::VerifyDepth depth) {
  if (depth.kind != backup::ProofKind::part) return depth;
  if (depth.parts == 0) return invalid("say in how many parts the backup is to be checked");
  const auto proofs = TRY(backup::proofs_of(store, {manifest.store, manifest.device, keys}, manifest.generation));
  depth.part = backup::next_part(proofs, depth.parts);
  return depth;
}

}  // namespace

Result<backup::BackupResult> create_backup(Shop& shop, const Actor& actor, const std::string& target,
                                           const std::string& passphrase, Task& task, const BackupChoice& choice) {
  TRY(require_right(shop, actor, domain::Right::backup, target));
  TRY(settle_passphrase(shop.state(), passphrase));
  auto made = TRY(create_unasked(shop, actor, target, task, choice));
  if (TRY(backup_target(shop, target))) TRY(note_stick_used(shop, target, made.manifest.store));
  return made;
}

Result<backup::BackupResult> create_unasked(Shop& shop, const Actor& actor, const std::string& target, Task& task,
                                            const BackupChoice& choice) {
  auto& state = shop.state();
  backup::BackupPlan plan;
  plan.full = choice.full;
  const auto begun_at = state.clock.now();
  auto result = make_backup(shop, target, actor.name, plan, choice.with_media, task);
  TRY(note_run(shop, target, begun_at, result));
  return noted(state, actor, target, std::move(result));
}

Result<backup::BackupResult> save_under(Shop& shop, const Actor& actor, const std::string& target,
                                        const security::KeyRing& ring, Task& task) {
  backup::BackupPlan plan;
  plan.full = true;
  return noted(shop.state(), actor, target, make_backup(shop, target, actor.name, plan, true, task, &ring));
}

Result<backup::BackupResult> save_before_restore(Shop& shop, const std::string& target, const std::string& who,
                                                 Task& task) {
  backup::BackupPlan plan;
  plan.purpose = backup::Purpose::before_restore;
  return make_backup(shop, target, who, plan, false, task);
}

Result<std::vector<GenerationRow>> list_generations(Shop& shop, const std::string& target,
                                                    const std::string& passphrase) {
  auto& state = shop.state();
  const auto store = TRY(open_backup_target(shop, target));
  const auto keys = TRY(backup_keys(state, passphrase));
  const auto all = TRY(backup::list_backups(*store, keys));
  auto shelves = TRY(shelves_of(*store, keys, all));
  std::vector<GenerationRow> rows;
  for (const auto& listed : all) {
    GenerationRow row;
    auto& shelf = shelves[listed.device];
    if (listed.manifest) {
      row = row_of(*listed.manifest, shelf.proofs[listed.generation], shelf.standings[listed.generation]);
    }
    if (listed.error) row.problem = listed.error->message;
    row.generation = listed.generation;
    rows.push_back(std::move(row));
  }
  return rows;
}

Result<backup::VerifyResult> verify_generation(Shop& shop, const std::string& target, const std::string& generation,
                                               const std::string& passphrase, Task& task,
                                               const backup::VerifyDepth& depth) {
  auto& state = shop.state();
  const auto store = TRY(open_backup_target(shop, target));
  const auto keys = TRY(backup_keys(state, passphrase));
  const auto manifest = TRY(backup::find_backup(*store, keys, generation));
  const auto turn = TRY(depth_of_the_turn(*store, keys, manifest, depth));
  auto proved =
      backup::prove_backup(*store, keys, manifest, turn, proof_meta(state, state.terminal), state.random, task);
  if (is_about_the_backup(proved)) note_quietly(shop, *store, keys, target);
  return proved;
}

Status drill_generation(Shop& shop, const std::string& target, const std::string& generation,
                        const std::string& passphrase, Task& task) {
  const auto store = TRY(open_backup_target(shop, target));
  const auto keys = TRY(backup_keys(shop.state(), passphrase));
  return drill_listed(shop, *store, keys, TRY(backup::find_backup(*store, keys, generation)), target, task);
}

Status drill_listed(Shop& shop, backup::ObjectStore& store, const backup::BackupKeys& keys,
                    const backup::Manifest& manifest, const std::string& target, Task& task) {
  auto& state = shop.state();
  const auto outcome = storage::restore_drill(*state.env, store, keys, manifest, shop.folder(), task);
  if (!is_about_the_backup(outcome) || backup::sabotaged(backup::Sabotage::drill_unrecorded)) return outcome;
  const backup::VerifyDepth depth{backup::ProofKind::drill, 0, 0};
  const auto meta = proof_meta(state, state.terminal);
  backup::note_proof(store, keys, manifest, depth, outcome, meta, state.random);
  if (!outcome) {
    const auto noted = backup::note_damage_of_chain(store, keys, manifest, depth, meta, state.random, task);
    if (!noted) log::warning("which backups share the damage is not known: {}", noted.error().message);
  }
  note_quietly(shop, store, keys, target);
  if (manifest.device != state.device()) return outcome;
  if (const auto noted = note_drill(shop, manifest.store, target, outcome.has_value()); !noted)
    log::warning("the restore drill in {} was not noted: {}", target, noted.error().message);
  return outcome;
}

Result<backup::PruneResult> prune_generations(Shop& shop, const Actor& actor, const std::string& target,
                                              const backup::RetentionRule& rule, Task& task) {
  TRY(require_right(shop, actor, domain::Right::backup, target));
  return prune_unasked(shop, actor, target, rule, task);
}

Result<backup::PruneResult> prune_unasked(Shop& shop, const Actor& actor, const std::string& target,
                                          const backup::RetentionRule& rule, Task& task) {
  auto& state = shop.state();
  const auto store = TRY(open_backup_target(shop, target));
  const auto lock = TRY(BackupLock::take(state, *store, task));
  const auto keys = TRY(backup_keys(state, {}));
  auto pruned = TRY(backup::prune_backups(lock->store(), keys, state.device(), rule, {}, state.clock.now(), task));
  if (!pruned.removed.empty()) note_quietly(shop, lock->store(), keys, target);
  journal_alone(state, actor, {"backup.prune", target, fmt::format("{} removed", pruned.removed.size())});
  return pruned;
}

}  // namespace till::app

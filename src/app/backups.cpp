#include "app/backups.hpp"

#include <fmt/format.h>

#include "app/journal.hpp"
#include "app/key_files.hpp"
#include "app/key_passphrase.hpp"
#include "app/program.hpp"
#include "app/shop_state.hpp"
#include "core/log.hpp"
#include "storage/backup_restore.hpp"
#include "storage/backup_source.hpp"
#include "storage/folder_seal.hpp"
#include "storage/folder_store.hpp"
#include "storage/lockouts.hpp"
#include "storage/meta.hpp"

namespace till::app {
namespace {

Result<std::unique_ptr<storage::FolderStore>> open_target(storage::Env& env, const std::string& target) {
  if (target.empty()) return invalid("say where the backups are: a folder, for example /media/stick/backup");
  if (!env.exists(target)) return invalid("there is no folder '" + target + "'; is the stick plugged in?");
  return storage::FolderStore::open(env, target);
}

Result<std::unique_ptr<storage::FolderStore>> make_target(ShopState& state, const std::string& target) {
  if (target.empty()) return invalid("say where the backup should go: a folder, for example /media/stick/backup");
  TRY(state.env->make_dirs(target));
  return storage::FolderStore::create(*state.env, target, state.clock, state.random);
}

Result<backup::BackupKeys> keys_of(ShopState& state, const std::string& passphrase) {
  TRY(settle_passphrase(state, passphrase));
  return state.keys->with_ring([](security::RingFile& file) { return backup::BackupKeys::from(file.ring); });
}

// The ring that opens what lies in the target: the folder's own, one it had before it joined a tenant, or the target's.
Result<security::RingFile> ring_for(storage::Env& env, const storage::FolderPaths& paths, backup::ObjectStore& store,
                                    const RestoreWish& wish, const security::SecretBytes& pc_key, Random& random) {
  if (env.exists(storage::join_path(paths.keys(), "ring"))) {
    auto own = read_ring(env, paths, pc_key, wish.passphrase, random);
    if (own && !wish.passphrase.empty() && own->has_passphrase()) {
      const auto checked = security::RingFile::open_with_passphrase(TRY(own->encode(random)), wish.passphrase);
      if (!checked) return fail(checked.error());
    }
    if (own) {
      const auto found = backup::find_backup(store, backup::BackupKeys::from(own->ring), wish.generation);
      if (found || wish.passphrase.empty()) return own;
    } else if (wish.passphrase.empty()) {
      return own;
    }
  }
  if (wish.passphrase.empty())
    return denied("give the recovery passphrase of the shop that this backup is of (--passphrase-file)");
  auto ring = TRY(backup::ring_from_store(store, wish.passphrase));
  TRY(ring.set_pc_key(pc_key, random));
  return ring;
}

Status make_folder_a_shop(storage::Env& env, const storage::FolderPaths& paths, const security::RingFile& ring,
                          const security::SecretBytes& pc_key, Clock& clock, Random& random) {
  TRY(write_ring(env, paths, ring, random));
  if (env.exists(storage::join_path(paths.keys(), "device"))) return {};
  const auto identity = TRY(security::DeviceIdentity::generate(clock, random));
  return write_identity(env, paths, identity, pc_key, random);
}

// The folder's own database key, as long as its ring opens it; under the ring of the backup as well, so that whichever
// of the two databases is in its place in the end can be opened.
Result<security::SecretBytes> key_for_restored(storage::Env& env, const storage::FolderPaths& paths,
                                               const security::SecretBytes& pc_key, const RestoreWish& wish,
                                               const security::KeyRing& ring, Random& random) {
  TRY(env.make_dirs(paths.keys()));
  std::vector<const security::KeyRing*> rings = {&ring};
  const auto present = read_ring(env, paths, pc_key, wish.passphrase, random);
  auto key = present ? database_key(env, paths, present->ring, false, random)
                     : Result<security::SecretBytes>(fail(present.error()));
  if (key) {
    rings.push_back(&present->ring);
  } else {
    TRY(keep_unreadable_database_key(env, paths));
    key = security::SecretBytes::random(random);
  }
  TRY(write_database_key(env, paths, *key, rings, random));
  return key;
}

// What moves aside is as readable to a thief as what takes its place. A damaged one stays as it is.
void seal_what_is_there(storage::Env& env, const storage::FolderPaths& paths) {
  const auto plain = storage::is_plain_database(paths.database(), {});
  if (!plain || !*plain) return;
  if (const auto sealed = storage::seal_database(env, paths.database()); !sealed)
    log::warning("before the restore: {}", sealed.error().message);
}

// A restore must not be a way to try PINs anew. Empty where the present data cannot be read.
std::map<Id, security::ThrottleState> present_lockouts(const storage::FolderPaths& paths) {
  const auto conn = storage::Connection::open(paths.database(), storage::Access::read_only);
  if (!conn) return {};
  auto read = storage::lockouts(**conn);
  return read ? std::move(*read) : std::map<Id, security::ThrottleState>{};
}

Status carry_lockouts(const storage::FolderPaths& paths, const std::map<Id, security::ThrottleState>& before) {
  const auto conn = TRY(storage::Connection::open(paths.database(), storage::Access::read_write));
  return storage::keep_lockouts(*conn, before);
}

void journal_restore(const RestoreWish& wish, const std::string& generation) {
  ShopOptions options;
  options.folder = wish.folder;
  const auto shop = Shop::open(options);
  if (!shop) return;
  Actor actor;
  actor.name = wish.asked_by;
  journal_alone((*shop)->state(), actor, {"restore", generation, wish.target});
}

}  // namespace

Result<backup::BackupResult> create_backup(Shop& shop, const Actor& actor, const std::string& target,
                                           const std::string& passphrase, Task& task) {
  TRY(require_right(shop, actor, domain::Right::backup, target));
  auto& state = shop.state();
  TRY(settle_passphrase(state, passphrase));
  const auto store = TRY(make_target(state, target));
  storage::BackupSource source(*state.env, *state.db, state.device(), task);
  const backup::BackupMeta meta{state.device(), state.terminal, actor.name, kProgramVersion};
  // The ring is copied out, so that nobody waits for a lock while the backup runs.
  auto ring = TRY(state.keys->with_ring([&](security::RingFile& file) -> Result<security::RingFile> {
    return security::RingFile::open_with_pc_key(TRY(file.encode(state.random)), state.keys->pc_key());
  }));
  auto result = backup::create_backup(source, *store, ring, meta, state.clock, state.random, task);
  journal_alone(state, actor,
                {result ? "backup" : "backup.failed", result ? result->manifest.generation : target,
                 result ? std::string() : result.error().message});
  if (result) {
    const auto noted = state.db->write([&](storage::Transaction& tx) {
      return storage::set_meta_text(tx, "backup.last", to_rfc3339(state.clock.now()));
    });
    if (!noted) return fail(noted.error());
  }
  return result;
}

Result<std::vector<GenerationRow>> list_generations(Shop& shop, const std::string& target,
                                                    const std::string& passphrase) {
  auto& state = shop.state();
  const auto store = TRY(open_target(*state.env, target));
  std::vector<GenerationRow> rows;
  for (const auto& listed : TRY(backup::list_backups(*store, TRY(keys_of(state, passphrase))))) {
    GenerationRow row;
    row.generation = listed.generation;
    row.kind = "full";
    if (listed.error) row.problem = listed.error->message;
    if (listed.manifest) {
      row.device_name = listed.manifest->device_name;
      row.at = listed.manifest->created_at;
      row.plain_bytes = listed.manifest->plain_size;
      row.stored_bytes = listed.manifest->stored_size;
      row.new_bytes = listed.manifest->new_bytes;
      row.sales = listed.manifest->marker.sales;
      row.last_receipt = listed.manifest->marker.last_receipt;
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

Result<backup::VerifyResult> verify_generation(Shop& shop, const std::string& target, const std::string& generation,
                                               const std::string& passphrase, Task& task) {
  auto& state = shop.state();
  const auto store = TRY(open_target(*state.env, target));
  const auto keys = TRY(keys_of(state, passphrase));
  return backup::verify_backup(*store, keys, TRY(backup::find_backup(*store, keys, generation)), task);
}

Result<backup::PruneResult> prune_generations(Shop& shop, const Actor& actor, const std::string& target,
                                              std::uint32_t keep, Task& task) {
  TRY(require_right(shop, actor, domain::Right::backup, target));
  auto& state = shop.state();
  const auto store = TRY(open_target(*state.env, target));
  const auto keys = TRY(keys_of(state, {}));
  auto pruned = TRY(backup::prune_backups(*store, keys, state.device(), keep, {}, task));
  journal_alone(state, actor, {"backup.prune", target, fmt::format("{} removed", pruned.removed.size())});
  return pruned;
}

Result<RestoreReport> restore_shop(const RestoreWish& wish, Task& task) {
  SystemClock clock;
  SystemRandom random;
  const auto env = storage::make_real_env();
  const storage::FolderPaths paths{wish.folder};
  const auto store = TRY(open_target(*env, wish.target));
  const bool over = env->exists(paths.database());
  std::unique_ptr<storage::ShopFolder> held;
  if (over) held = TRY(storage::ShopFolder::open(*env, wish.folder));
  const auto pc = TRY(load_pc_key(*env, paths, random));
  const auto ring = TRY(ring_for(*env, paths, *store, wish, pc.key, random));
  const auto keys = backup::BackupKeys::from(ring.ring);
  const auto manifest = TRY(backup::find_backup(*store, keys, wish.generation));
  if (!over) TRY(env->make_dirs(wish.folder));
  const auto database = TRY(key_for_restored(*env, paths, pc.key, wish, ring.ring, random));
  auto seal = TRY(storage::FolderSeal::establish(paths.root, database));
  if (over) seal_what_is_there(*env, paths);
  const auto lockouts = over ? present_lockouts(paths) : std::map<Id, security::ThrottleState>{};
  const auto result = over ? TRY(storage::restore_over(*env, *store, keys, manifest, wish.folder, clock, task))
                           : TRY(storage::restore_to_new_folder(*env, *store, keys, manifest, wish.folder, task));
  TRY(env->make_dirs(paths.keys()));
  TRY(make_folder_a_shop(*env, paths, ring, pc.key, clock, random));
  const security::KeyRing* const only[] = {&ring.ring};
  TRY(write_database_key(*env, paths, database, only, random));
  if (const auto carried = carry_lockouts(paths, lockouts); !carried)
    log::warning("after the restore: {}", carried.error().message);
  seal.reset();
  held.reset();
  journal_restore(wish, manifest.generation);
  return RestoreReport{manifest.generation, result.replaced_folder, result.marker.last_receipt, result.marker.sales};
}

}  // namespace till::app

#include "app/restores.hpp"

#include <fmt/format.h>

#include "app/backup_target.hpp"
#include "app/backups.hpp"
#include "app/journal.hpp"
#include "app/key_files.hpp"
#include "app/restore_machine.hpp"
#include "app/restore_seal.hpp"
#include "backup/sabotage.hpp"
#include "core/log.hpp"
#include "storage/backup_media.hpp"
#include "storage/backup_restore.hpp"
#include "storage/backup_until.hpp"
#include "storage/image_file.hpp"
#include "storage/tables.hpp"
#include "sync/ring_keys.hpp"

namespace till::app {
namespace {

// Those of a master key that was replaced open what was saved before that.
std::optional<backup::BackupKeys> keys_that_find(backup::ObjectStore& store, const security::KeyRing& ring,
                                                 const RestoreWish& wish) {
  for (auto& keys : backup::BackupKeys::all_from(ring)) {
    const bool found = wish.until ? backup::find_around(store, keys, *wish.until).has_value()
                                  : backup::find_backup(store, keys, wish.generation).has_value();
    if (found) return std::move(keys);
  }
  return std::nullopt;
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
      if (wish.passphrase.empty() || keys_that_find(store, own->ring, wish)) return own;
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

Result<backup::Around> chosen(backup::ObjectStore& store, const backup::BackupKeys& keys, const RestoreWish& wish) {
  if (!wish.until) return backup::Around{TRY(backup::find_backup(store, keys, wish.generation)), std::nullopt};
  if (wish.generation != "latest") {
    return invalid("a point in time chooses the backup itself: say \"latest\" instead of a backup's name");
  }
  return backup::find_around(store, keys, *wish.until);
}

ShopOptions options_of(const RestoreMachine& machine, const RestoreWish& wish) {
  ShopOptions options;
  options.folder = wish.folder;
  options.clock = &machine.clock;
  options.random = &machine.random;
  options.env = &machine.env;
  return options;
}

// What is there now, in the same place as a generation of its own. A shop that does not open cannot be saved so; its
// files move aside all the same.
void save_present(const RestoreMachine& machine, const RestoreWish& wish, RestoreReport& report, Task& task) {
  if (!wish.save_first || backup::sabotaged(backup::Sabotage::no_safety_backup)) return;
  const auto saved = [&]() -> Result<std::string> {
    auto options = options_of(machine, wish);
    options.passphrase = wish.passphrase;
    const auto shop = TRY(Shop::open(options));
    return TRY(save_before_restore(*shop, wish.target, wish.asked_by, task)).manifest.generation;
  }();
  if (saved) {
    report.saved_as = *saved;
    return;
  }
  report.not_saved = saved.error().message;
  log::warning("the present data was not saved before the restore: {} ({})", saved.error().message,
               saved.error().cause);
}

struct Identity {
  security::DeviceIdentity device;
  bool is_new = false;
};

Result<Identity> identity_of(storage::Env& env, const storage::FolderPaths& paths, const security::SecretBytes& pc_key,
                             Clock& clock, Random& random) {
  if (env.exists(storage::join_path(paths.keys(), "device"))) {
    auto known = read_identity(env, paths, pc_key);
    if (known) return Identity{std::move(*known), false};
    // Damaged, or made on another PC: it cannot say who this is any more. A new terminal, with the same shop.
    if (known.error().kind != ErrorKind::corrupt && known.error().kind != ErrorKind::denied) return fail(known.error());
  }
  return Identity{TRY(security::DeviceIdentity::generate(clock, random)), true};
}

// Reads the later generation's log into the restored database.
class Continuation {
 public:
  Continuation(const security::RingFile& ring, const security::DeviceIdentity& identity, UtcTime until, UtcTime now,
               Random& random, Task& task)
      : ring_(ring), keys_(ring.ring, identity.signing, random), until_(until), now_(now), task_(task) {}

  Status open(storage::Env& env, backup::ObjectStore& store, const backup::BackupKeys& keys,
              const backup::Manifest& later, const std::string& folder) {
    later_ = TRY(storage::OpenedImage::open(env, store, keys, later, folder, task_));
    for (const auto& device : TRY(storage::load_all<domain::Device>(later_->connection()))) {
      keys_.set_device(device.id, device.signing_key);
    }
    return {};
  }
  Status amend(storage::Transaction& tx) {
    replayed_ = TRY(storage::replay_until(tx, later_->connection(), ring_.ring.tenant(), keys_, until_, now_, task_));
    return {};
  }
  [[nodiscard]] const storage::Replayed& replayed() const { return replayed_; }

 private:
  const security::RingFile& ring_;
  sync::RingKeys keys_;
  UtcTime until_, now_;
  Task& task_;
  std::unique_ptr<storage::OpenedImage> later_;
  storage::Replayed replayed_;
};

void journal_restore(const RestoreMachine& machine, const RestoreWish& wish, const RestoreReport& report) {
  const auto shop = Shop::open(options_of(machine, wish));
  if (!shop) return;
  Actor actor;
  actor.name = wish.asked_by;
  auto detail = wish.target;
  if (wish.until) detail += fmt::format("; until {}, {} changes taken", to_rfc3339(*wish.until), report.changes_taken);
  if (!report.saved_as.empty()) detail += "; saved before as " + report.saved_as;
  journal_alone((*shop)->state(), actor, {"restore", report.generation, detail});
}

// What a restore works on, from the first look to the end.
class Restoration {
 public:
  Restoration(const RestoreMachine& machine, const RestoreWish& wish, Task& task)
      : machine_(machine),
        wish_(wish),
        task_(task),
        clock_(machine.clock),
        random_(machine.random),
        env_(machine.env),
        paths_{wish.folder} {}

  Result<RestoreReport> run() {
    store_ = TRY(open_backup_target_closed(env_, wish_.folder, wish_.target, clock_, random_));
    over_ = env_.exists(paths_.database());
    TRY(refuse_while_open());
    const auto pc = TRY(load_pc_key(env_, paths_, random_));
    auto ring = TRY(ring_for(env_, paths_, *store_, wish_, pc.key, random_));
    auto found = keys_that_find(*store_, ring.ring, wish_);
    const auto keys = found ? std::move(*found) : backup::BackupKeys::from(ring.ring);
    const auto around = TRY(chosen(*store_, keys, wish_));
    TRY(backup::verify_backup(*store_, keys, around.before, {backup::ProofKind::structure, 0, 1}, task_));
    report_.generation = around.before.generation;
    if (over_) save_present(machine_, wish_, report_, task_);
    TRY(env_.make_dirs(wish_.folder));
    const auto identity = TRY(identity_of(env_, paths_, pc.key, clock_, random_));
    if (over_) held_ = TRY(storage::ShopFolder::open(env_, wish_.folder));
    auto seal = TRY(RestoreSeal::establish(env_, paths_, pc.key, wish_.passphrase, ring.ring, random_));
    TRY(restore(ring, keys, identity.device, around));
    ring.data_is_sealed = true;
    TRY(write_ring(env_, paths_, ring, random_));
    TRY(seal->settle(ring.ring, random_));
    if (identity.is_new) TRY(write_identity(env_, paths_, identity.device, pc.key, random_));
    storage::BackupMedia media(env_, wish_.folder);
    report_.media_files = TRY(backup::restore_media(*store_, keys, around.before, media, task_));
    seal.reset();
    held_.reset();
    journal_restore(machine_, wish_, report_);
    return std::move(report_);
  }

 private:
  Status refuse_while_open() {
    if (over_) TRY(storage::ShopFolder::open(env_, wish_.folder));
    return {};
  }

  Status restore(const security::RingFile& ring, const backup::BackupKeys& keys,
                 const security::DeviceIdentity& identity, const backup::Around& around) {
    const auto until = wish_.until.value_or(UtcTime{});
    Continuation continuation(ring, identity, until, std::max(until, clock_.now()), random_, task_);
    storage::Amend amend;
    if (wish_.until && around.after) {
      TRY(continuation.open(env_, *store_, keys, *around.after, wish_.folder));
      amend = [&](storage::Transaction& tx) { return continuation.amend(tx); };
      report_.continued_with = around.after->generation;
    }
    const auto result =
        over_ ? TRY(storage::restore_over(env_, *store_, keys, around.before, wish_.folder, clock_, task_, amend))
              : TRY(storage::restore_to_new_folder(env_, *store_, keys, around.before, wish_.folder, task_, amend));
    report_.replaced_folder = result.replaced_folder;
    report_.last_receipt = result.marker.last_receipt;
    report_.sales = result.marker.sales;
    report_.changes_taken = continuation.replayed().records;
    return {};
  }

  const RestoreMachine& machine_;
  const RestoreWish& wish_;
  Task& task_;
  Clock& clock_;
  Random& random_;
  storage::Env& env_;
  storage::FolderPaths paths_;
  std::unique_ptr<backup::ObjectStore> store_;
  std::unique_ptr<storage::ShopFolder> held_;
  bool over_ = false;
  RestoreReport report_;
};

}  // namespace

Result<RestoreReport> restore_shop(const RestoreWish& wish, Task& task) {
  SystemClock clock;
  SystemRandom random;
  const auto env = storage::make_real_env();
  return restore_shop_on({*env, clock, random}, wish, task);
}

Result<RestoreReport> restore_shop_on(const RestoreMachine& machine, const RestoreWish& wish, Task& task) {
  return Restoration(machine, wish, task).run();
}

}  // namespace till::app

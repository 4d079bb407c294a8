#include "app/backup_target.hpp"

#include "app/key_passphrase.hpp"
#include "storage/folder_store.hpp"

namespace till::app {

Result<std::unique_ptr<backup::ObjectStore>> open_backup_target(storage::Env& env, const std::string& target) {
  if (target.empty()) return invalid("say where the backups are: a folder, for example /media/stick/backup");
  if (!env.exists(target)) return invalid("there is no folder '" + target + "'; is the stick plugged in?");
  return TRY(storage::FolderStore::open(env, target));
}

Result<std::unique_ptr<backup::ObjectStore>> make_backup_target(ShopState& state, const std::string& target) {
  if (target.empty()) return invalid("say where the backup should go: a folder, for example /media/stick/backup");
  TRY(state.env->make_dirs(target));
  return TRY(storage::FolderStore::create(*state.env, target, state.clock, state.random));
}

Result<backup::BackupKeys> backup_keys(ShopState& state, const std::string& passphrase) {
  TRY(settle_passphrase(state, passphrase));
  return state.keys->with_ring([](security::RingFile& file) { return backup::BackupKeys::from(file.ring); });
}

Result<security::RingFile> copied_ring(ShopState& state) {
  return state.keys->with_ring([&](security::RingFile& file) -> Result<security::RingFile> {
    return security::RingFile::open_with_pc_key(TRY(file.encode(state.random)), state.keys->pc_key());
  });
}

}  // namespace till::app

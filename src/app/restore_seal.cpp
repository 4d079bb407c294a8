#include "app/restore_seal.hpp"

#include "app/key_files.hpp"
#include "core/log.hpp"
#include "storage/lockouts.hpp"
#include "storage/seal_database.hpp"

namespace till::app {

Result<std::unique_ptr<RestoreSeal>> RestoreSeal::establish(storage::Env& env, const storage::FolderPaths& paths,
                                                            const security::SecretBytes& pc_key,
                                                            const std::string& passphrase,
                                                            const security::KeyRing& ring, Random& random) {
  std::unique_ptr<RestoreSeal> made(new RestoreSeal(env, paths));
  TRY(made->make_key(pc_key, passphrase, ring, random));
  made->seal_ = TRY(storage::FolderSeal::establish(paths.root, made->key_));
  if (env.exists(paths.database())) {
    made->seal_what_is_there();
    made->remember_lockouts();
  }
  return made;
}

RestoreSeal::~RestoreSeal() {
  if (settled_ || is_own_key_) return;
  const auto undone =
      put_aside_.empty() ? env_.remove(database_key_path(paths_)) : env_.rename(put_aside_, database_key_path(paths_));
  if (!undone) log::warning("after a restore that failed: {}", undone.error().message);
}

Status RestoreSeal::make_key(const security::SecretBytes& pc_key, const std::string& passphrase,
                             const security::KeyRing& ring, Random& random) {
  TRY(env_.make_dirs(paths_.keys()));
  std::vector<const security::KeyRing*> rings = {&ring};
  const auto present = read_ring(env_, paths_, pc_key, passphrase, random);
  auto key = present ? database_key(env_, paths_, present->ring, false, random)
                     : Result<security::SecretBytes>(fail(present.error()));
  is_own_key_ = key.has_value();
  if (is_own_key_) {
    rings.push_back(&present->ring);
  } else {
    put_aside_ = TRY(keep_unreadable_database_key(env_, paths_));
    key = security::SecretBytes::random(random);
  }
  key_ = std::move(*key);
  return write_database_key(env_, paths_, key_, rings, random);
}

// What moves aside is as readable to a thief as what takes its place. A damaged database stays as it is.
void RestoreSeal::seal_what_is_there() {
  const auto plain = storage::is_plain_database(paths_.database(), {});
  if (!plain || !*plain) return;
  if (const auto sealed = storage::seal_database(env_, paths_.database()); !sealed)
    log::warning("before the restore: {}", sealed.error().message);
}

// A restore must not be a way to try PINs anew. Nothing is remembered where the present data cannot be read.
void RestoreSeal::remember_lockouts() {
  const auto conn = storage::Connection::open(paths_.database(), storage::Access::read_only);
  if (!conn) return;
  if (auto read = storage::lockouts(**conn)) lockouts_ = std::move(*read);
}

Status RestoreSeal::settle(const security::KeyRing& ring, Random& random) {
  const security::KeyRing* const only[] = {&ring};
  TRY(write_database_key(env_, paths_, key_, only, random));
  settled_ = true;
  const auto conn = TRY(storage::Connection::open(paths_.database(), storage::Access::read_write));
  if (const auto carried = storage::keep_lockouts(*conn, lockouts_); !carried)
    log::warning("after the restore: {}", carried.error().message);
  return {};
}

}  // namespace till::app

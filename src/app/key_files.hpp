// The key files of a shop. The PC's key lies with the user of the PC ($TILLSTICK_PC_KEY, else
// $XDG_CONFIG_HOME/tillstick/pc.key, else ~/.config/tillstick/pc.key), so that a stick alone opens nothing; where there
// is no such place to write to it lies in the data folder, and `doctor` says so. keys/ring, keys/device and
// keys/database (the key that the folder's databases are sealed under) lie in the data folder.
#pragma once

#include <optional>
#include <string>

#include "core/clock.hpp"
#include "core/random.hpp"
#include "security/database_key.hpp"
#include "security/device_identity.hpp"
#include "security/ring_file.hpp"
#include "storage/env.hpp"
#include "storage/shop_folder.hpp"

namespace till::app {

struct PcKey {
  security::SecretBytes key;
  bool on_stick = false;
};

// Made at first use.
Result<PcKey> load_pc_key(storage::Env& env, const storage::FolderPaths& paths, Random& random);

Status write_ring(storage::Env& env, const storage::FolderPaths& paths, const security::RingFile& ring, Random& random);
// Whether a shop's keys lie in the folder.
bool has_ring(storage::Env& env, const storage::FolderPaths& paths);
// Of a shop that could not be made.
void remove_keys(storage::Env& env, const storage::FolderPaths& paths);
// With the PC's key; on another PC with the passphrase, after which this PC's key opens it, too.
Result<security::RingFile> read_ring(storage::Env& env, const storage::FolderPaths& paths,
                                     const security::SecretBytes& pc_key, const std::string& passphrase,
                                     Random& random);

// The folder's database key; made where there is none and either no database or a plain one, which is sealed with it
// then. Denied when it was sealed under another ring, corrupt when the file is gone and a sealed database is there.
Result<security::SecretBytes> database_key(storage::Env& env, const storage::FolderPaths& paths,
                                           const security::KeyRing& ring, bool nothing_sealed_yet, Random& random);
// Under all of these rings: before a ring takes another's place under both, afterwards under the new one alone.
Status write_database_key(storage::Env& env, const storage::FolderPaths& paths, const security::SecretBytes& key,
                          std::span<const security::KeyRing* const> rings, Random& random);

// keys/database-next: the key that takes the place of the folder's database key when the shop is opened next
// (shop_seal.hpp), made when the master key under which the present one lay became known.
Status write_next_database_key(storage::Env& env, const storage::FolderPaths& paths, const security::KeyRing& ring,
                               Random& random);
// Nothing when none waits. One that does not open with this ring is put aside as keys/database-old, and made anew.
Result<std::optional<security::SecretBytes>> next_database_key(storage::Env& env, const storage::FolderPaths& paths,
                                                               const security::KeyRing& ring, Random& random);
bool has_next_database_key(storage::Env& env, const storage::FolderPaths& paths);
// In the place of the present one, which is gone then. A copy first, then the next one goes: at any moment one of the
// two files has it, also on a stick whose file system renames in two steps.
Status use_next_database_key(storage::Env& env, const storage::FolderPaths& paths);

std::string database_key_path(const storage::FolderPaths& paths);
// Out of the way of a new one: what was sealed with it stays beside the restored shop, for whoever finds its ring.
// Returns where it is now; empty when there was none.
Result<std::string> keep_unreadable_database_key(storage::Env& env, const storage::FolderPaths& paths);
// The same, and the present one stays in its place.
Status keep_copy_of_database_key(storage::Env& env, const storage::FolderPaths& paths);

Status write_identity(storage::Env& env, const storage::FolderPaths& paths, const security::DeviceIdentity& identity,
                      const security::SecretBytes& pc_key, Random& random);
// Denied on another PC: a copied stick does not carry its identity along.
Result<security::DeviceIdentity> read_identity(storage::Env& env, const storage::FolderPaths& paths,
                                               const security::SecretBytes& pc_key);

}  // namespace till::app

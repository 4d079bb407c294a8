// The places of backups as this program names them, and the keys that open what lies there.
#pragma once

#include <memory>
#include <string>

#include "app/shop_state.hpp"
#include "backup/keys.hpp"
#include "backup/object_store.hpp"

namespace till::app {

// Refused with a sentence when there is no such place, or nothing was ever set up there.
Result<std::unique_ptr<backup::ObjectStore>> open_backup_target(storage::Env& env, const std::string& target);
// Sets a new place up.
Result<std::unique_ptr<backup::ObjectStore>> make_backup_target(ShopState& state, const std::string& target);

// With the passphrase settled (key_passphrase.hpp).
Result<backup::BackupKeys> backup_keys(ShopState& state, const std::string& passphrase);
// A copy of the ring, so that nobody waits for a lock while a backup runs.
Result<security::RingFile> copied_ring(ShopState& state);

}  // namespace till::app

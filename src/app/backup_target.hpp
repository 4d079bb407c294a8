// The places of backups as this program names them, and the keys that open what lies there.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/shop.hpp"
#include "app/shop_state.hpp"
#include "backup/keys.hpp"
#include "backup/object_store.hpp"

namespace till::app {

// `target` is the name of a place in the list (backup_targets.hpp) or a folder's path, with a slash in it. Refused with
// a sentence when there is no such place, or nothing was ever set up there.
Result<std::unique_ptr<backup::ObjectStore>> open_backup_target(Shop& shop, const std::string& target);
// Sets a new folder up.
Result<std::unique_ptr<backup::ObjectStore>> make_backup_target(Shop& shop, const std::string& target);

// For a shop that is closed or not there yet. A name is looked up in the shop in `folder`, which is opened for a
// moment; "stick:" is whatever marked stick is plugged in, when there is one and no more.
constexpr std::string_view kAnyStick = "stick:";
Result<std::unique_ptr<backup::ObjectStore>> open_backup_target_closed(storage::Env& env, const std::string& folder,
                                                                       const std::string& target, Clock& clock,
                                                                       Random& random);
// The names of the places in the list; of the shop in `folder` none where no shop can be opened there.
Result<std::vector<std::string>> target_names(Shop& shop);
std::vector<std::string> target_names_closed(const std::string& folder);
// A word without a slash names a place and never makes a folder; "./word" does.
bool is_bare_word(std::string_view target);
// Invalid: says which places there are and how to name a folder.
Error unknown_place(std::string_view target, const std::vector<std::string>& names);

// With the passphrase settled (key_passphrase.hpp).
Result<backup::BackupKeys> backup_keys(ShopState& state, const std::string& passphrase);
// A copy of the ring, so that nobody waits for a lock while a backup runs.
Result<security::RingFile> copied_ring(ShopState& state);

}  // namespace till::app

// A database written anew under a key and put in the place of the old one: what an older program left plain, and what
// was sealed under a key that is not to be used any more. One way for both: the log is emptied into the database, a
// copy is made beside it (`<path>.sealing.part`), checked, synced and renamed into its place. A power cut at any moment
// leaves the one or the other under the name, whole, with the part at most beside it, which the next attempt or the
// folder's opening removes. Needs room for the copy. Nobody has the database open.
//
// `vfs` is the one below the seal; empty: SQLite's own. What the file system keeps of the old file's blocks is out of
// reach.
#pragma once

#include <string>
#include <vector>

#include "core/result.hpp"
#include "security/secret_bytes.hpp"
#include "storage/env.hpp"

namespace till::storage {

// From plain to the key of its folder, which is sealed (folder_seal.hpp). A database of another program or of a newer
// one is refused and left alone.
Status seal_database(Env& env, const std::string& path, const std::string& vfs = {});
// From one key to another, whatever its folder is sealed with.
Status reseal_database(Env& env, const std::string& path, const std::string& vfs, const security::SecretBytes& from,
                       const security::SecretBytes& to);

// True for a file that begins as a plain SQLite database does; false when it is not there.
Result<bool> is_plain_database(const std::string& path, const std::string& vfs);
// True when its first page opens with the key; false when it is not there. One that a power cut tore opens with none.
Result<bool> is_sealed_with(const std::string& path, const std::string& vfs, const security::SecretBytes& key);

// The other databases of a shop's folder, by path: copies before upgrades and what restores moved aside.
Result<std::vector<std::string>> databases_beside(Env& env, const std::string& folder);

}  // namespace till::storage

// The seal of a shop's folder when it is opened: what an older program left plain is sealed, and what was sealed under
// a key that is to go is sealed under the next one (key_files.hpp: keys/database-next). Both before anything of the
// folder is open, both by writing the database anew (storage/seal_database.hpp), so that a power cut leaves a shop that
// opens and tries again at its next start.
#pragma once

#include <memory>
#include <string>

#include "core/result.hpp"
#include "storage/folder_seal.hpp"

namespace till::app {

struct ShopState;

// What the strip says while a new master's database key waits for the next start.
constexpr const char* kStartAgainForNewKey =
    "The keys were replaced: start the program again, so that the shop's data is sealed with the new one";

struct SealedShop {
  std::unique_ptr<storage::FolderSeal> seal;  // null: the data is plain still
  std::string warning;                        // a sentence for the strip: what could not be done now
  bool written_anew = false;                  // the database is another file now than it was before
};

// Where there is no room for a copy the shop sells all the same, and the next start tries again. `vfs` is the one below
// the seal.
Result<SealedShop> seal_shop(ShopState& state, const std::string& vfs);

}  // namespace till::app

// Puts a generation back as a database. The image goes to a new file (`till.db.restore.part`), is checked by SQLite
// (integrity_check), for its schema version and against the manifest's content marker, and gets the meta key
// `restored_from` (the generation's id), by which the program knows that it must begin a new incarnation; all that
// before the present data is touched. Over a present shop then:
//
//   1. `restore.pending` (the name of the folder below) is written
//   2. till.db, till.db-wal, till.db-shm and till.db-journal move together into `replaced-<UTC time>/`
//   3. the new file is renamed in, the folder synced, the database opened and its content marker compared once more
//   4. `restore.pending` is removed
//
// Whatever fails after step 1 puts the old files back. If the machine stops there, recover_interrupted_restore, called
// before anything opens the database or sweeps the folder, puts them back or completes step 4. A -wal file left beside
// a restored database would silently undo the restore: that is why the files move together and the marker is compared.
//
// The caller holds the folder's lock and has closed the Database. Old data is never deleted here.
#pragma once

#include <functional>
#include <string>

#include "backup/restore.hpp"
#include "core/clock.hpp"
#include "storage/env.hpp"
#include "storage/shop_folder.hpp"

namespace till::storage {

struct RestoreResult {
  backup::ContentMarker marker;  // of what is there now
  std::string replaced_folder;   // path of what was there before; empty for a new folder
};

constexpr const char* kRestoredFromKey = "restored_from";

// What is done to the restored database, brought to this program's schema, in one transaction before it takes its place
// (replay_until); may be empty.
using Amend = std::function<Status(Transaction&)>;

// Refused (invalid) if the folder has a database already.
Result<RestoreResult> restore_to_new_folder(Env& env, backup::ObjectStore& store, const backup::BackupKeys& keys,
                                            const backup::Manifest& manifest, const std::string& folder, Task& task,
                                            const Amend& amend = {});
Result<RestoreResult> restore_over(Env& env, backup::ObjectStore& store, const backup::BackupKeys& keys,
                                   const backup::Manifest& manifest, const std::string& folder, Clock& clock,
                                   Task& task, const Amend& amend = {});

enum class RestoreRecovery : unsigned char { nothing_to_do, put_back, completed };
Result<RestoreRecovery> recover_interrupted_restore(Env& env, const std::string& folder);

}  // namespace till::storage

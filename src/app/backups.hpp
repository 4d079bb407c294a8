// Backups of this shop in a place: made while selling, listed, proved, pruned. `target` is the name of a place in the
// list (backup_targets.hpp) or a folder's path. What writes there holds the place's lock (backup_lock.hpp). What brings
// them back is in restores.hpp and restore_parts.hpp. Any thread; long, so each takes a Task.
#pragma once

#include <string>
#include <vector>

#include "app/actor.hpp"
#include "backup/create.hpp"
#include "backup/restore.hpp"
#include "backup/retention.hpp"
#include "core/task.hpp"

namespace till::app {

struct BackupChoice {
  bool full = false;        // whatever could be continued
  bool with_media = false;  // product pictures and the receipt's logo, too
};
// The passphrase, when given, becomes the recovery passphrase if the shop has none yet; otherwise it must be the right
// one.
Result<backup::BackupResult> create_backup(Shop& shop, const Actor& actor, const std::string& target,
                                           const std::string& passphrase, Task& task, const BackupChoice& choice = {});
// The same without asking for a right, for the schedule; journalled under the actor's name.
Result<backup::BackupResult> create_unasked(Shop& shop, const Actor& actor, const std::string& target, Task& task,
                                            const BackupChoice& choice = {});
// Neither asked for nor journalled: before a restore.
Result<backup::BackupResult> save_before_restore(Shop& shop, const std::string& target, const std::string& who,
                                                 Task& task);

// A full one under a ring that is not in use yet, its right checked already; journalled.
Result<backup::BackupResult> save_under(Shop& shop, const Actor& actor, const std::string& target,
                                        const security::KeyRing& ring, Task& task);

struct GenerationRow {
  std::string generation, kind, device_name, problem;  // problem: why it cannot be used, else empty
  UtcTime at;
  std::uint64_t plain_bytes = 0, stored_bytes = 0, new_bytes = 0, sales = 0, media_files = 0;
  std::string last_receipt;
  std::string parent, base;  // of an increment: what it continues, and the full one at the beginning
  bool before_restore = false;
  bool verified = false;   // it can be restored: it proved itself, and nobody found it or its base bad since
  std::string last_proof;  // how, "made", "whole", "drill"; empty: never
  UtcTime last_proved_at;
  Id device;
  security::AuditHead journal;  // where the device's audit journal stood
};
Result<std::vector<GenerationRow>> list_generations(Shop& shop, const std::string& target,
                                                    const std::string& passphrase);

// What came of it is written down (backup/proofs.hpp, damage.hpp; place_records.hpp). `depth.kind` part with
// `depth.parts` only: the turn's part.
Result<backup::VerifyResult> verify_generation(Shop& shop, const std::string& target, const std::string& generation,
                                               const std::string& passphrase, Task& task,
                                               const backup::VerifyDepth& depth = {});
// Restores it into a scratch folder beside the data, opens it as a database, compares what it holds, and removes it.
Status drill_generation(Shop& shop, const std::string& target, const std::string& generation,
                        const std::string& passphrase, Task& task);
// The same for who has looked it up already. What came of it is written down as above, and with the place's days to the
// next drill (drill_records.hpp).
Status drill_listed(Shop& shop, backup::ObjectStore& store, const backup::BackupKeys& keys,
                    const backup::Manifest& manifest, const std::string& target, Task& task);

Result<backup::PruneResult> prune_generations(Shop& shop, const Actor& actor, const std::string& target,
                                              const backup::RetentionRule& rule, Task& task);
Result<backup::PruneResult> prune_unasked(Shop& shop, const Actor& actor, const std::string& target,
                                          const backup::RetentionRule& rule, Task& task);

}  // namespace till::app

// Backups of this shop in a folder: made while selling, listed, verified, pruned; restored over the present data or
// into a new folder. Targets are folders (a stick is one, too). Any thread; long, so each takes a Task.
#pragma once

#include <string>
#include <vector>

#include "app/actor.hpp"
#include "backup/create.hpp"
#include "backup/restore.hpp"
#include "backup/retention.hpp"
#include "core/task.hpp"

namespace till::app {

// The passphrase, when given, becomes the recovery passphrase if the shop has none yet; otherwise it must be the right
// one.
Result<backup::BackupResult> create_backup(Shop& shop, const Actor& actor, const std::string& target,
                                           const std::string& passphrase, Task& task);

struct GenerationRow {
  std::string generation, kind, device_name, problem;  // problem: why it cannot be read, else empty
  UtcTime at;
  std::uint64_t plain_bytes = 0, stored_bytes = 0, new_bytes = 0, sales = 0;
  std::string last_receipt;
  Id device;
  security::AuditHead journal;  // where the device's audit journal stood
};
Result<std::vector<GenerationRow>> list_generations(Shop& shop, const std::string& target,
                                                    const std::string& passphrase);
Result<backup::VerifyResult> verify_generation(Shop& shop, const std::string& target, const std::string& generation,
                                               const std::string& passphrase, Task& task);
Result<backup::PruneResult> prune_generations(Shop& shop, const Actor& actor, const std::string& target,
                                              std::uint32_t keep, Task& task);

struct RestoreWish {
  std::string folder;  // the data folder; may be new
  std::string target, generation;
  std::string passphrase;  // needed for a new folder or another PC
  std::string asked_by;    // for the journal
};
struct RestoreReport {
  std::string generation, replaced_folder, last_receipt;
  std::uint64_t sales = 0;
};
// The shop must be closed. Refused, with the present data untouched, when anything about the backup is wrong. What was
// there moves aside; the restored shop begins a new part of its log, so that sync heals and no number is used twice.
Result<RestoreReport> restore_shop(const RestoreWish& wish, Task& task);

}  // namespace till::app

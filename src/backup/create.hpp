// Makes a backup: pieces, then the manifest, then the proof that it was read back. The first one is full, and the
// following ones are increments against the one before, until the chain is long or has grown to a share of its full one
// (ChainRule); then comes a full one, which stores only the pieces that are not there yet.
//
// It succeeds only after every piece of the generation, also those that earlier ones had stored, was read back from the
// store and compared; a stored piece found damaged is replaced. An increment is continued only from a verified parent
// whose chain is there. Interrupted, cancelled or failed at any point, earlier generations are whole and this one is
// invisible or unproven; what it had written is removed, or if the plug was pulled used or swept by the next run.
// Memory: a few pieces, and for an increment without a kept image one more for each link of the chain. One thread.
#pragma once

#include "backup/manifest.hpp"
#include "core/task.hpp"

namespace till::backup {

struct BackupMeta {
  Id device;
  std::string device_name, who, program_version;
};

// When a chain ends.
struct ChainRule {
  std::uint32_t increments_max = 30;
  std::uint32_t share_percent = 50;  // of what the full one takes in the store
};

struct BackupPlan {
  bool full = false;  // whatever the chain
  Purpose purpose = Purpose::ordinary;
  ChainRule chain;
  MediaSource* media = nullptr;  // null: media files are left out
};

struct BackupResult {
  Manifest manifest;
  bool ring_stored = false;  // false: no recovery passphrase is set, so this PC alone opens the backup
  std::uint64_t new_chunks = 0, reused_chunks = 0, repaired_chunks = 0;
  std::uint64_t swept_objects = 0;  // leftovers of earlier interrupted runs
};

Result<BackupResult> create_backup(PageSource& source, ObjectStore& store, const security::RingFile& ring,
                                   const BackupMeta& meta, Clock& clock, Random& random, Task& task,
                                   const BackupPlan& plan = {});

}  // namespace till::backup

// Makes a full backup: chunks, then the manifest. It succeeds only after every object of the generation, also those
// that earlier ones had stored, was read back from the store and compared; a stored chunk found damaged is replaced.
// Interrupted, cancelled or failed at any point, earlier generations are whole and this one is invisible; what it had
// written is removed, or if the plug was pulled used or swept by the next run. Memory: a few chunks. One thread.
#pragma once

#include "backup/manifest.hpp"
#include "core/task.hpp"

namespace till::backup {

struct BackupMeta {
  Id device;
  std::string device_name, who, program_version;
};

struct BackupResult {
  Manifest manifest;
  bool ring_stored = false;  // false: no recovery passphrase is set, so this PC alone opens the backup
  std::uint64_t new_chunks = 0, reused_chunks = 0, repaired_chunks = 0;
  std::uint64_t swept_objects = 0;  // leftovers of earlier interrupted runs
};

Result<BackupResult> create_backup(PageSource& source, ObjectStore& store, const security::RingFile& ring,
                                   const BackupMeta& meta, Clock& clock, Random& random, Task& task);

}  // namespace till::backup

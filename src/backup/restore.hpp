// Reads a generation back. Both check the manifest, each chunk (seal and content id) and the hash of the whole
// image; the first thing wrong ends it with its own sentence: missing, cut short, damaged. Nothing in the store
// changes.
#pragma once

#include "backup/list.hpp"
#include "core/task.hpp"

namespace till::backup {

struct VerifyResult {
  std::uint64_t chunks = 0;
  std::uint64_t plain_bytes = 0, stored_bytes = 0;
};

Result<VerifyResult> verify_backup(ObjectStore& store, const BackupKeys& keys, const Manifest& manifest, Task& task);

// Writes the image into the sink and finishes it only if all of it was right.
Status restore_backup(ObjectStore& store, const BackupKeys& keys, const Manifest& manifest, ImageSink& sink,
                      Task& task);

}  // namespace till::backup

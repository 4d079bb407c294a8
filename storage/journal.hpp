// Opens the writing connection with the journal that the volume can do: WAL, or TRUNCATE where shared memory does not
// work (some FAT and network drivers). A database is turned to WAL only after a probe on the same folder has worked;
// one that is WAL already and came to such a volume is turned back. A database that is not ours is not touched.
#pragma once

#include <memory>

#include "storage/database.hpp"

namespace till::storage {

struct OpenedWriter {
  std::unique_ptr<Connection> conn;
  bool wal = true;
};

Result<OpenedWriter> open_writing_connection(Env& env, const OpenOptions& options);

}  // namespace till::storage

// An SQLite VFS over another one that seals every page it writes and opens every page it reads: of the database, its
// write-ahead log and its rollback journal. SQLite above sees plain pages, the disk below sealed ones. Pages are of
// 4096 bytes and leave 32 free (security/page_seal.hpp); a database of another form cannot be written through it, so
// nothing is ever stored plain by mistake. What stays readable: the frame headers of the log and the records of a
// journal, page numbers and checksums of plain pages that is, and the shared memory file, which has page numbers.
//
// A page that is not what was sealed reads as SQLITE_IOERR_DATA; in a frame or a journal record that recovery looks at,
// as bytes whose checksum cannot be right, so that a tail torn by a power cut ends the log as it does without a seal.
// Temporary files are refused: ours are in memory (PRAGMA temp_store).
#pragma once

#include <memory>
#include <string>

#include "core/result.hpp"
#include "security/secret_bytes.hpp"

namespace till::storage {

class SealedVfs {
 public:
  // Over the VFS `base` (empty: SQLite's own), registered under a name of its own. Outlives every connection on it.
  static Result<std::unique_ptr<SealedVfs>> create(const std::string& base, const security::SecretBytes& key);
  ~SealedVfs();
  SealedVfs(const SealedVfs&) = delete;
  SealedVfs& operator=(const SealedVfs&) = delete;

  [[nodiscard]] const std::string& name() const;

  struct Impl;  // for SQLite's callbacks

 private:
  explicit SealedVfs(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace till::storage

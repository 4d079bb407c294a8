// A folder in which every database is sealed, whoever opens it: Connection::open asks here, so there is no way around
// the seal and no option to forget. Holds for the folder and those below it, from establish() to the destruction of the
// last holder; connections must be closed by then. Any thread.
//
// Images of databases (backups) are plain pages; the two functions below read and write them past SQLite.
#pragma once

#include <memory>
#include <string>

#include "core/result.hpp"
#include "security/secret_bytes.hpp"
#include "storage/env.hpp"

namespace till::security {
class PageSealer;
}

namespace till::storage {

class FolderSeal {
 public:
  // The same folder may be held several times under the same key; another key is refused.
  static Result<std::unique_ptr<FolderSeal>> establish(const std::string& folder, const security::SecretBytes& key);
  ~FolderSeal();
  // Leaves the folder sealed beyond this object, until end() is called for it.
  void keep() { kept_ = true; }
  static void end(const std::string& folder);
  FolderSeal(const FolderSeal&) = delete;
  FolderSeal& operator=(const FolderSeal&) = delete;

 private:
  explicit FolderSeal(std::string folder) : folder_(std::move(folder)) {}
  std::string folder_;
  bool kept_ = false;
};

// The VFS through which a database at `path` is opened: over `vfs` where its folder is sealed, `vfs` itself elsewhere.
Result<std::string> vfs_for(const std::string& path, const std::string& vfs);
// Named to Connection::open it leads past the folder's seal to this VFS: to what an older program left plain, or is
// sealed under another key. On a sealed database a plain one would throw the log away.
std::string past_the_seal(const std::string& vfs = {});
bool is_in_sealed_folder(const std::string& path);
// For the pages of a file at `path`; null where its folder is not sealed.
Result<std::unique_ptr<security::PageSealer>> sealer_for(const std::string& path);

// The plain pages of a database that nobody has open.
Result<std::unique_ptr<ReadableFile>> open_image_reader(Env& env, const std::string& path);
// Replaces `path` by a database from its plain pages, given from the first byte on. The image of a database that was
// never sealed has no room for the seal: it is written as it is, for seal_database (seal_database.hpp) afterwards.
Result<std::unique_ptr<WritableFile>> open_image_writer(Env& env, const std::string& path);

}  // namespace till::storage

// A generation as a database in a file of its own: written, synced, and then looked at as a database. What makes and
// checks it is the same for a restore, a restore drill and a look into a backup. In a sealed folder the file is sealed,
// also where the backup is older than the seal. One thread.
#pragma once

#include <string>

#include "backup/restore.hpp"
#include "storage/connection.hpp"
#include "storage/env.hpp"

namespace till::storage {

// Writes the image to `path` and checks it: SQLite's integrity_check, the schema's version, and that it holds what the
// manifest says. Permanent when there is no room. On failure nothing is left at `path`.
Status write_image(Env& env, backup::ObjectStore& store, const backup::BackupKeys& keys,
                   const backup::Manifest& manifest, const std::string& path, Task& task);

// The database and what SQLite keeps beside it; what is not there counts as removed.
Status remove_database_files(Env& env, const std::string& path);

// Restores into `folder`, checks as above, and removes what it wrote again, whatever came of it.
Status restore_drill(Env& env, backup::ObjectStore& store, const backup::BackupKeys& keys,
                     const backup::Manifest& manifest, const std::string& folder, Task& task);
// What a drill that a power cut ended left in `folder`; the next one removes it by itself.
Status remove_drill(Env& env, const std::string& folder);

// A generation's database in `folder`, brought to this program's schema, for looking into; gone with this object.
class OpenedImage {
 public:
  static Result<std::unique_ptr<OpenedImage>> open(Env& env, backup::ObjectStore& store, const backup::BackupKeys& keys,
                                                   const backup::Manifest& manifest, const std::string& folder,
                                                   Task& task);
  ~OpenedImage();
  OpenedImage(const OpenedImage&) = delete;
  OpenedImage& operator=(const OpenedImage&) = delete;
  [[nodiscard]] Connection& connection() { return *connection_; }

 private:
  OpenedImage(Env& env, std::string path) : env_(env), path_(std::move(path)) {}
  Env& env_;
  std::string path_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace till::storage

// The image of a live database for a backup. SQLite's backup interface copies it in steps of 128 KiB into a working
// copy beside the database (`<database>.backup.part`, sealed like the database, removed with this object, and swept at
// the next start if the plug was pulled). The steps run on the writer's connection, between its jobs and behind the
// sales that wait: SQLite writes what that connection changes meanwhile into the copy, too, so that no change begins
// it anew (only one that outgrew the writer's memory and was taken back), it needs no snapshot that would keep the log
// from being checkpointed, and is the state of the shop at its last step. The image is a database that needs no -wal,
// and its marker is read from itself. What goes into a backup is plain pages, which the backup's own keys seal: never
// sealed twice, and equal pages of two generations are equal. One thread, not the writer's.
//
// After a backup the working copy stays as `kept-images/<store id>-<generation>.image` beside the database, so that the
// next increment needs to read nothing from the store; the one before goes. It is a cache: not synced, sealed like
// the database, worth only what its hash says, and left out where the disk has no room for it and another copy. At
// most kKeptImagesMax stay, for as many stores.
#pragma once

#include <string>

#include "backup/pages.hpp"
#include "core/task.hpp"
#include "storage/database.hpp"
#include "storage/env.hpp"

namespace till::storage {

constexpr std::size_t kKeptImagesMax = 2;

// What a database holds, for comparing before and after: version, sales, the newest receipt, the ends of the logs, and
// the end of this device's audit chain.
Result<backup::ContentMarker> content_marker(Connection& conn, const Id& device);

class BackupSource final : public backup::PageSource {
 public:
  BackupSource(Env& env, Database& database, const Id& device, Task& task)
      : env_(env), database_(database), device_(device), task_(task), copy_path_(database.path() + ".backup.part") {}
  ~BackupSource() override;

  Result<backup::ImageInfo> begin() override;
  Result<Bytes> read(std::uint64_t offset, std::size_t size) override;
  std::unique_ptr<backup::KeptImage> kept_image(const Id& store, std::string_view generation) override;
  void keep_image(const Id& store, std::string_view generation) override;

 private:
  Status check_room();
  Status copy();
  Status copy_pages(Connection& target);
  Result<backup::ImageInfo> describe_copy();
  void remove_copy();
  Status remove_kept(const std::string& path);
  Status try_keep(const Id& store, std::string_view generation);
  [[nodiscard]] std::string kept_folder() const;

  Env& env_;
  Database& database_;
  Id device_;
  Task& task_;
  std::string copy_path_;
  std::unique_ptr<ReadableFile> file_;
};

}  // namespace till::storage

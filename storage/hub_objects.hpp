// The objects of a hub's tenants as files: each tenant's are a FolderStore of its own,
//
//   objects/<tenant id>/...     finished objects, under their own names; durable before they can be read
//   uploads/                    what is still arriving; emptied when the hub starts
//
// The file system is the only register: a name, its size and its bytes come into being by one rename, so that nothing
// can disagree after a crash and an administrator can copy the folder with ordinary tools. What a tenant uses is added
// up when it is first asked for and counted from then on.
//
// Bounds: an object 64 MiB, a tenant its quota (unfinished uploads count with their whole size), kMaxUploads unfinished
// uploads a tenant (the one longest untouched gives way), and kDiskReserveBytes of the disk stay free for the log.
#pragma once

#include <map>
#include <memory>

#include "backup/tenant_objects.hpp"
#include "core/clock.hpp"
#include "core/random.hpp"
#include "storage/folder_store.hpp"

namespace till::storage {

class HubObjectFolders final : public backup::TenantObjects {
 public:
  static constexpr std::uint64_t kDefaultQuotaBytes = 10ULL << 30;
  static constexpr std::uint64_t kDiskReserveBytes = 256ULL << 20;
  static constexpr std::size_t kMaxUploads = 32;

  // `root` is the hub's folder, which the caller owns (hub_folder.hpp). The references outlive it.
  static Result<std::unique_ptr<HubObjectFolders>> open(Env& env, const std::string& root, Clock& clock, Random& random,
                                                        std::uint64_t quota_bytes = kDefaultQuotaBytes);

  Result<Id> id(const Id& tenant) override;
  Result<backup::UploadState> put_piece(const Id& tenant, const backup::Upload& upload, std::uint64_t offset,
                                        ByteView piece) override;
  Result<std::optional<backup::ObjectPiece>> get_piece(const Id& tenant, std::string_view name, std::uint64_t offset,
                                                       std::size_t limit) override;
  Result<backup::ObjectPage> list(const Id& tenant, std::string_view prefix, std::string_view after) override;
  Status remove(const Id& tenant, std::string_view name) override;
  Status sweep_unfinished(const Id& tenant, std::string_view prefix) override;
  Result<backup::TenantSpace> space(const Id& tenant) override;

 private:
  struct Progress {
    std::string path;
    std::uint64_t have_bytes = 0;
    std::uint64_t touched = 0;  // larger is later
  };
  struct Shelf {
    std::unique_ptr<FolderStore> store;
    std::uint64_t used_bytes = 0;
    std::map<backup::Upload, Progress> uploads;
  };

  HubObjectFolders(Env& env, std::string root, Clock& clock, Random& random, std::uint64_t quota_bytes)
      : env_(env), root_(std::move(root)), clock_(clock), random_(random), quota_bytes_(quota_bytes) {}
  Result<Shelf*> shelf(const Id& tenant);
  // The upload is there already, whole; invalid when something else has its name.
  Result<bool> is_stored(const Shelf& shelf, const backup::Upload& upload);
  Status begin(Shelf& shelf, const backup::Upload& upload);
  Status append(Progress& progress, ByteView piece, bool last);
  Status publish(Shelf& shelf, const backup::Upload& upload, const Progress& progress);
  void drop(Shelf& shelf, std::map<backup::Upload, Progress>::iterator upload);
  Result<bool> has_hash(const std::string& path, const backup::Upload& upload);

  Env& env_;
  std::string root_;
  Clock& clock_;
  Random& random_;
  const std::uint64_t quota_bytes_;
  std::map<Id, Shelf> shelves_;
  std::uint64_t last_upload_ = 0, last_touch_ = 0;
};

}  // namespace till::storage

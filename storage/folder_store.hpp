// An ObjectStore in a folder: a disk, a stick, a network folder. An object is a file of the same name below the folder,
// published by temporary file, fsync, read back, rename, fsync of the folder. The folder is known by its marker file
// `tillstick-store.id` ("tillstick-store-1 <id>") and never by its path: without the marker nothing is read or written,
// so that an empty mount point is not mistaken for the stick and a stick not for another.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "backup/object_store.hpp"
#include "core/clock.hpp"
#include "core/random.hpp"
#include "storage/env.hpp"

namespace till::storage {

class FolderStore final : public backup::ObjectStore {
 public:
  // Makes the folder and its marker if they are not there; otherwise the same as open. A folder with other things in it
  // is fine, they are left alone.
  static Result<std::unique_ptr<FolderStore>> create(Env& env, const std::string& folder, Clock& clock, Random& random);
  // Refused without a marker (invalid), or when the marker is not the `expected` one (permanent): another stick.
  static Result<std::unique_ptr<FolderStore>> open(Env& env, const std::string& folder,
                                                   std::optional<Id> expected = std::nullopt);

  Result<Id> id() override;
  Status put(std::string_view name, ByteView bytes) override;
  Result<std::optional<Bytes>> get(std::string_view name, std::uint64_t max_size) override;
  Result<std::vector<backup::ObjectInfo>> list(std::string_view prefix) override;
  Status remove(std::string_view name) override;
  Status sweep_unfinished(std::string_view prefix) override;
  Result<backup::StoreSpace> space() override;
  [[nodiscard]] std::string describe() const override { return "the folder " + folder_; }

  // Makes an object of a whole, synced file that lies elsewhere on the same file system. Invalid when the name is
  // taken.
  Status adopt(std::string_view name, const std::string& file);
  [[nodiscard]] const std::string& folder() const { return folder_; }

 private:
  FolderStore(Env& env, std::string folder, Id id) : env_(env), folder_(std::move(folder)), id_(id) {}
  [[nodiscard]] std::string path_of(std::string_view name) const;
  // The marker is still there and still the same; otherwise the stick was pulled or changed.
  Status still_there();
  Status make_folder(const std::string& path);
  // Files below `name` (a folder), as object names; `unfinished`: the leftovers instead.
  Status collect(const std::string& name, bool unfinished, std::vector<std::string>& out);
  Result<std::vector<std::string>> files(std::string_view prefix, bool unfinished);

  Env& env_;
  std::string folder_;
  Id id_;
};

}  // namespace till::storage

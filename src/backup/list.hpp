// The generations in a store. One that cannot be read is listed with the reason, so that one bad file hides nothing.
#pragma once

#include <optional>

#include "backup/manifest.hpp"

namespace till::backup {

struct ListedGeneration {
  Id device;
  std::string generation;
  std::optional<Manifest> manifest;
  std::optional<Error> error;  // why there is no manifest
};

// Newest first by (number, generation), of all devices, or of one.
Result<std::vector<ListedGeneration>> list_backups(ObjectStore& store, const BackupKeys& keys,
                                                   std::optional<Id> device = std::nullopt);

// By id, by an unambiguous beginning of it, or "latest" (the newest readable one of `device`, else of the store by its
// time stamp; one that was made before a restore only if there is no other). Invalid with a sentence if there is none
// or more than one.
Result<Manifest> find_backup(ObjectStore& store, const BackupKeys& keys, std::string_view which,
                             std::optional<Id> device = std::nullopt);

// For a point in time: the newest one that was made then or before, of the device whose one is newest, and the one that
// this device made next, if there is one. By the time stamps of those who made them. Invalid if all are younger.
struct Around {
  Manifest before;
  std::optional<Manifest> after;
};
Result<Around> find_around(ObjectStore& store, const BackupKeys& keys, UtcTime time);

Result<Manifest> read_manifest(ObjectStore& store, const BackupKeys& keys, const Id& device,
                               std::string_view generation);

}  // namespace till::backup

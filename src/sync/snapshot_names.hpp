// Where snapshots lie among a tenant's objects:
//
//   sync/snapshot/<made at, ms, 16 hex digits>-<id>/chunk-00000 ...      then, when all are there,
//   sync/snapshot/<made at, ms, 16 hex digits>-<id>/manifest
//
// In the order of names they are in the order of time. What has no manifest is not a snapshot. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/id.hpp"

namespace till::sync {

constexpr std::string_view kSnapshotPrefix = "sync/snapshot/";

struct SnapshotPlace {
  std::int64_t made_at_ms = 0;
  Id id;
  auto operator<=>(const SnapshotPlace&) const = default;
};

std::string folder_of(const SnapshotPlace& place);  // ends with a slash
std::string manifest_name(const SnapshotPlace& place);
std::string chunk_name(const SnapshotPlace& place, std::uint32_t number);

struct SnapshotObject {
  SnapshotPlace place;
  bool is_manifest = false;
};
// Empty for any other name.
std::optional<SnapshotObject> parse_snapshot_name(std::string_view name);

}  // namespace till::sync

#include "app/snapshots/shelf.hpp"

#include <algorithm>

#include "core/log.hpp"
#include "security/hash.hpp"

namespace till::app {

namespace {

struct Found {
  std::uint64_t bytes = 0;
  bool has_manifest = false;
};

bool is_as_signed(const sync::SnapshotManifest& manifest, std::uint32_t number, ByteView bytes) {
  if (number >= manifest.chunks.size()) return false;
  const auto hash = security::sha256(bytes);
  return manifest.chunks[number].bytes == bytes.size() && std::ranges::equal(manifest.chunks[number].sha256, hash);
}

}  // namespace

Status SnapshotShelf::look(const sync::SegmentKeys& keys) {
  std::map<sync::SnapshotPlace, Found> found;
  for (const auto& object : TRY(objects_.list(sync::kSnapshotPrefix))) {
    const auto name = sync::parse_snapshot_name(object.name);
    if (!name) continue;
    auto& one = found[name->place];
    one.bytes += object.size;
    one.has_manifest |= name->is_manifest;
  }
  auto known = std::exchange(snapshots_, {});
  unfinished_.clear();
  for (auto at = found.rbegin(); at != found.rend(); ++at) {
    const auto& [place, what] = *at;
    if (!what.has_manifest) {
      unfinished_.insert(unfinished_.begin(), place);
      continue;
    }
    const auto before = std::ranges::find(known, place, &ShelvedSnapshot::place);
    if (before != known.end()) {
      snapshots_.push_back(std::move(*before));
    } else if (!bad_.contains(place)) {
      TRY(open(place, what.bytes, keys));
    }
  }
  has_looked_ = true;
  return {};
}

Status SnapshotShelf::open(const sync::SnapshotPlace& place, std::uint64_t bytes, const sync::SegmentKeys& keys) {
  auto sealed = TRY(objects_.get(sync::manifest_name(place), sync::kMaxManifestBytes));
  if (!sealed) return {};
  auto manifest = sync::open_manifest(*sealed, tenant_, keys);
  if (manifest && manifest->id != place.id) manifest = corrupt("a snapshot lies under another one's name");
  if (manifest) {
    snapshots_.push_back({place, std::move(*manifest), std::move(*sealed), bytes});
    return {};
  }
  if (manifest.error().kind == ErrorKind::denied) {
    log::info("a snapshot cannot be opened yet: {} ({})", manifest.error().message, manifest.error().cause);
    return {};
  }
  bad_.insert(place);
  problems_.push_back("a snapshot at the hub is passed over: " + manifest.error().message);
  return {};
}

const ShelvedSnapshot* SnapshotShelf::find(const Id& id) const {
  const auto found = std::ranges::find_if(snapshots_, [&](const auto& one) { return one.place.id == id; });
  return found == snapshots_.end() ? nullptr : &*found;
}

Result<std::optional<Bytes>> SnapshotShelf::chunk(const ShelvedSnapshot& snapshot, std::uint32_t number) {
  const auto name = sync::chunk_name(snapshot.place, number);
  const auto place = snapshot.place;
  for (int tries = 0; tries < 2; ++tries) {  // once more: it may have been damaged on the way
    auto bytes = objects_.get(name, sync::kMaxSnapshotChunkBytes);
    if (!bytes && bytes.error().kind != ErrorKind::corrupt) return fail(bytes.error());
    if (bytes && !*bytes) break;
    if (bytes && is_as_signed(snapshot.manifest, number, **bytes)) return std::move(*bytes);
  }
  problems_.push_back("a snapshot at the hub was damaged or incomplete and is removed; another one is used");
  bad_.insert(place);
  TRY(remove(place));
  return std::optional<Bytes>{};
}

Status SnapshotShelf::remove(const sync::SnapshotPlace& place) {
  TRY(objects_.remove(sync::manifest_name(place)));
  for (const auto& object : TRY(objects_.list(sync::folder_of(place)))) TRY(objects_.remove(object.name));
  std::erase_if(snapshots_, [&](const auto& one) { return one.place == place; });
  std::erase(unfinished_, place);
  return {};
}

}  // namespace till::app

#include "app/snapshots/maker.hpp"

#include <algorithm>

#include "app/shop_state.hpp"
#include "security/hash.hpp"
#include "storage/meta.hpp"
#include "storage/snapshot_source.hpp"
#include "storage/sync_store.hpp"
#include "sync/bootstrap.hpp"

namespace till::app {

namespace {

constexpr std::string_view kMaking = "sync.snapshot.making";  // the folder of the one that was begun

class Upload {
 public:
  Upload(backup::ObjectStore& objects, sync::SegmentKeys& keys, MadeSnapshot& made)
      : objects_(objects), keys_(keys), made_(made) {}

  Status chunk(const sync::SnapshotChunk& chunk) {
    const auto number = static_cast<std::uint32_t>(made_.manifest.chunks.size());
    if (number >= sync::kMaxSnapshotChunks) return invalid("the shop is too large for a snapshot");
    const Bytes sealed = TRY(sync::seal_chunk(made_.manifest, number, chunk, keys_));
    sync::SnapshotChunkName name{sealed.size(), {}};
    std::ranges::copy(security::sha256(sealed), name.sha256.begin());
    made_.manifest.chunks.push_back(name);
    made_.bytes += sealed.size();
    return objects_.put(sync::chunk_name(made_.place, number), sealed);
  }

  Status manifest() {
    const Bytes sealed = TRY(sync::seal_manifest(made_.manifest, keys_));
    made_.bytes += sealed.size();
    return objects_.put(sync::manifest_name(made_.place), sealed);
  }

 private:
  backup::ObjectStore& objects_;
  sync::SegmentKeys& keys_;
  MadeSnapshot& made_;
};

Status remember(ShopState& state, const std::optional<sync::SnapshotPlace>& making) {
  return state.db->write(
      [&](storage::Transaction& tx) -> Status {
        return making ? storage::set_meta_text(tx, kMaking, sync::manifest_name(*making))
                      : storage::remove_meta(tx, kMaking);
      },
      storage::Priority::background);
}

Status upload_chunks(ShopState& state, Upload& upload, sync::SnapshotManifest& manifest) {
  return state.db->read([&](storage::Connection& conn) -> Status {
    storage::SnapshotSource source(conn);
    TRY(source.describe(manifest));
    sync::SnapshotChunk chunk;
    while (TRY(source.next(chunk))) TRY(upload.chunk(chunk));
    return {};
  });
}

// Who has made it has what it stands for.
Status note(ShopState& state, const sync::SnapshotManifest& manifest) {
  return state.db->write(
      [&](storage::Transaction& tx) -> Status {
        storage::SyncStore store(tx);
        TRY(storage::remove_meta(tx, kMaking));
        return sync::note_taken(store, {manifest.id, manifest.cursor});
      },
      storage::Priority::background);
}

}  // namespace

Result<MadeSnapshot> make_snapshot(Shop& shop, backup::ObjectStore& objects, sync::SegmentKeys& keys, const Id& tenant,
                                   std::int64_t now_ms) {
  auto& state = shop.state();
  TRY(sweep_own_snapshot(shop, objects));
  MadeSnapshot made;
  made.place = {now_ms, new_id(state.clock, state.random)};
  made.manifest.id = made.place.id;
  made.manifest.tenant = tenant;
  made.manifest.device = state.device();
  made.manifest.made_at_ms = now_ms;
  made.manifest.key_epoch = keys.current_epoch();
  TRY(remember(state, made.place));
  Upload upload(objects, keys, made);
  TRY(upload_chunks(state, upload, made.manifest));
  TRY(upload.manifest());
  TRY(note(state, made.manifest));
  return made;
}

Status sweep_own_snapshot(Shop& shop, backup::ObjectStore& objects) {
  auto& state = shop.state();
  const auto name = TRY(state.db->read([](storage::Connection& conn) { return storage::meta_text(conn, kMaking); }));
  const auto begun = name ? sync::parse_snapshot_name(*name) : std::nullopt;
  if (!begun) return {};
  const auto folder = sync::folder_of(begun->place);
  TRY(objects.sweep_unfinished(folder));
  TRY(objects.remove(sync::manifest_name(begun->place)));
  for (const auto& object : TRY(objects.list(folder))) TRY(objects.remove(object.name));
  return remember(state, std::nullopt);
}

}  // namespace till::app

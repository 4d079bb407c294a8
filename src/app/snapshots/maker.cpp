#include "app/snapshots/maker.hpp"

#include <algorithm>

#include "app/shop_state.hpp"
#include "app/snapshots/spool.hpp"
#include "security/hash.hpp"
#include "storage/meta.hpp"
#include "storage/snapshot_source.hpp"
#include "storage/sync_queries.hpp"
#include "storage/sync_store.hpp"
#include "sync/bootstrap.hpp"

namespace till::app {

namespace {

constexpr std::string_view kMaking = "sync.snapshot.making";  // the folder of the one that was begun

// In one read transaction, so that it is one state of the shop; sealed at once. What the parts are called goes into the
// manifest.
Status read_shop(ShopState& state, sync::SegmentKeys& keys, sync::SnapshotManifest& manifest, SnapshotSpool& spool) {
  TRY(state.db->read([&](storage::Connection& conn) -> Status {
    storage::SnapshotSource source(conn);
    TRY(source.describe(manifest));
    sync::SnapshotChunk chunk;
    while (TRY(source.next(chunk))) {
      const auto number = static_cast<std::uint32_t>(spool.parts());
      if (number >= sync::kMaxSnapshotChunks) return invalid("the shop is too large for a snapshot");
      const Bytes sealed = TRY(sync::seal_chunk(manifest, number, chunk, keys));
      sync::SnapshotChunkName name{sealed.size(), {}};
      std::ranges::copy(security::sha256(sealed), name.sha256.begin());
      manifest.chunks.push_back(name);
      TRY(spool.add(sealed));
    }
    return {};
  }));
  return spool.end();
}

// The manifest last: without it there is no snapshot.
Status send(backup::ObjectStore& objects, sync::SegmentKeys& keys, SnapshotSpool& spool, MadeSnapshot& made) {
  for (std::size_t number = 0; number < spool.parts(); ++number) {
    const Bytes part = TRY(spool.get(number));
    TRY(objects.put(sync::chunk_name(made.place, static_cast<std::uint32_t>(number)), part));
    made.bytes += part.size();
  }
  const Bytes sealed = TRY(sync::seal_manifest(made.manifest, keys));
  made.bytes += sealed.size();
  return objects.put(sync::manifest_name(made.place), sealed);
}

Status remember(ShopState& state, const std::optional<sync::SnapshotPlace>& making) {
  return state.db->write(
      [&](storage::Transaction& tx) -> Status {
        return making ? storage::set_meta_text(tx, kMaking, sync::manifest_name(*making))
                      : storage::remove_meta(tx, kMaking);
      },
      storage::Priority::background);
}

Result<sync::Incarnation> incarnation_now(ShopState& state) {
  return state.db->read([](storage::Connection& conn) -> Result<sync::Incarnation> {
    return TRY(storage::log_identity(conn)).incarnation;
  });
}

Status note(ShopState& state, const sync::SnapshotManifest& manifest, sync::Incarnation incarnation) {
  return state.db->write(
      [&](storage::Transaction& tx) -> Status {
        storage::SyncStore store(tx);
        TRY(storage::remove_meta(tx, kMaking));
        return sync::note_made(store, manifest, incarnation);
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
  const auto incarnation = TRY(incarnation_now(state));
  SnapshotSpool spool(*state.env, shop.folder());
  TRY(read_shop(state, keys, made.manifest, spool));
  TRY(remember(state, made.place));
  TRY(send(objects, keys, spool, made));
  TRY(note(state, made.manifest, incarnation));
  return made;
}

Status sweep_own_snapshot(Shop& shop, backup::ObjectStore& objects) {
  auto& state = shop.state();
  const auto name = TRY(state.db->read([](storage::Connection& conn) { return storage::meta_text(conn, kMaking); }));
  const auto begun = name ? sync::parse_snapshot_name(*name) : std::nullopt;
  if (!begun) return {};
  // Its manifest came last: it is whole, and the hub's floor may rest on it by now.
  if (TRY(objects.get(sync::manifest_name(begun->place), sync::kMaxManifestBytes)))
    return remember(state, std::nullopt);
  const auto folder = sync::folder_of(begun->place);
  TRY(objects.sweep_unfinished(folder));
  for (const auto& object : TRY(objects.list(folder))) TRY(objects.remove(object.name));
  return remember(state, std::nullopt);
}

}  // namespace till::app

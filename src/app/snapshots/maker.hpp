// Makes a snapshot: reads the shop in one read transaction, while selling goes on (where the disk can do no WAL, sales
// wait for it, some seconds in a large shop), seals it part by part into a file of its own, and then puts the parts
// among the tenant's objects; the manifest comes last, and without it there is no snapshot. Never more than a part is
// in memory. What a stop left half made is removed by the next call. Slow; for a worker.
#pragma once

#include "app/shop.hpp"
#include "backup/object_store.hpp"
#include "sync/snapshot.hpp"
#include "sync/snapshot_names.hpp"

namespace till::app {

struct MadeSnapshot {
  sync::SnapshotPlace place;
  sync::SnapshotManifest manifest;
  std::uint64_t bytes = 0;
};

// `now_ms`: trusted time. Retry: own records wait to be sent, or the network fails; permanent: this terminal keeps only
// a part of the shop's data.
Result<MadeSnapshot> make_snapshot(Shop& shop, backup::ObjectStore& objects, sync::SegmentKeys& keys, const Id& tenant,
                                   std::int64_t now_ms);

// Removes what this terminal had begun and not ended.
Status sweep_own_snapshot(Shop& shop, backup::ObjectStore& objects);

}  // namespace till::app

// The snapshots that lie among a tenant's objects (sync/snapshot_names.hpp): what there is, what of it can be used, and
// their parts. What cannot be opened is passed over and told once; what is damaged is removed, so that nobody else
// tries it. Not thread-safe; for a worker, since each call may take as long as the network does.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "backup/object_store.hpp"
#include "sync/snapshot.hpp"
#include "sync/snapshot_names.hpp"

namespace till::app {

struct ShelvedSnapshot {
  sync::SnapshotPlace place;
  sync::SnapshotManifest manifest;
  Bytes sealed;             // the manifest as it lies there
  std::uint64_t bytes = 0;  // of all its objects
};

class SnapshotShelf {
 public:
  SnapshotShelf(backup::ObjectStore& objects, Id tenant) : objects_(objects), tenant_(tenant) {}

  // Looks what is there. A manifest of a terminal or under a key that is not known yet is looked at again next time.
  Status look(const sync::SegmentKeys& keys);
  [[nodiscard]] bool has_looked() const { return has_looked_; }
  // Newest first.
  [[nodiscard]] const std::vector<ShelvedSnapshot>& snapshots() const { return snapshots_; }
  [[nodiscard]] const ShelvedSnapshot* find(const Id& id) const;
  // What was begun and has no manifest, oldest first.
  [[nodiscard]] const std::vector<sync::SnapshotPlace>& unfinished() const { return unfinished_; }
  // What is wrong with what lies there, a sentence each, since the last call.
  std::vector<std::string> take_problems() { return std::exchange(problems_, {}); }

  // nullopt: it is gone, or damaged for good and now removed.
  Result<std::optional<Bytes>> chunk(const ShelvedSnapshot& snapshot, std::uint32_t number);
  // The manifest first: what is half removed is no snapshot any more.
  Status remove(const sync::SnapshotPlace& place);

 private:
  Status open(const sync::SnapshotPlace& place, std::uint64_t bytes, const sync::SegmentKeys& keys);

  backup::ObjectStore& objects_;
  Id tenant_;
  std::vector<ShelvedSnapshot> snapshots_;
  std::vector<sync::SnapshotPlace> unfinished_;
  std::set<sync::SnapshotPlace> bad_;
  std::vector<std::string> problems_;
  bool has_looked_ = false;
};

}  // namespace till::app

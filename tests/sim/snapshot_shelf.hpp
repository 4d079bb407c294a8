// Where a hub keeps the snapshots of its shops: sealed objects that it cannot read. A snapshot is there when its
// manifest is; what never got one is swept away. Copying the shelf copies the hub's disk.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "sync/snapshot.hpp"

namespace till::sim {

struct ShelvedSnapshot {
  Id id;
  Bytes manifest;      // empty until all chunks are there
  std::set<Id> early;  // changes of the future that its maker had let in
  std::map<std::uint32_t, Bytes> chunks;
};

class SnapshotShelf {
 public:
  ShelvedSnapshot& begin(const Id& tenant, const Id& snapshot);
  [[nodiscard]] ShelvedSnapshot* find(const Id& tenant, const Id& snapshot);
  [[nodiscard]] std::vector<ShelvedSnapshot>& of(const Id& tenant) { return shelved_[tenant]; }  // the oldest first
  void remove(const Id& tenant, const Id& snapshot);
  // Keeps the last two that are whole, and the one that the hub's floor rests on.
  void tidy(const Id& tenant, const Id& kept);

 private:
  std::map<Id, std::vector<ShelvedSnapshot>> shelved_;
};

}  // namespace till::sim

#include "sim/snapshot_shelf.hpp"

#include <algorithm>

namespace till::sim {

ShelvedSnapshot& SnapshotShelf::begin(const Id& tenant, const Id& snapshot) {
  return shelved_[tenant].emplace_back(ShelvedSnapshot{snapshot, {}, {}, {}});
}

ShelvedSnapshot* SnapshotShelf::find(const Id& tenant, const Id& snapshot) {
  auto& all = shelved_[tenant];
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& s) { return s.id == snapshot; });
  return found == all.end() ? nullptr : &*found;
}

void SnapshotShelf::remove(const Id& tenant, const Id& snapshot) {
  std::erase_if(shelved_[tenant], [&](const auto& s) { return s.id == snapshot; });
}

void SnapshotShelf::tidy(const Id& tenant, const Id& kept) {
  auto& all = shelved_[tenant];
  std::size_t whole = 0;
  for (std::size_t i = all.size(); i > 0; --i) {
    const ShelvedSnapshot& snapshot = all[i - 1];
    const bool is_whole = !snapshot.manifest.empty();
    if (is_whole) ++whole;
    // One without a manifest may still be on its way up.
    if (is_whole && whole > 2 && snapshot.id != kept) all.erase(all.begin() + static_cast<std::ptrdiff_t>(i) - 1);
  }
}

}  // namespace till::sim

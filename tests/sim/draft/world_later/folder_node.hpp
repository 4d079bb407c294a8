// A folder or a stick that the terminals of a shop share: files in memory. While the world is faulty it loses some of
// what it says it wrote.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/id.hpp"
#include "sync/events.hpp"

namespace till::sim {

class World;

class FolderNode {
 public:
  explicit FolderNode(World& world) : world_(world) {}
  std::uint32_t lost_permille = 0;

  std::vector<sync::Event> answer(const Id& tenant, const sync::ListCarrier& effect);
  std::vector<sync::Event> answer(const Id& tenant, const sync::ReadCarrier& effect);
  std::vector<sync::Event> answer(const Id& tenant, const sync::WriteCarrier& effect);
  void wipe() { files_.clear(); }
  std::set<Id> documents(const Id& tenant);

 private:
  World& world_;
  std::map<Id, std::map<std::string, Bytes>> files_;
};

}  // namespace till::sim

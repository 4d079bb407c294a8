#include "sim/folder_node.hpp"

#include "sim/sim_keys.hpp"
#include "sim/world.hpp"

namespace till::sim {

using namespace till::sync;

std::vector<Event> FolderNode::answer(const Id& tenant, const ListCarrier& effect) {
  CarrierListed listed{effect.link, {}, false};
  for (const auto& [name, bytes] : files_[tenant]) {
    if (name.starts_with(effect.folder + "/")) listed.names.push_back(name);
  }
  return {listed};
}

std::vector<Event> FolderNode::answer(const Id& tenant, const ReadCarrier& effect) {
  std::vector<Event> answers;
  for (const std::string& name : effect.names) {
    const auto file = files_[tenant].find(name);
    answers.emplace_back(CarrierRead{effect.link, name, file == files_[tenant].end() ? Bytes{} : file->second});
  }
  return answers;
}

std::vector<Event> FolderNode::answer(const Id& tenant, const WriteCarrier& effect) {
  const bool lost = world_.is_faulty() && world_.random().below(1000) < lost_permille;
  if (!lost) files_[tenant][effect.name] = effect.bytes;
  return {CarrierWritten{effect.link, effect.name, {}}};
}

std::set<Id> FolderNode::documents(const Id& tenant) {
  std::set<Id> found;
  for (const auto& [name, bytes] : files_[tenant]) {
    for (const Id& id : documents_in_segment(bytes)) found.insert(id);
  }
  return found;
}

}  // namespace till::sim

// The carriers of this terminal: folders and sticks over which it exchanges with terminals that it does not meet on the
// network (sync/carrier_peer.hpp). A carrier is a FolderStore with one more file, `tillstick-carrier.id`, which says
// whose it is: "tillstick-carrier-1 <id of the tenant>". Which carriers there are is this terminal's own affair and
// does not replicate. Any thread; waits for the disk and for the stick.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/actor.hpp"
#include "app/shop.hpp"
#include "core/fields.hpp"
#include "core/id.hpp"
#include "core/result.hpp"

namespace till::storage {
class Env;
class FolderStore;
}  // namespace till::storage

namespace till::app {

struct CarrierTarget {
  std::string name, path;  // the name is for people: "the blue stick"
  std::uint32_t link = 0;  // the engine's number for it; kept as long as it is in the list

  bool operator==(const CarrierTarget&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(field(1, "name", name), field(2, "path", path), field(3, "link", link));
  }
};

constexpr std::size_t kMaxCarriers = 8;

Result<std::vector<CarrierTarget>> carriers(Shop& shop);
// Makes the folder a carrier of this tenant, unless it is one, and puts it into the list. Refused for a terminal that
// belongs to no tenant, for a carrier of another tenant, and for a name or path that is in the list. An empty name: the
// folder's. Needs the right to manage terminals; journalled.
Result<CarrierTarget> add_carrier(Shop& shop, const Actor& actor, const std::string& path, const std::string& name);
// Out of the list; what lies on it stays. Needs the same right; journalled.
Status remove_carrier(Shop& shop, const Actor& actor, const std::string& name);

// For whoever reads and writes it. Retry: it is not here now; permanent: somebody must act; each with a sentence.
Result<std::unique_ptr<storage::FolderStore>> open_carrier(storage::Env& env, const CarrierTarget& target,
                                                           const Id& tenant);

}  // namespace till::app

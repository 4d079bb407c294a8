#include "app/carriers.hpp"

#include <algorithm>

#include "app/enrolment.hpp"
#include "app/journal.hpp"
#include "app/shop_state.hpp"
#include "core/text.hpp"
#include "storage/folder_store.hpp"
#include "storage/meta.hpp"
#include "sync/link.hpp"

namespace till::app {
namespace {

constexpr const char* kTargets = "sync.carriers";
constexpr std::string_view kMarker = "tillstick-carrier.id";
constexpr std::string_view kMarkerMagic = "tillstick-carrier-1 ";
constexpr std::uint64_t kMarkerMax = 256;
constexpr std::size_t kMaxName = 40, kMaxPath = 1024;

std::string marker_of(const Id& tenant) {
  return std::string(kMarkerMagic) + to_string(tenant) + "\n";
}

// Whose it is; nil when nobody has said so yet.
Result<Id> owner_of(storage::FolderStore& store) {
  const auto bytes = TRY(store.get(kMarker, kMarkerMax));
  if (!bytes) return Id{};
  const auto text = trimmed(as_text(*bytes));
  const auto damaged = [&] {
    return fail(ErrorKind::permanent,
                "the file " + std::string(kMarker) + " in " + store.folder() +
                    " is damaged; delete it and set the carrier up again with: tillctl sync carrier add");
  };
  if (!text.starts_with(kMarkerMagic)) {
    if (!text.starts_with("tillstick-carrier-")) return damaged();
    return fail(ErrorKind::permanent,
                store.folder() + " was set up by a newer version of Tillstick; update this terminal first");
  }
  const auto id = id_from_string(std::string_view(text).substr(kMarkerMagic.size()));
  if (!id) return damaged();
  return *id;
}

Status check_owner(storage::FolderStore& store, const Id& tenant) {
  const Id owner = TRY(owner_of(store));
  if (owner == tenant) return {};
  if (owner.is_nil()) {
    return fail(ErrorKind::permanent, "no shop exchanges over " + store.folder() +
                                          " yet; set it up with: tillctl sync carrier add " + store.folder());
  }
  return fail(ErrorKind::permanent,
              "what is at " + store.folder() + " belongs to another shop; plug in the right stick");
}

Status check_new(const std::vector<CarrierTarget>& present, const CarrierTarget& target) {
  if (target.path.empty()) return invalid("say which folder, for example /media/stick/till");
  if (target.path.front() != '/') return invalid("give the whole path of the folder, from / on");
  if (target.name.empty() || target.name.size() > kMaxName || target.path.size() > kMaxPath ||
      !is_valid_utf8(target.name))
    return invalid("give the carrier a name of at most 40 letters");
  if (present.size() >= kMaxCarriers) return invalid("there are eight carriers already; remove one first");
  for (const auto& other : present) {
    if (other.name == target.name) return invalid("there is a carrier '" + other.name + "' already; give another name");
    if (other.path == target.path) return invalid("this folder is the carrier '" + other.name + "' already");
  }
  return {};
}

std::uint32_t free_link(const std::vector<CarrierTarget>& present) {
  std::uint32_t link = sync::kFirstCarrierLink;
  while (std::ranges::find(present, link, &CarrierTarget::link) != present.end()) ++link;
  return link;
}

Status set_up(ShopState& state, const std::string& path, const Id& tenant) {
  auto store = TRY(storage::FolderStore::create(*state.env, path, state.clock, state.random));
  if (TRY(owner_of(*store)).is_nil()) TRY(store->put(kMarker, view(marker_of(tenant))));
  return check_owner(*store, tenant);
}

Result<std::vector<CarrierTarget>> listed(storage::Connection& conn) {
  const auto bytes = TRY(storage::meta(conn, kTargets));
  return bytes ? decode<std::vector<CarrierTarget>>(*bytes) : std::vector<CarrierTarget>{};
}

}  // namespace

Result<std::vector<CarrierTarget>> carriers(Shop& shop) {
  return shop.state().db->read([](storage::Connection& conn) { return listed(conn); });
}

Result<CarrierTarget> add_carrier(Shop& shop, const Actor& actor, const std::string& path, const std::string& name) {
  TRY(require_right(shop, actor, domain::Right::devices, path));
  const auto joined = TRY(membership(shop));
  if (!joined) {
    return invalid("this terminal belongs to no shop of several terminals yet; join one with: tillctl enrol");
  }
  auto& state = shop.state();
  CarrierTarget target{trimmed(name), path, 0};
  while (target.path.size() > 1 && target.path.back() == '/') target.path.pop_back();
  if (target.name.empty()) target.name = storage::file_name(target.path);
  TRY(check_new(TRY(carriers(shop)), target));
  if (!state.env->exists(target.path) && !state.env->exists(storage::parent_folder(target.path)))
    return invalid("there is no folder '" + target.path + "'; is the stick plugged in?");
  TRY(set_up(state, target.path, joined->tenant));
  return change(state, [&](storage::Transaction& tx) -> Result<CarrierTarget> {
    auto present = TRY(listed(tx));
    TRY(check_new(present, target));
    target.link = free_link(present);
    present.push_back(target);
    TRY(storage::set_meta(tx, kTargets, encode(present)));
    TRY(write_journal(state, tx, actor, {"sync.carrier.add", target.name, target.path}));
    return target;
  });
}

Status remove_carrier(Shop& shop, const Actor& actor, const std::string& name) {
  TRY(require_right(shop, actor, domain::Right::devices, name));
  auto& state = shop.state();
  return change(state, [&](storage::Transaction& tx) -> Status {
    auto present = TRY(listed(tx));
    const auto found = std::ranges::find(present, name, &CarrierTarget::name);
    if (found == present.end()) return invalid("there is no carrier '" + clipped(name, kMaxName) + "'");
    const std::string path = found->path;
    present.erase(found);
    TRY(storage::set_meta(tx, kTargets, encode(present)));
    return write_journal(state, tx, actor, {"sync.carrier.remove", name, path});
  });
}

Result<std::unique_ptr<storage::FolderStore>> open_carrier(storage::Env& env, const CarrierTarget& target,
                                                           const Id& tenant) {
  auto store = storage::FolderStore::open(env, target.path);
  if (!store) {
    if (store.error().kind != ErrorKind::invalid) return store;
    return fail(ErrorKind::retry, target.name + " is not here; plug it in, it belongs at " + target.path,
                store.error().message);
  }
  TRY(check_owner(**store, tenant));
  return store;
}

}  // namespace till::app

// Where a place for backups is now: sticks by their markers among what is mounted, folders by their path and marker.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "app/backup_target_volumes.hpp"
#include "app/backup_targets.hpp"
#include "app/enrolment.hpp"
#include "app/shop_state.hpp"
#include "backup/quota.hpp"
#include "backup/sabotage.hpp"
#include "net/cloud/hub_objects.hpp"
#include "storage/folder_store.hpp"

namespace till::app {
namespace {

tl::unexpected<TargetTrouble> trouble(TargetState state, ErrorKind kind, const BackupTarget& target,
                                      std::string cause = {}) {
  const auto said = sentence_of(state);
  return tl::unexpected(TargetTrouble{
      state, {kind, fmt::format("{}: {} {}", target.name, said.sentence, said.action), std::move(cause)}});
}

Located locate_folder(ShopState& state, const BackupTarget& target) {
  const auto expected = target.stores.empty() ? std::nullopt : std::optional(target.stores.front());
  const auto store = storage::FolderStore::open(*state.env, target.place, expected);
  if (!store) {
    switch (store.error().kind) {
      case ErrorKind::invalid:
      case ErrorKind::retry:
        return trouble(TargetState::absent, ErrorKind::retry, target, store.error().message);
      case ErrorKind::corrupt:
        return trouble(TargetState::bad_bytes, ErrorKind::corrupt, target, store.error().message);
      default: {
        const auto after = state_after(store.error());
        return trouble(after, store.error().kind, target, store.error().message);
      }
    }
  }
  LocatedTarget located{target.place, target.stores.empty() ? Id{} : target.stores.front(), false};
  if (const auto all = state.volumes->mounted()) {
    const auto volume = storage::volume_of(*all, absolute(target.place));
    located.read_only = volume && volume->read_only;
  }
  return located;
}

// One that is mounted at two places is one; one that can be written to is taken first.
Located choose_stick(const BackupTarget& target, const std::vector<storage::FoundPlace>& found,
                     const std::set<Id>& known) {
  const bool blind = backup::sabotaged(backup::Sabotage::marker_unread);
  for (const auto& wanted : target.stores) {
    const storage::FoundPlace* best = nullptr;
    for (const auto& place : found) {
      if (place.store != wanted && !blind) continue;
      if (best != nullptr && best->volume.device != place.volume.device && !blind)
        return trouble(TargetState::twins, ErrorKind::permanent, target, best->path + " and " + place.path);
      if (best == nullptr || (best->volume.read_only && !place.volume.read_only)) best = &place;
    }
    if (best != nullptr) return LocatedTarget{best->path, blind ? best->store : wanted, best->volume.read_only};
  }
  for (const auto& place : found) {
    if (!known.contains(place.store))
      return trouble(TargetState::wrong_stick, ErrorKind::permanent, target, place.path);
  }
  return trouble(TargetState::absent, ErrorKind::retry, target);
}

Located locate_stick(ShopState& state, const BackupTarget& target, std::set<Id> known) {
  auto all = state.volumes->mounted();
  if (!all) return tl::unexpected(TargetTrouble{TargetState::failed, all.error()});
  const auto volumes = target.own_volume ? *all : other_volumes(state, *all);
  const auto found = storage::find_places(*state.env, volumes, target.place);
  for (const auto& place : found) {  // one that carries sync is no wrong one either
    if (state.env->exists(storage::join_path(place.path, "tillstick-carrier.id"))) known.insert(place.store);
  }
  return choose_stick(target, found, known);
}

}  // namespace

std::string absolute(const std::string& path) {
  std::error_code error;
  const auto whole = std::filesystem::weakly_canonical(path, error);
  return error ? path : whole.string();
}

// All but the till's own volume, wherever that is mounted.
std::vector<storage::Volume> other_volumes(ShopState& state, std::vector<storage::Volume> all) {
  if (backup::sabotaged(backup::Sabotage::own_volume_taken)) return all;
  const auto own = storage::volume_of(all, absolute(state.folder->paths().root));
  if (own) std::erase_if(all, [&](const storage::Volume& v) { return v.device == own->device; });
  return all;
}

bool is_on_own_volume(ShopState& state, const std::vector<storage::Volume>& all, const std::string& path) {
  if (backup::sabotaged(backup::Sabotage::own_volume_taken)) return false;
  const auto own = storage::volume_of(all, absolute(state.folder->paths().root));
  const auto theirs = storage::volume_of(all, absolute(path));
  return own.has_value() == theirs.has_value() && (!own || own->device == theirs->device);
}

Located locate_target(Shop& shop, const BackupTarget& target) {
  auto& state = shop.state();
  if (target.kind == TargetKind::folder) return locate_folder(state, target);
  if (target.kind == TargetKind::stick) {
    std::set<Id> known;  // a stick of another name is no wrong one
    for (const auto& other : backup_targets(shop).value_or(std::vector<BackupTarget>{}))
      known.insert(other.stores.begin(), other.stores.end());
    return locate_stick(state, target, std::move(known));
  }
  const auto joined = membership(shop);
  if (!joined || !*joined) return trouble(TargetState::not_a_member, ErrorKind::permanent, target);
  return LocatedTarget{{}, target.stores.empty() ? Id{} : target.stores.front(), false};
}

Result<std::unique_ptr<backup::ObjectStore>> open_target(Shop& shop, const BackupTarget& target) {
  auto& state = shop.state();
  const auto located = locate_target(shop, target);
  if (!located) return fail(located.error().error);
  std::unique_ptr<backup::ObjectStore> store;
  if (target.kind == TargetKind::hub) {
    const auto joined = TRY(membership(shop));
    store = std::make_unique<net::HubObjects>(address_of(*joined), credentials_of(shop), state.clock, state.random);
  } else {
    auto folder = storage::FolderStore::open(*state.env, located->path, located->store);
    if (!folder) return fail(folder.error().context(target.name));
    store = std::move(*folder);
  }
  if (target.quota_bytes > 0) store = std::make_unique<backup::QuotaStore>(std::move(store), target.quota_bytes);
  return store;
}

Result<std::vector<StickRow>> plugged_sticks(Shop& shop) {
  auto& state = shop.state();
  const auto targets = TRY(backup_targets(shop));
  const auto volumes = other_volumes(state, TRY(state.volumes->mounted()));
  const auto places = storage::find_places(*state.env, volumes, {});
  std::vector<StickRow> rows;
  for (const auto& volume : volumes) {
    if (volume.path == "/" || volume.path.starts_with("/boot")) continue;
    StickRow row{
        volume.path, volume.source, state.env->free_space_bytes(volume.path).value_or(0), volume.read_only, {}};
    for (const auto& place : places) {
      if (place.volume.path != volume.path) continue;
      for (const auto& target : targets) {
        if (std::ranges::find(target.stores, place.store) != target.stores.end()) row.target = target.name;
      }
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace till::app

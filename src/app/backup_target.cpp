#include "app/backup_target.hpp"

#include <algorithm>

#include "app/backup_targets.hpp"
#include "app/enrolment.hpp"
#include "app/key_files.hpp"
#include "app/key_passphrase.hpp"
#include "net/cloud/hub_objects.hpp"
#include "storage/folder_store.hpp"

namespace till::app {

namespace {

Result<std::unique_ptr<backup::ObjectStore>> open_folder(storage::Env& env, const std::string& path) {
  if (path.empty()) return invalid("say where the backups are: a folder, for example /media/stick/backup");
  if (!env.exists(path)) return invalid("there is no folder '" + path + "'; is the stick plugged in?");
  return TRY(storage::FolderStore::open(env, path));
}

Result<std::unique_ptr<backup::ObjectStore>> open_any_stick(storage::Env& env) {
  const auto volumes = TRY(storage::make_real_volumes()->mounted());
  const auto places = storage::find_places(env, volumes, "backup");
  if (places.empty()) return invalid("no stick with backups is plugged in; plug it in, or give its folder");
  std::string paths;
  for (const auto& place : places) paths += (paths.empty() ? "" : ", ") + place.path;
  const bool several =
      std::ranges::any_of(places, [&](const auto& place) { return place.store != places.front().store; });
  if (several) return invalid("there are several places with backups: " + paths + "; say which");
  return TRY(storage::FolderStore::open(env, places.front().path, places.front().store));
}

// The hub, asked by a terminal whose shop is closed meanwhile.
Result<std::unique_ptr<backup::ObjectStore>> open_hub_closed(storage::Env& env, const std::string& folder,
                                                             const HubMembership& joined, Clock& clock,
                                                             Random& random) {
  const storage::FolderPaths paths{folder};
  const auto pc = TRY(load_pc_key(env, paths, random));
  const auto identity = std::make_shared<security::DeviceIdentity>(TRY(read_identity(env, paths, pc.key)));
  net::DeviceCredentials credentials{identity->device, [identity](ByteView message) -> Result<Bytes> {
                                       const auto signature = TRY(identity->signing.sign(message));
                                       return Bytes(signature.begin(), signature.end());
                                     }};
  return std::unique_ptr<backup::ObjectStore>(
      std::make_unique<net::HubObjects>(address_of(joined), std::move(credentials), clock, random));
}

}  // namespace

Result<std::unique_ptr<backup::ObjectStore>> open_backup_target(Shop& shop, const std::string& target) {
  if (const auto named = TRY(backup_target(shop, target))) return open_target(shop, *named);
  return open_folder(*shop.state().env, target);
}

Result<std::unique_ptr<backup::ObjectStore>> make_backup_target(Shop& shop, const std::string& target) {
  if (target.empty()) return invalid("say where the backup should go: a folder, for example /media/stick/backup");
  if (const auto named = TRY(backup_target(shop, target))) return open_target(shop, *named);
  auto& state = shop.state();
  TRY(state.env->make_dirs(target));
  return TRY(storage::FolderStore::create(*state.env, target, state.clock, state.random));
}

Result<std::unique_ptr<backup::ObjectStore>> open_backup_target_closed(storage::Env& env, const std::string& folder,
                                                                       const std::string& target, Clock& clock,
                                                                       Random& random) {
  if (target == kAnyStick) return open_any_stick(env);
  if (!is_target_name(target)) return open_folder(env, target);
  ShopOptions options;
  options.folder = folder;
  auto shop = Shop::open(options);
  if (!shop) return fail(shop.error().context("the place '" + target + "' cannot be looked up; give its folder"));
  const auto named = TRY(backup_target(**shop, target));
  if (!named) return invalid("there is no place for backups called '" + target + "'");
  if (named->kind == TargetKind::hub) {
    const auto joined = TRY(membership(**shop));
    shop->reset();
    if (!joined) return invalid("this till belongs to no hub any more; enrol it again");
    return open_hub_closed(env, folder, *joined, clock, random);
  }
  const auto located = locate_target(**shop, *named);
  if (!located) return fail(located.error().error);
  return TRY(storage::FolderStore::open(env, located->path, located->store));
}

bool names_a_target(const std::string& folder, const std::string& target) {
  if (!is_target_name(target)) return false;
  ShopOptions options;
  options.folder = folder;
  const auto shop = Shop::open(options);
  return shop && backup_target(**shop, target).value_or(std::nullopt).has_value();
}

Result<backup::BackupKeys> backup_keys(ShopState& state, const std::string& passphrase) {
  TRY(settle_passphrase(state, passphrase));
  return state.keys->with_ring([](security::RingFile& file) { return backup::BackupKeys::from(file.ring); });
}

Result<security::RingFile> copied_ring(ShopState& state) {
  return state.keys->with_ring([&](security::RingFile& file) -> Result<security::RingFile> {
    return security::RingFile::open_with_pc_key(TRY(file.encode(state.random)), state.keys->pc_key());
  });
}

}  // namespace till::app

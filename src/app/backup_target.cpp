#include "app/backup_target.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/backup_targets.hpp"
#include "app/enrolment.hpp"
#include "app/key_files.hpp"
#include "app/key_passphrase.hpp"
#include "core/text.hpp"
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
  if (is_bare_word(target)) return fail(unknown_place(target, TRY(target_names(shop))));
  return open_folder(*shop.state().env, target);
}

Result<std::unique_ptr<backup::ObjectStore>> make_backup_target(Shop& shop, const std::string& target) {
  if (target.empty()) return invalid("say where the backup should go: a folder, for example /media/stick/backup");
  if (const auto named = TRY(backup_target(shop, target))) return open_target(shop, *named);
  if (is_bare_word(target)) return fail(unknown_place(target, TRY(target_names(shop))));
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

Result<std::vector<std::string>> target_names(Shop& shop) {
  std::vector<std::string> names;
  for (const auto& target : TRY(backup_targets(shop))) names.push_back(target.name);
  return names;
}

std::vector<std::string> target_names_closed(const std::string& folder) {
  ShopOptions options;
  options.folder = folder;
  const auto shop = Shop::open(options);
  return shop ? target_names(**shop).value_or(std::vector<std::string>{}) : std::vector<std::string>{};
}

bool is_bare_word(std::string_view target) {
  return !target.empty() && target.find('/') == std::string_view::npos;
}

Error unknown_place(std::string_view target, const std::vector<std::string>& names) {
  std::string all;
  for (const auto& name : names) all += (all.empty() ? "" : ", ") + name;
  const auto word = clipped(target, 40);
  return {ErrorKind::invalid,
          fmt::format("there is no place for backups called '{}' and no folder of that name here; {}; for a new folder "
                      "write ./{}",
                      word, all.empty() ? "no place is set up yet" : "the places are: " + all, word),
          {}};
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

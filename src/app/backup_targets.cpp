#include "app/backup_targets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "app/backup_target_volumes.hpp"
#include "app/drill_records.hpp"
#include "app/enrolment.hpp"
#include "app/journal.hpp"
#include "app/meta_list.hpp"
#include "app/place_records.hpp"
#include "app/shop_state.hpp"
#include "core/text.hpp"
#include "net/cloud/hub_objects.hpp"
#include "storage/folder_store.hpp"
#include "storage/meta.hpp"

namespace till::app {
namespace {

constexpr MetaList<BackupTarget> kTargets{"backup.targets", 1};
constexpr const char* kHistory = "backup.history.";
constexpr std::array<std::string_view, 3> kKindNames = {"folder", "stick", "hub"};

Result<std::vector<BackupTarget>> listed(storage::Connection& conn) {
  auto targets = TRY(kTargets.read(conn));
  if (!targets)
    return fail(ErrorKind::permanent, "the list of places for backups is of a newer version; update this terminal");
  return std::move(*targets);
}

BackupTarget* find_in(std::vector<BackupTarget>& targets, std::string_view name) {
  const auto found = std::ranges::find(targets, name, &BackupTarget::name);
  return found == targets.end() ? nullptr : &*found;
}

tl::unexpected<Error> no_such(std::string_view name) {
  return invalid("there is no place for backups called '" + clipped(name, 40) + "'; see: tillctl backup target list");
}

template <class Edit>
Status edit_target(Shop& shop, const std::string& name, Edit&& edit) {
  return shop.state().db->write([&](storage::Transaction& tx) -> Status {
    auto targets = TRY(listed(tx));
    auto* target = find_in(targets, name);
    if (target == nullptr) return no_such(name);
    TRY(edit(*target));
    return kTargets.write(tx, std::move(targets));
  });
}

// --- setting up ---

Status check_new(const std::vector<BackupTarget>& present, const NewTarget& wish) {
  if (!is_target_name(wish.name))
    return invalid("give the place a name of 1 to 32 small letters, digits and dashes, for example: office-stick");
  if (present.size() >= kMaxBackupTargets) return invalid("there are 16 places already; remove one first");
  if (wish.kind != TargetKind::hub && wish.path.empty())
    return invalid("say where it is, for example: --at /media/stick");
  const auto same = std::ranges::find(present, wish.name, &BackupTarget::name);
  const bool one_more = same != present.end() && same->kind == TargetKind::stick && wish.kind == TargetKind::stick;
  if (same != present.end() && !one_more) return invalid("there is a place '" + wish.name + "' already");
  if (one_more && same->stores.size() >= kMaxSticksOfATarget)
    return invalid("twelve sticks take turns already; remove the place and begin anew");
  return {};
}

// The folder on the stick: what the person gave, below where it is mounted.
Result<std::string> folder_on_stick(ShopState& state, const std::vector<storage::Volume>& all, const std::string& path,
                                    bool own_volume) {
  const auto whole = absolute(path);
  const auto volume = storage::volume_of(all, whole);
  if (!volume || (!own_volume && is_on_own_volume(state, all, path)))
    return invalid("'" + path +
                   "' is not on a stick; give the folder where the stick is mounted, for example /media/stick");
  auto below = whole.substr(volume->path.size());
  while (below.starts_with('/')) below.erase(0, 1);
  return below;
}

Result<BackupTarget> set_up(Shop& shop, const NewTarget& wish) {
  auto& state = shop.state();
  BackupTarget target;
  target.name = wish.name;
  target.kind = wish.kind;
  target.own_volume = wish.own_volume;
  if (wish.kind == TargetKind::hub) {
    const auto joined = TRY(membership(shop));
    if (!joined) return invalid("this till belongs to no hub yet; join one with: tillctl enrol");
    target.place = joined->url;
    target.stores = {TRY(net::HubObjects(address_of(*joined), credentials_of(shop), state.clock, state.random).id())};
    return target;
  }
  const auto all = TRY(state.volumes->mounted());
  if (!wish.own_volume && is_on_own_volume(state, all, wish.path)) {
    return invalid("'" + wish.path +
                   "' is on the disk that the till runs from, so a backup there would be lost with it; use another "
                   "stick or disk (--own-volume takes it all the same)");
  }
  if (!state.env->exists(wish.path) && !state.env->exists(storage::parent_folder(wish.path)))
    return invalid("there is no folder '" + wish.path + "'; is the stick plugged in?");
  if (wish.kind == TargetKind::stick) {
    target.place = TRY(folder_on_stick(state, all, wish.path, wish.own_volume));
  } else {
    target.place = absolute(wish.path);
  }
  auto store = TRY(storage::FolderStore::create(*state.env, wish.path, state.clock, state.random));
  target.stores = {TRY(store->id())};
  return target;
}

// --- settings ---

Result<std::uint64_t> number_in(const std::string& key, const std::string& text, std::uint64_t least,
                                std::uint64_t most) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < least || value > most)
    return invalid(fmt::format("give a number from {} to {} for {}", least, most, key));
  return value;
}

Result<std::uint16_t> minute_of(const std::string& text) {
  const auto parts = split(text, ':');
  if (parts.size() != 2) return invalid("give the time of day as HH:MM, for example 22:00");
  const auto hour = TRY(number_in("the hour", parts[0], 0, 23));
  const auto minute = TRY(number_in("the minute", parts[1], 0, 59));
  return static_cast<std::uint16_t>(hour * 60 + minute);
}

Status apply(BackupTarget& target, const std::string& key, const std::string& value) {
  auto& schedule = target.schedule;
  if (key == "every") {
    schedule.every = TRY(backup::every_from(value));
  } else if (key == "at") {
    schedule.minute = TRY(minute_of(value));
  } else if (key == "weekday") {
    schedule.weekday = static_cast<std::uint8_t>(TRY(number_in(key, value, 1, 7)));
  } else if (key == "day") {
    schedule.day = static_cast<std::uint8_t>(TRY(number_in(key, value, 1, 31)));
  } else if (key == "shift-close") {
    if (value != "yes" && value != "no") return invalid("say yes or no for shift-close");
    schedule.on_shift_close = value == "yes";
  } else if (key == "keep") {
    target.keep_last = static_cast<std::uint32_t>(TRY(number_in(key, value, 1, 100'000)));
  } else if (key == "keep-daily") {
    target.keep_daily = static_cast<std::uint32_t>(TRY(number_in(key, value, 0, 1000)));
  } else if (key == "keep-weekly") {
    target.keep_weekly = static_cast<std::uint32_t>(TRY(number_in(key, value, 0, 1000)));
  } else if (key == "keep-monthly") {
    target.keep_monthly = static_cast<std::uint32_t>(TRY(number_in(key, value, 0, 1000)));
  } else if (key == "quota-mb") {
    target.quota_bytes = TRY(number_in(key, value, 0, 1'000'000'000)) * 1'000'000;
  } else if (key == "pin" || key == "unpin") {
    if (!backup::is_generation_id(value)) return invalid("'" + clipped(value, 40) + "' is not the name of a backup");
    std::erase(target.pinned, value);
    if (key == "pin") target.pinned.push_back(value);
  } else {
    return invalid("there is no setting '" + clipped(key, 40) +
                   "' of a place for backups; there are: every, at, "
                   "weekday, day, shift-close, keep, keep-daily, keep-weekly, keep-monthly, quota-mb, pin, unpin");
  }
  return backup::check_schedule(schedule);
}

}  // namespace

std::string_view to_string(TargetKind kind) {
  return kKindNames.at(static_cast<std::size_t>(kind));
}

Result<TargetKind> target_kind_from(std::string_view text) {
  const auto found = std::ranges::find(kKindNames, text);
  if (found == kKindNames.end()) return invalid("say folder, stick or hub");
  return static_cast<TargetKind>(found - kKindNames.begin());
}

bool is_target_name(std::string_view name) {
  return !name.empty() && name.size() <= 32 && name.front() != '-' && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

Result<std::vector<BackupTarget>> backup_targets(Shop& shop) {
  return shop.state().db->read([](storage::Connection& conn) { return listed(conn); });
}

Result<std::optional<BackupTarget>> backup_target(Shop& shop, std::string_view name) {
  if (!is_target_name(name)) return std::optional<BackupTarget>{};
  auto all = TRY(backup_targets(shop));
  const auto* found = find_in(all, name);
  return found == nullptr ? std::optional<BackupTarget>{} : std::optional(*found);
}

Result<BackupTarget> add_backup_target(Shop& shop, const Actor& actor, const NewTarget& wish) {
  TRY(require_right(shop, actor, domain::Right::backup, wish.name));
  TRY(check_new(TRY(backup_targets(shop)), wish));
  auto target = TRY(set_up(shop, wish));
  backup::RunHistory history;
  history.set_up_at = shop.state().clock.now();
  TRY(shop.state().db->write([&](storage::Transaction& tx) -> Status {
    auto targets = TRY(listed(tx));
    TRY(check_new(targets, wish));
    for (const auto& other : targets) {
      const bool same = std::ranges::find(other.stores, target.stores.front()) != other.stores.end();
      if (same) return invalid("this is the place '" + other.name + "' already");
    }
    if (auto* row = find_in(targets, wish.name)) {
      row->stores.insert(row->stores.begin(), target.stores.front());
      target = *row;
    } else {
      targets.push_back(target);
      TRY(storage::set_meta(tx, kHistory + wish.name, encode(history)));
    }
    return kTargets.write(tx, std::move(targets));
  }));
  journal_alone(shop.state(), actor, {"backup.target.add", target.name, wish.path.empty() ? target.place : wish.path});
  return target;
}

Status remove_backup_target(Shop& shop, const Actor& actor, const std::string& name) {
  TRY(require_right(shop, actor, domain::Right::backup, name));
  const auto target = TRY(backup_target(shop, name));
  TRY(shop.state().db->write([&](storage::Transaction& tx) -> Status {
    auto targets = TRY(listed(tx));
    if (std::erase_if(targets, [&](const BackupTarget& t) { return t.name == name; }) == 0) return no_such(name);
    TRY(storage::remove_meta(tx, kHistory + name));
    return kTargets.write(tx, std::move(targets));
  }));
  if (target) {
    TRY(forget_places(shop, target->stores));
    TRY(forget_drills(shop, target->stores));
  }
  journal_alone(shop.state(), actor, {"backup.target.remove", name, {}});
  return {};
}

Status set_backup_target(Shop& shop, const Actor& actor, const std::string& name, const std::string& key,
                         const std::string& value) {
  TRY(require_right(shop, actor, domain::Right::backup, name));
  TRY(edit_target(shop, name, [&](BackupTarget& target) { return apply(target, key, value); }));
  journal_alone(shop.state(), actor, {"backup.target.set", name, key + " " + value});
  return {};
}

Result<backup::RunHistory> run_history(Shop& shop, const std::string& name) {
  return shop.state().db->read([&](storage::Connection& conn) -> Result<backup::RunHistory> {
    const auto bytes = TRY(storage::meta(conn, kHistory + name));
    return bytes ? decode<backup::RunHistory>(*bytes) : backup::RunHistory{};
  });
}

Status set_run_history(Shop& shop, const std::string& name, const backup::RunHistory& history) {
  return shop.state().db->write(
      [&](storage::Transaction& tx) { return storage::set_meta(tx, kHistory + name, encode(history)); });
}

Status note_stick_used(Shop& shop, const std::string& name, const Id& store) {
  return edit_target(shop, name, [&](BackupTarget& target) -> Status {
    const auto found = std::ranges::find(target.stores, store);
    if (found != target.stores.end()) std::rotate(found, found + 1, target.stores.end());
    return {};
  });
}

Status note_shift_closed(Shop& shop) {
  for (const auto& target : TRY(backup_targets(shop))) {
    if (!target.schedule.on_shift_close) continue;
    auto history = TRY(run_history(shop, target.name));
    history.shift_closed_at = shop.state().clock.now();
    TRY(set_run_history(shop, target.name, history));
  }
  return {};
}

}  // namespace till::app

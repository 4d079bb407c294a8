#include "app/stick_probe.hpp"

#include <algorithm>

#include "app/age.hpp"
#include "app/backup_target_volumes.hpp"
#include "app/backup_targets.hpp"
#include "app/journal.hpp"
#include "app/shop_state.hpp"
#include "storage/capacity_probe.hpp"

namespace till::app {
namespace {

Status leave_room_for_till(ShopState& state, const std::string& folder, std::uint64_t bytes) {
  if (!is_on_own_volume(state, TRY(state.volumes->mounted()), folder)) return {};
  const auto free = TRY(state.env->free_space_bytes(folder));
  const auto spare = free - std::min(free, kLeftForTill_bytes);
  if (bytes != 0 && bytes <= spare) return {};
  return invalid("the till runs from this disk and needs room while it is checked; check a part of it, " +
                 std::to_string(spare / 1'000'000) + " MB at most");
}

}  // namespace

Result<std::uint64_t> probe_stick(Shop& shop, const Actor& actor, const std::string& folder, std::uint64_t bytes,
                                  Task& task) {
  TRY(require_right(shop, actor, domain::Right::backup, folder));
  auto& state = shop.state();
  if (!state.env->exists(folder)) return invalid("there is no folder '" + folder + "'; is the stick plugged in?");
  TRY(leave_room_for_till(state, folder, bytes));
  auto probed = storage::probe_capacity(*state.env, folder, bytes, state.random, task);
  journal_alone(state, actor,
                {"backup.target.probe", folder,
                 probed ? bytes_text(*probed) + " came back as they were" : probed.error().message});
  return probed;
}

Result<std::uint64_t> probe_place(Shop& shop, const Actor& actor, const std::string& name, std::uint64_t bytes,
                                  Task& task) {
  TRY(require_right(shop, actor, domain::Right::backup, name));
  const auto target = TRY(backup_target(shop, name));
  if (!target) return invalid("there is no place for backups called '" + name + "'");
  if (target->kind == TargetKind::hub) return invalid("the hub has its own disk; only a stick or a folder is checked");
  const auto located = locate_target(shop, *target);
  if (!located) return fail(located.error().error);
  return probe_stick(shop, actor, located->path, bytes, task);
}

}  // namespace till::app

#include "app/stick_probe.hpp"

#include "app/age.hpp"
#include "app/journal.hpp"
#include "app/shop_state.hpp"
#include "storage/capacity_probe.hpp"

namespace till::app {

Result<std::uint64_t> probe_stick(Shop& shop, const Actor& actor, const std::string& folder, std::uint64_t bytes,
                                  Task& task) {
  TRY(require_right(shop, actor, domain::Right::backup, folder));
  auto& state = shop.state();
  if (!state.env->exists(folder)) return invalid("there is no folder '" + folder + "'; is the stick plugged in?");
  auto probed = storage::probe_capacity(*state.env, folder, bytes, state.random, task);
  journal_alone(state, actor,
                {"backup.target.probe", folder,
                 probed ? bytes_text(*probed) + " came back as they were" : probed.error().message});
  return probed;
}

}  // namespace till::app

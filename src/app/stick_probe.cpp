#include "app/stick_probe.hpp"

#include "app/shop_state.hpp"
#include "storage/capacity_probe.hpp"

namespace till::app {

Result<std::uint64_t> probe_stick(Shop& shop, const std::string& folder, std::uint64_t bytes, Task& task) {
  auto& state = shop.state();
  if (!state.env->exists(folder)) return invalid("there is no folder '" + folder + "'; is the stick plugged in?");
  return storage::probe_capacity(*state.env, folder, bytes, state.random, task);
}

}  // namespace till::app

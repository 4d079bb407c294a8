#include "app/device_keys.hpp"

#include "storage/tables.hpp"

namespace till::app {

bool learn_devices(ShopState& state, sync::RingKeys& keys) {
  const auto own = state.keys->identity().public_part().signing;
  keys.set_device(state.device(), Bytes(own.begin(), own.end()));
  const auto devices =
      state.db->read([](storage::Connection& conn) { return storage::load_all<domain::Device>(conn); });
  bool news = false;
  for (std::size_t i = 0; devices && i < devices->size(); ++i) {
    const auto& device = (*devices)[i];
    if (keys.knows_device(device.id)) continue;
    keys.set_device(device.id, device.signing_key);
    news = keys.knows_device(device.id) || news;
  }
  return news;
}

}  // namespace till::app

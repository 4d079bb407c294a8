#include "app/let_in.hpp"

#include <algorithm>

#include "app/held_keys.hpp"
#include "app/shop_state.hpp"
#include "core/wire.hpp"
#include "storage/meta.hpp"
#include "storage/tables.hpp"

namespace till::app {

namespace {
constexpr const char* kLetIn = "keys.let-in";  // meta
}

Result<std::vector<LetIn>> let_in(storage::Connection& conn) {
  const auto stored = TRY(storage::meta(conn, kLetIn));
  return stored ? decode<std::vector<LetIn>>(*stored) : Result<std::vector<LetIn>>(std::vector<LetIn>{});
}

Result<std::vector<domain::Device>> devices_and_let_in(storage::Connection& conn) {
  auto all = TRY(storage::load_all<domain::Device>(conn));
  for (const auto& one : TRY(let_in(conn))) {
    if (std::ranges::find(all, one.device, &domain::Device::id) != all.end()) continue;
    domain::Device device;
    device.id = one.device;
    device.sealing_key = one.sealing_key;
    all.push_back(std::move(device));
  }
  return all;
}

Status remember_let_in(ShopState& state, const Id& device, ByteView sealing_key) {
  return state.db->write([&](storage::Transaction& tx) -> Status {
    auto all = TRY(let_in(tx));
    const auto rows = TRY(storage::load_all<domain::Device>(tx));
    std::erase_if(all, [&](const LetIn& one) {
      return one.device == device || std::ranges::find(rows, one.device, &domain::Device::id) != rows.end();
    });
    if (!sealing_key.empty()) all.push_back({device, to_bytes(sealing_key), held_text(TRY(held_ring(state, tx)))});
    return storage::set_meta(tx, kLetIn, encode(all));
  });
}

Status forget_let_in(ShopState& state, const Id& device) {
  return remember_let_in(state, device, {});
}

}  // namespace till::app

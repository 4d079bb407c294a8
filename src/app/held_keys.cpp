#include "app/held_keys.hpp"

#include <fmt/format.h>

#include "app/key_files.hpp"
#include "app/shop_state.hpp"
#include "security/hash.hpp"
#include "storage/meta.hpp"

namespace till::app {

namespace {
using security::KeyRing;
constexpr const char* kHeldRing = "keys.announced";  // meta: the ring with what is not in use yet
}  // namespace

KeyRing ring_in_use(ShopState& state) {
  return state.keys->with_ring([](security::RingFile& file) { return file.ring.clone(); });
}

Result<KeyRing> held_ring(ShopState& state, storage::Connection& conn) {
  auto ring = ring_in_use(state);
  if (const auto announced = TRY(storage::meta(conn, kHeldRing))) {
    const auto bytes = security::SecretBytes::copy_of(*announced);
    TRY(ring.merge(TRY(KeyRing::decode(bytes.view()))));
  }
  return ring;
}
Result<KeyRing> held_ring(ShopState& state) {
  return state.db->read([&](storage::Connection& conn) { return held_ring(state, conn); });
}

std::string held_text(const KeyRing& ring) {
  Bytes keys;
  for (const auto* key : ring.keys_for(ring.current_epoch())) {
    const auto hash = security::sha256(key->view());
    keys.insert(keys.end(), hash.begin(), hash.end());
  }
  const auto hash = security::sha256(keys);
  return fmt::format("{}:{}", ring.current_epoch(), to_hex(ByteView(hash).first(4)));
}

Result<std::optional<KeyRing>> announced_keys(ShopState& state) {
  auto held = TRY(held_ring(state));
  if (ring_in_use(state).encode() == held.encode()) return std::optional<KeyRing>{};
  return std::optional(std::move(held));
}

Status keep_announced_keys(storage::Transaction& tx, const KeyRing& ring) {
  return storage::set_meta(tx, kHeldRing, ring.encode().view());
}

Status forget_announced_keys(storage::Transaction& tx) {
  return storage::remove_meta(tx, kHeldRing);
}

bool waits_for_new_keys(ShopState& state) {
  const auto held = held_ring(state);
  return held && !(ring_in_use(state).encode() == held->encode());
}

}  // namespace till::app

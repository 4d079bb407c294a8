#include "backup/keys.hpp"

#include <optional>

#include "core/log.hpp"
#include "core/text.hpp"
#include "security/hash.hpp"

namespace till::backup {
namespace {

constexpr std::uint64_t kMaxRingObject = 32 << 20;
constexpr std::string_view kFolder = "keyring";

std::string ring_prefix(const Id& device) {
  return to_hex(device.view()) + "/" + std::string(kFolder) + "/";
}

bool is_ring_name(std::string_view name) {
  const auto parts = split(name, '/');
  return parts.size() == 3 && parts[1] == kFolder;
}

Status put_and_read_back(ObjectStore& store, const std::string& name, const security::RingFile& ring, Random& random) {
  const auto portable = TRY(ring.encode_portable(random));
  TRY(store.put(name, portable));
  const auto stored = TRY(store.get(name, kMaxRingObject));
  if (!stored || *stored != portable) {
    return corrupt(store.describe() + " did not keep the keys as they were written; use another one");
  }
  return {};
}

}  // namespace

BackupKeys BackupKeys::from(const security::KeyRing& ring) {
  return {ring.tenant(), ring.derive("backup")};
}

std::vector<BackupKeys> BackupKeys::all_from(const security::KeyRing& ring) {
  std::vector<BackupKeys> all;
  for (auto& key : ring.derive_all("backup")) all.push_back({ring.tenant(), std::move(key)});
  return all;
}

Bytes BackupKeys::check_value() const {
  return to_bytes(security::hkdf_sha256(key.view(), tenant.view(), till::view("check"), 8).view());
}

Result<bool> store_key_ring(ObjectStore& store, const Id& device, const security::RingFile& ring, Random& random) {
  if (!ring.has_passphrase()) return false;
  const auto prefix = ring_prefix(device);
  const auto name = prefix + to_hex(ring.fingerprint());
  const auto stored = TRY(store.get(name, kMaxRingObject));
  if (!stored || !ring.same_as(*stored)) {
    if (stored) TRY(store.remove(name));
    TRY(put_and_read_back(store, name, ring, random));
  }
  for (const auto& object : TRY(store.list(prefix))) {
    if (object.name != name) TRY(store.remove(object.name));
  }
  return true;
}

Result<security::RingFile> ring_from_store(ObjectStore& store, std::string_view passphrase) {
  std::optional<security::RingFile> best;
  std::optional<Error> why;
  for (const auto& object : TRY(store.list(""))) {
    if (!is_ring_name(object.name)) continue;
    const auto bytes = TRY(store.get(object.name, kMaxRingObject));
    if (!bytes) continue;
    auto ring = security::RingFile::open_with_passphrase(*bytes, passphrase);
    if (!ring) {
      log::info("{} does not open: {}", object.name, ring.error().message);
      if (!why || ring.error().kind == ErrorKind::denied) why = ring.error();
    } else if (!best || ring->ring.current_epoch() > best->ring.current_epoch()) {
      best = std::move(*ring);
    }
  }
  if (best) return std::move(*best);
  if (why) return fail(*why);
  return fail(ErrorKind::permanent, store.describe() +
                                        " holds no keys: it is not a backup of Tillstick, or no recovery passphrase "
                                        "was set when the backups were made");
}

}  // namespace till::backup

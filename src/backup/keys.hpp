// The keys of backups. The backup key is HKDF of the tenant's master key, so that each terminal of the shop opens each
// backup of it. The ring itself, wrapped by the recovery passphrase, is put into the store with the backups
// (`<device>/keyring/<fingerprint>`), so that the stick and the passphrase are enough on an empty PC.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "backup/object_store.hpp"
#include "core/random.hpp"
#include "security/key_ring.hpp"
#include "security/ring_file.hpp"

namespace till::backup {

struct BackupKeys {
  Id tenant;
  security::SecretBytes key;

  static BackupKeys from(const security::KeyRing& ring);
  // Of every master key that the ring has had, the newest first: for what was saved before it was replaced.
  static std::vector<BackupKeys> all_from(const security::KeyRing& ring);
  // Which key this is, without giving it away: 8 bytes in each manifest, to tell a wrong key from damage.
  [[nodiscard]] Bytes check_value() const;
};

// Puts the ring if the store does not have this very one for this device, and then removes the device's older ones.
// False where the ring has no recovery passphrase and nothing was put: the backup then opens on this PC only.
Result<bool> store_key_ring(ObjectStore& store, const Id& device, const security::RingFile& ring, Random& random);

// From a store and the recovery passphrase alone. Denied "the passphrase is wrong" if none of its rings opens;
// permanent if the store holds no ring.
Result<security::RingFile> ring_from_store(ObjectStore& store, std::string_view passphrase);

}  // namespace till::backup

// A place, a device and a key that are always the same, for what lies in backups.
#pragma once

#include "backup/manifest.hpp"

namespace till::fuzz {

struct BackupVault {
  BackupVault() {
    keys.tenant.bytes.fill(2);
    keys.key = security::SecretBytes(Bytes(32, 7));
    store.bytes.fill(3);
    device.bytes.fill(4);
  }
  [[nodiscard]] backup::Vault vault() const { return {store, device, keys}; }

  static constexpr const char* kGeneration = "20261120-094107-3fa9c1";
  backup::BackupKeys keys;
  Id store, device;
};

}  // namespace till::fuzz

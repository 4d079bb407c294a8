// SegmentKeys over the tenant's key ring, this device's identity and the public keys of the other devices. The ring and
// the key outlive it; guard them like the engine, by its one thread.
#pragma once

#include <map>

#include "core/random.hpp"
#include "sync/segment_keys.hpp"

namespace till::security {
class KeyRing;
class SigningKey;
}  // namespace till::security

namespace till::sync {

class RingKeys final : public SegmentKeys {
 public:
  RingKeys(const security::KeyRing& ring, const security::SigningKey& own, Random& random)
      : ring_(ring), own_(own), random_(random) {}
  // The Ed25519 public key of a device of the tenant, own device included; ignored unless 32 bytes long.
  void set_device(const Id& device, const Bytes& public_key);
  // Its feeds end there; one that is not named never began. Replaces what was said of the device before.
  void lock_out(const Id& device, std::map<Feed, std::uint64_t> ends) { ends_[device] = std::move(ends); }

  [[nodiscard]] EpochNumber current_epoch() const override;
  [[nodiscard]] bool has_epoch(EpochNumber epoch) const override;
  [[nodiscard]] bool knows_device(const Id& device) const override { return devices_.contains(device); }
  [[nodiscard]] std::size_t seal_overhead_bytes() const override;
  Result<Bytes> seal(EpochNumber epoch, ByteView plain, ByteView associated) override;
  [[nodiscard]] Result<Bytes> open(EpochNumber epoch, ByteView sealed, ByteView associated) const override;
  Result<SegmentSignature> sign(ByteView message) override;
  [[nodiscard]] Status verify(const Id& device, ByteView message, ByteView signature) const override;
  [[nodiscard]] bool is_locked_out(const Id& device) const override { return ends_.contains(device); }
  [[nodiscard]] bool counts(const Feed& feed, std::uint64_t last_sequence) const override;

 private:
  const security::KeyRing& ring_;
  const security::SigningKey& own_;
  Random& random_;
  std::map<Id, Bytes> devices_;
  std::map<Id, std::map<Feed, std::uint64_t>> ends_;
};

}  // namespace till::sync

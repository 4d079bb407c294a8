// Who a terminal is: a random id, an Ed25519 key that signs its records and an X25519 key that others seal to. Stored
// sealed under this PC's key:
//
//   bytes 0..5    "TSDEVI"   byte 6   version, 1    bytes 7..22   device id
//   then          seal.hpp's bytes of the two private keys (64 bytes), bytes 0..22 as associated data
//
// A copied stick therefore does not carry the identity to another PC. Reading and writing of files is the caller's.
#pragma once

#include "core/clock.hpp"
#include "core/id.hpp"
#include "core/random.hpp"
#include "core/result.hpp"
#include "core/wire.hpp"
#include "security/key_exchange.hpp"
#include "security/signing.hpp"

namespace till::security {

// What others know of a device.
struct DevicePublic {
  Id device;
  SigningPublicKey signing{};
  ExchangePublicKey exchange{};

  bool operator==(const DevicePublic&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(device, signing, exchange);
  }
};

struct DeviceIdentity {
  Id device;
  SigningKey signing;
  ExchangeKey exchange;

  static Result<DeviceIdentity> generate(Clock& clock, Random& random);
  [[nodiscard]] DevicePublic public_part() const { return {device, signing.public_key(), exchange.public_key()}; }

  [[nodiscard]] Result<Bytes> encode_sealed(const SecretBytes& pc_key, Random& random) const;
  // Denied on another PC or with another key file; corrupt when the file is damaged or not an identity.
  static Result<DeviceIdentity> open_sealed(ByteView file, const SecretBytes& pc_key);
};

}  // namespace till::security

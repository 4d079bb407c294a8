// Ed25519 (RFC 8032). A SigningKey is made from its 32-byte seed, which is what is stored. About 27,000 signatures and
// 10,000 verifications a second on one core: sign segments, not records. Any thread, const members at once.
#pragma once

#include <array>
#include <memory>

#include "core/bytes.hpp"
#include "core/random.hpp"
#include "core/result.hpp"
#include "security/secret_bytes.hpp"

namespace till::security {

using SigningPublicKey = std::array<std::uint8_t, 32>;
using Signature = std::array<std::uint8_t, 64>;

class SigningKey {
 public:
  static Result<SigningKey> generate(Random& random);
  static Result<SigningKey> from_seed(SecretBytes seed);  // exactly 32 bytes

  [[nodiscard]] Result<Signature> sign(ByteView message) const;
  [[nodiscard]] const SigningPublicKey& public_key() const { return public_key_; }
  [[nodiscard]] const SecretBytes& seed() const { return seed_; }

 private:
  SigningKey() = default;
  SecretBytes seed_;
  SigningPublicKey public_key_{};
  std::shared_ptr<void> handle_;
};

// Corrupt if the signature is not this key's over exactly these bytes.
Status verify(const SigningPublicKey& key, ByteView message, const Signature& signature);
// The same for bytes off the wire: a signature of another size is refused, not read past.
Status verify(const SigningPublicKey& key, ByteView message, ByteView signature);

}  // namespace till::security

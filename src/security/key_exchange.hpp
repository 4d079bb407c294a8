// X25519 (RFC 7748) and sealing to a public key: only the holder of the private key opens it, and not the sender.
//
//   bytes 0..31   ephemeral public key
//   bytes 32..    seal.hpp's bytes under HKDF-SHA256(shared secret, salt = ephemeral || recipient, info = "tillstick
//   seal_to 1"),
//                 the context as associated data
//
// The context says what the bytes are for ("key ring for device ..."), so that one message cannot stand in for another.
// seal_to says nothing about who sent it: sign what must come from someone. Any thread.
#pragma once

#include <array>

#include "core/bytes.hpp"
#include "core/random.hpp"
#include "core/result.hpp"
#include "security/secret_bytes.hpp"

namespace till::security {

using ExchangePublicKey = std::array<std::uint8_t, 32>;

class ExchangeKey {
 public:
  static Result<ExchangeKey> generate(Random& random);
  static Result<ExchangeKey> from_bytes(SecretBytes private_key);  // exactly 32 bytes

  // The raw shared secret, to be put through HKDF. Refuses a peer key of small order (all-zero secret) as corrupt.
  [[nodiscard]] Result<SecretBytes> agree(const ExchangePublicKey& peer) const;
  [[nodiscard]] const ExchangePublicKey& public_key() const { return public_key_; }
  [[nodiscard]] const SecretBytes& private_bytes() const { return private_key_; }

 private:
  ExchangeKey() = default;
  SecretBytes private_key_;
  ExchangePublicKey public_key_{};
};

Result<Bytes> seal_to(const ExchangePublicKey& recipient, ByteView plain, ByteView context, Random& random);
Result<Bytes> open_sealed(const ExchangeKey& recipient, ByteView sealed, ByteView context);

}  // namespace till::security

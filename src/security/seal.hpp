// Authenticated encryption (AEAD). What `seal` returns:
//
//   byte  0       algorithm: 1 AES-256-GCM (NIST SP 800-38D), 2 ChaCha20-Poly1305 (RFC 8439)
//   bytes 1..12   nonce
//   bytes 13..    ciphertext, as long as the plain bytes
//   last 16       tag over ciphertext and associated data
//
// `open` refuses anything of which one bit differs, and the wrong key, with an Error of kind corrupt: the two cannot be
// told apart here, so callers that can say more put it into context. Keys are 32 bytes (invalid otherwise). A key must
// not seal more than 2^32 messages with random nonces; epoch and object keys stay far below. Any thread.
#pragma once

#include <array>

#include "core/bytes.hpp"
#include "core/random.hpp"
#include "core/result.hpp"
#include "security/secret_bytes.hpp"

namespace till::security {

enum class SealAlgorithm : std::uint8_t { aes_256_gcm = 1, chacha20_poly1305 = 2 };

constexpr std::size_t kKeySize = 32;
constexpr std::size_t kNonceSize = 12;
constexpr std::size_t kTagSize = 16;
constexpr std::size_t kSealOverhead = 1 + kNonceSize + kTagSize;

using Nonce = std::array<std::uint8_t, kNonceSize>;

// AES-256-GCM, or ChaCha20-Poly1305 where the processor has no AES instructions. Both sides can always open both.
SealAlgorithm preferred_algorithm();

Result<Bytes> seal(const SecretBytes& key, ByteView plain, ByteView associated, Random& random,
                   SealAlgorithm algorithm = preferred_algorithm());
// With a nonce of the caller's, who promises that it is used once under this key.
Result<Bytes> seal_with_nonce(const SecretBytes& key, const Nonce& nonce, ByteView plain, ByteView associated,
                              SealAlgorithm algorithm = preferred_algorithm());
Result<Bytes> open(const SecretBytes& key, ByteView sealed, ByteView associated);

}  // namespace till::security

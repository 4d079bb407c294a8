// Hashes and key derivation: SHA-256 (FIPS 180-4), HMAC (RFC 2104), HKDF (RFC 5869). They cannot fail short of the
// machine running out of memory, which ends the program like any failed allocation; hence no Result. Any thread; a
// Sha256 object belongs to one thread at a time.
#pragma once

#include <array>
#include <memory>
#include <string_view>

#include "core/bytes.hpp"
#include "core/id.hpp"
#include "security/secret_bytes.hpp"

namespace till::security {

using Hash = std::array<std::uint8_t, 32>;

Hash sha256(ByteView bytes);

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  Sha256& update(ByteView bytes);
  // The hash of everything so far; the object then starts anew.
  Hash finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

Hash hmac_sha256(ByteView key, ByteView bytes);
// `size` at most 255 * 32.
SecretBytes hkdf_sha256(ByteView secret, ByteView salt, ByteView info, std::size_t size = 32);

// Takes the same time wherever the two differ.
bool same(const Hash& a, const Hash& b);

// A UUID version 8 (RFC 9562) from SHA-256 of the namespace's 16 bytes and the name: two terminals that know nothing of
// each other derive the same id for the same thing.
Id id_from_name(const Id& name_space, std::string_view name);

}  // namespace till::security

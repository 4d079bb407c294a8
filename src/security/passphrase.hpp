// Keys under a passphrase: scrypt (RFC 7914) with stored parameters, then AEAD. What `wrap` returns:
//
//   bytes 0..3    "TSPW"            byte 4        version, 1
//   byte  5       log2 N            byte 6        r            byte 7   p
//   bytes 8..23   salt
//   bytes 24..n   seal.hpp's bytes, bytes 0..23 and the context as associated data
//   last 8        first 8 bytes of SHA-256 over everything before: tells damage from a wrong passphrase
//
// `unwrap` says denied "the passphrase is wrong", or corrupt where the bytes are damaged. Parameters from a file are
// bounded (at most 1 GiB of memory), so that a forged one cannot take the machine down. White space around a passphrase
// does not count. Any thread; takes as long as the cost says (measured_cost).
#pragma once

#include <chrono>
#include <string_view>

#include "core/bytes.hpp"
#include "core/clock.hpp"
#include "core/random.hpp"
#include "core/result.hpp"
#include "security/secret_bytes.hpp"

namespace till::security {

struct ScryptCost {
  std::uint8_t log2_n = 16;
  std::uint8_t r = 8;
  std::uint8_t p = 1;

  bool operator==(const ScryptCost&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(log2_n, r, p);
  }
};

constexpr ScryptCost kTinyCost{4, 1, 1};      // tests only: no protection at all
constexpr ScryptCost kDefaultCost{16, 8, 1};  // 64 MiB, some 200 ms on an old PC
constexpr ScryptCost kPinCost{14, 8, 1};      // 16 MiB: a PIN is checked while a cashier waits

// The largest cost between 2^14 and 2^18 that this machine computes within `limit`; run once at set-up and stored.
ScryptCost measured_cost(std::chrono::milliseconds limit, Clock& clock);
Result<SecretBytes> scrypt(ByteView passphrase, ByteView salt, ScryptCost cost, std::size_t size = 32);

// The rules for a recovery passphrase: at least 10 characters, not one character over and over, not only digits unless
// 20 of them, none of the few that everybody picks. Invalid with a sentence that says what to do.
Status check_passphrase(std::string_view passphrase);

Result<Bytes> wrap(const SecretBytes& secret, std::string_view passphrase, ByteView context, ScryptCost cost,
                   Random& random);
Result<SecretBytes> unwrap(ByteView wrapped, std::string_view passphrase, ByteView context);

}  // namespace till::security

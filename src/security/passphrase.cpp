#include "security/passphrase.hpp"

#include <algorithm>
#include <array>

#include "core/text.hpp"
#include "security/hash.hpp"
#include "security/openssl_error.hpp"
#include "security/seal.hpp"

namespace till::security {
namespace {

constexpr std::string_view kMagic = "TSPW";
constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kSaltSize = 16;
constexpr std::size_t kHeaderSize = 24;
constexpr std::size_t kChecksumSize = 8;
constexpr std::uint64_t kMaxMemory_bytes = 1ULL << 30;

Bytes with_context(ByteView header, ByteView context) {
  Bytes out = to_bytes(header);
  out.insert(out.end(), context.begin(), context.end());
  return out;
}

SecretBytes typed(std::string_view passphrase) {
  return SecretBytes(to_bytes(trimmed(passphrase)));
}

}  // namespace

Result<SecretBytes> scrypt(ByteView passphrase, ByteView salt, ScryptCost cost, std::size_t size) {
  if (cost.log2_n < 1 || cost.log2_n > 24 || cost.r < 1 || cost.p < 1) {
    return corrupt("the passphrase's parameters make no sense");
  }
  const std::uint64_t n = 1ULL << cost.log2_n;
  if (128 * n * cost.r > kMaxMemory_bytes || cost.p > 16) {
    return corrupt("the passphrase's parameters ask for more than any terminal has");
  }
  Bytes out(size);
  // The exact need is 128 r (N + p + 2) bytes; OpenSSL's own limit is 32 MiB unless told.
  if (EVP_PBE_scrypt(reinterpret_cast<const char*>(passphrase.data()), passphrase.size(), salt.data(), salt.size(), n,
                     cost.r, cost.p, kMaxMemory_bytes + (64 << 20), out.data(), out.size()) != 1) {
    return crypto_failed("scrypt");
  }
  return SecretBytes(std::move(out));
}

ScryptCost measured_cost(std::chrono::milliseconds limit, Clock& clock) {
  ScryptCost cost{14, 8, 1};
  const std::array<std::uint8_t, kSaltSize> salt{};
  while (cost.log2_n < 18) {
    const auto start = clock.monotonic();
    if (!scrypt(view("measure"), salt, cost)) break;
    // Twice N takes twice as long.
    if ((clock.monotonic() - start) * 2 > limit) break;
    ++cost.log2_n;
  }
  return cost;
}

Status check_passphrase(std::string_view passphrase) {
  const auto text = trimmed(passphrase);
  if (!is_valid_utf8(text)) return invalid("the passphrase contains characters that cannot be read; type it again");
  if (code_points(text) < 10) {
    return invalid("the passphrase is too short: use at least 10 characters, better four words");
  }
  if (text.size() > 1024) return invalid("the passphrase is too long: use at most 1000 characters");
  if (std::all_of(text.begin(), text.end(), [&](char c) { return c == text.front(); })) {
    return invalid("the passphrase is one character over and over; use at least four words");
  }
  const bool digits = std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (digits && text.size() < 20) {
    return invalid("the passphrase has only digits and is quickly guessed; add words or use at least 20 digits");
  }
  static constexpr std::array<std::string_view, 6> kUsual = {
      "passphrase", "password123", "passwordpassword", "qwertyuiop", "letmeinletmein", "correct horse battery staple"};
  if (std::find(kUsual.begin(), kUsual.end(), lowered(text)) != kUsual.end()) {
    return invalid("that passphrase is among the first that anybody tries; choose your own words");
  }
  return {};
}

Result<Bytes> wrap(const SecretBytes& secret, std::string_view passphrase, ByteView context, ScryptCost cost,
                   Random& random) {
  ByteWriter out;
  out.raw(view(kMagic));
  out.u8(kVersion);
  out.u8(cost.log2_n);
  out.u8(cost.r);
  out.u8(cost.p);
  out.raw(random.bytes(kSaltSize));
  const Bytes header = out.bytes();
  const auto key = TRY(scrypt(typed(passphrase).view(), ByteView(header).last(kSaltSize), cost));
  out.raw(TRY(seal(key, secret.view(), with_context(header, context), random)));
  const auto sum = sha256(out.bytes());
  out.raw(ByteView(sum).first(kChecksumSize));
  return out.take();
}

Result<SecretBytes> unwrap(ByteView wrapped, std::string_view passphrase, ByteView context) {
  constexpr auto kDamaged = "the key under the passphrase is damaged; use another copy of it";
  if (wrapped.size() < kHeaderSize + kSealOverhead + kChecksumSize) return corrupt(kDamaged);
  const auto body = wrapped.first(wrapped.size() - kChecksumSize);
  const auto sum = sha256(body);
  if (!equal(wrapped.last(kChecksumSize), ByteView(sum).first(kChecksumSize))) return corrupt(kDamaged);
  ByteReader in(body);
  if (as_text(TRY(in.raw(4))) != kMagic) return corrupt("this is not a key under a passphrase");
  if (TRY(in.u8()) != kVersion) {
    return fail(ErrorKind::permanent, "the key was stored by a newer version of Tillstick; update this terminal first");
  }
  ScryptCost cost;
  cost.log2_n = TRY(in.u8());
  cost.r = TRY(in.u8());
  cost.p = TRY(in.u8());
  const auto salt = TRY(in.raw(kSaltSize));
  const auto key = TRY(scrypt(typed(passphrase).view(), salt, cost));
  auto secret = open(key, in.rest(), with_context(body.first(kHeaderSize), context));
  if (!secret) return fail(ErrorKind::denied, "the passphrase is wrong", secret.error().message);
  return SecretBytes(std::move(*secret));
}

}  // namespace till::security

#include "security/database_key.hpp"

#include "security/seal.hpp"

namespace till::security {
namespace {

constexpr std::string_view kMagic = "TSDBKY";
constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kSlotsMax = 4;
constexpr std::size_t kSaltSize = 32;
constexpr std::size_t kSealedMax = 256;
constexpr auto kDamaged = "the key of the shop's data (keys/database) is damaged; restore the newest backup";

Bytes bound_to(ByteView salt) {
  ByteWriter out;
  out.raw(view(kMagic));
  out.u8(kVersion);
  out.raw(salt);
  return out.take();
}

}  // namespace

Result<Bytes> encode_database_key(const SecretBytes& key, std::span<const KeyRing* const> rings, Random& random) {
  if (rings.empty() || rings.size() > kSlotsMax) return invalid("a database key needs one to four rings; report this");
  ByteWriter out;
  out.raw(view(kMagic));
  out.u8(kVersion);
  out.u8(static_cast<std::uint8_t>(rings.size()));
  for (const auto* ring : rings) {
    const auto salt = random.bytes(kSaltSize);
    out.raw(salt);
    out.sized(TRY(seal(ring->derive("database", salt), key.view(), bound_to(salt), random)));
  }
  return out.take();
}

Result<SecretBytes> open_database_key(ByteView file, const KeyRing& ring) {
  ByteReader in(file);
  const auto magic = in.raw(kMagic.size());
  if (!magic || as_text(*magic) != kMagic) return corrupt(kDamaged);
  if (TRY(in.u8()) != kVersion) {
    return fail(ErrorKind::permanent, "this folder was last used by a newer Tillstick; use the newer program");
  }
  const auto slots = TRY(in.u8());
  if (slots == 0 || slots > kSlotsMax) return corrupt(kDamaged);
  for (std::uint8_t i = 0; i < slots; ++i) {
    const auto salt = in.raw(kSaltSize);
    const auto sealed = salt ? in.sized(kSealedMax) : Result<ByteView>(fail(salt.error()));
    if (!sealed) return corrupt(kDamaged);
    for (const auto& wrapping : ring.derive_all("database", *salt)) {
      auto key = open(wrapping, *sealed, bound_to(*salt));
      if (key && key->size() == kKeySize) return SecretBytes(std::move(*key));
    }
  }
  return denied("the shop's data was sealed under other keys than those in keys/ring; restore the newest backup");
}

}  // namespace till::security

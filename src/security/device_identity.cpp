#include "security/device_identity.hpp"

#include "security/seal.hpp"

namespace till::security {
namespace {

constexpr std::string_view kMagic = "TSDEVI";
constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kHeaderSize = 23;

}  // namespace

Result<DeviceIdentity> DeviceIdentity::generate(Clock& clock, Random& random) {
  const auto id = new_id(clock, random);
  auto signing_key = TRY(SigningKey::generate(random));
  auto exchange_key = TRY(ExchangeKey::generate(random));
  return DeviceIdentity{id, std::move(signing_key), std::move(exchange_key)};
}

Result<Bytes> DeviceIdentity::encode_sealed(const SecretBytes& pc_key, Random& random) const {
  ByteWriter out;
  out.raw(view(kMagic));
  out.u8(kVersion);
  out.raw(device.view());
  Bytes keys = to_bytes(signing.seed().view());
  keys.reserve(64);
  keys.insert(keys.end(), exchange.private_bytes().view().begin(), exchange.private_bytes().view().end());
  const SecretBytes both(std::move(keys));
  out.raw(TRY(seal(pc_key, both.view(), out.bytes(), random)));
  return out.take();
}

Result<DeviceIdentity> DeviceIdentity::open_sealed(ByteView file, const SecretBytes& pc_key) {
  constexpr auto kDamaged = "the file that says which terminal this is has been damaged; enrol the terminal again";
  if (file.size() != kHeaderSize + kSealOverhead + 64 || as_text(file.first(kMagic.size())) != kMagic) {
    return corrupt(kDamaged);
  }
  if (file[kMagic.size()] != kVersion) {
    return fail(ErrorKind::permanent, "this terminal's identity is of a newer version of Tillstick; update it first");
  }
  auto opened = open(pc_key, file.subspan(kHeaderSize), file.first(kHeaderSize));
  if (!opened) {
    return fail(ErrorKind::denied,
                "this terminal's identity was made on another PC or is damaged; enrol the terminal again",
                opened.error().message);
  }
  const SecretBytes both(std::move(*opened));
  const auto id = TRY(id_from_bytes(file.subspan(7, 16)));
  auto signing_key = TRY(SigningKey::from_seed(SecretBytes::copy_of(both.view().first(32))));
  auto exchange_key = TRY(ExchangeKey::from_bytes(SecretBytes::copy_of(both.view().last(32))));
  return DeviceIdentity{id, std::move(signing_key), std::move(exchange_key)};
}

}  // namespace till::security

#include "security/ring_file.hpp"

#include "core/text.hpp"
#include "security/hash.hpp"
#include "security/seal.hpp"

namespace till::security {
namespace {

constexpr std::string_view kMagic = "TSRING";
constexpr std::uint8_t kVersionPlainData = 1, kVersion = 2;
constexpr std::uint8_t kPcSlot = 1;
constexpr std::uint8_t kPassphraseSlot = 2;
constexpr std::size_t kMaxRing_bytes = 16 << 20;
constexpr std::string_view kPcKeyMagic = "tillstick-pc-key-1 ";
constexpr std::size_t kPcKeyCheckSize = 4;

struct Parts {
  Id tenant;
  bool data_is_sealed = false;
  std::optional<Bytes> pc_slot, passphrase_slot;
  ByteView header;
  ByteView sealed;
};

Result<Parts> parse(ByteView file) {
  ByteReader in(file);
  Parts parts;
  const auto magic = in.raw(kMagic.size());
  if (!magic || as_text(*magic) != kMagic) return corrupt("this is not a key file of Tillstick");
  const auto version = TRY(in.u8());
  if (version != kVersion && version != kVersionPlainData) {
    return fail(ErrorKind::permanent, "the key file is of a newer version of Tillstick; update this terminal first");
  }
  parts.data_is_sealed = version == kVersion;
  const auto tenant = TRY(in.raw(16));
  parts.tenant = TRY(id_from_bytes(tenant));
  const auto slots = TRY(in.u8());
  if (slots < 1 || slots > 2) return corrupt("the key file is damaged");
  for (int i = 0; i < slots; ++i) {
    const auto kind = TRY(in.u8());
    const auto bytes = to_bytes(TRY(in.sized(4096)));
    auto* slot = kind == kPcSlot ? &parts.pc_slot : kind == kPassphraseSlot ? &parts.passphrase_slot : nullptr;
    if (!slot || slot->has_value()) return corrupt("the key file is damaged");
    *slot = bytes;
  }
  parts.header = file.first(file.size() - in.rest().size());
  parts.sealed = TRY(in.sized(kMaxRing_bytes));
  if (!in.empty()) return corrupt("the key file is longer than its content");
  return parts;
}

Result<Parts> parsed(ByteView file) {
  auto parts = parse(file);
  if (!parts && parts.error().kind == ErrorKind::corrupt) {
    parts.error().message = "the key file is damaged; use another copy of it or the recovery passphrase";
  }
  return parts;
}

Result<KeyRing> open_ring(const Parts& parts, const SecretBytes& file_key) {
  auto plain = open(file_key, parts.sealed, parts.header);
  if (!plain) {
    return fail(ErrorKind::corrupt, "the key file is damaged; use another copy of it", plain.error().message);
  }
  const SecretBytes bytes(std::move(*plain));
  auto ring = TRY(KeyRing::decode(bytes.view()));
  if (ring.tenant() != parts.tenant) return corrupt("the key file says it belongs to another shop than its keys do");
  return ring;
}

}  // namespace

Result<RingFile> RingFile::create(KeyRing ring, const SecretBytes& pc_key, Random& random) {
  RingFile file(std::move(ring));
  file.file_key_ = SecretBytes::random(random, kKeySize);
  TRY(file.set_pc_key(pc_key, random));
  return file;
}

Result<RingFile> RingFile::open_with_pc_key(ByteView bytes, const SecretBytes& pc_key) {
  auto parts = TRY(parsed(bytes));
  if (!parts.pc_slot) return denied("these keys open only with the recovery passphrase");
  auto opened = open(pc_key, *parts.pc_slot, parts.tenant.view());
  if (!opened) {
    return fail(ErrorKind::denied, "these keys were made on another PC; open them with the recovery passphrase",
                opened.error().message);
  }
  SecretBytes file_key(std::move(*opened));
  RingFile file(TRY(open_ring(parts, file_key)));
  file.file_key_ = std::move(file_key);
  file.data_is_sealed = parts.data_is_sealed;
  file.pc_slot_ = std::move(parts.pc_slot);
  file.passphrase_slot_ = std::move(parts.passphrase_slot);
  return file;
}

Result<RingFile> RingFile::open_with_passphrase(ByteView bytes, std::string_view passphrase) {
  auto parts = TRY(parsed(bytes));
  if (!parts.passphrase_slot)
    return denied("no recovery passphrase was set for these keys; they open on their own PC only");
  auto file_key = TRY(unwrap(*parts.passphrase_slot, passphrase, parts.tenant.view()));
  RingFile file(TRY(open_ring(parts, file_key)));
  file.data_is_sealed = parts.data_is_sealed;
  file.file_key_ = std::move(file_key);
  file.passphrase_slot_ = std::move(parts.passphrase_slot);
  return file;
}

Status RingFile::set_passphrase(std::string_view passphrase, ScryptCost cost, const SecretBytes& pc_key,
                                Random& random) {
  TRY(check_passphrase(passphrase));
  auto fresh = SecretBytes::random(random, kKeySize);
  auto slot = TRY(wrap(fresh, passphrase, ring.tenant().view(), cost, random));
  auto pc_slot = TRY(seal(pc_key, fresh.view(), ring.tenant().view(), random));
  file_key_ = std::move(fresh);
  passphrase_slot_ = std::move(slot);
  pc_slot_ = std::move(pc_slot);
  return {};
}

Status RingFile::forget_passphrase(const SecretBytes& pc_key, Random& random) {
  auto fresh = SecretBytes::random(random, kKeySize);
  pc_slot_ = TRY(seal(pc_key, fresh.view(), ring.tenant().view(), random));
  file_key_ = std::move(fresh);
  passphrase_slot_.reset();
  return {};
}

Status RingFile::set_pc_key(const SecretBytes& pc_key, Random& random) {
  pc_slot_ = TRY(seal(pc_key, file_key_.view(), ring.tenant().view(), random));
  return {};
}

Result<Bytes> RingFile::encode(Random& random) const {
  return encode_slots(true, random);
}

Result<Bytes> RingFile::encode_portable(Random& random) const {
  if (!passphrase_slot_)
    return invalid("set a recovery passphrase first; without one nothing opens these keys elsewhere");
  return encode_slots(false, random);
}

Bytes RingFile::fingerprint() const {
  const auto hash = hmac_sha256(file_key_.view(), ring.encode().view());
  return to_bytes(ByteView(hash).first(8));
}

bool RingFile::same_as(ByteView portable_file) const {
  const auto parts = parse(portable_file);
  if (!parts || parts->passphrase_slot != passphrase_slot_) return false;
  const auto other = open_ring(*parts, file_key_);
  return other && other->encode() == ring.encode();
}

Result<Bytes> RingFile::encode_slots(bool with_pc, Random& random) const {
  const bool pc = with_pc && pc_slot_;
  ByteWriter out;
  out.raw(view(kMagic));
  out.u8(with_pc && data_is_sealed ? kVersion : kVersionPlainData);
  out.raw(ring.tenant().view());
  out.u8(static_cast<std::uint8_t>((pc ? 1 : 0) + (passphrase_slot_ ? 1 : 0)));
  if (pc) {
    out.u8(kPcSlot);
    out.sized(*pc_slot_);
  }
  if (passphrase_slot_) {
    out.u8(kPassphraseSlot);
    out.sized(*passphrase_slot_);
  }
  out.sized(TRY(seal(file_key_, ring.encode().view(), out.bytes(), random)));
  return out.take();
}

SecretBytes new_pc_key(Random& random) {
  return SecretBytes::random(random, kKeySize);
}

Bytes pc_key_file(const SecretBytes& pc_key) {
  Bytes checked = to_bytes(pc_key.view());
  const auto sum = sha256(pc_key.view());
  checked.insert(checked.end(), sum.begin(), sum.begin() + kPcKeyCheckSize);
  const auto line = std::string(kPcKeyMagic) + to_base32(checked) + "\n";
  wipe(checked);
  return to_bytes(line);
}

Result<SecretBytes> parse_pc_key_file(ByteView file) {
  constexpr auto kDamaged =
      "this PC's key file is damaged; put back a copy of it, or set up again with the recovery passphrase";
  const auto text = trimmed(as_text(file));
  if (!text.starts_with(kPcKeyMagic)) return corrupt(kDamaged);
  const auto digits = std::string_view(text).substr(kPcKeyMagic.size());
  auto bytes = from_base32(digits);
  if (!bytes || bytes->size() != kKeySize + kPcKeyCheckSize || to_base32(*bytes) != digits) return corrupt(kDamaged);
  auto key = SecretBytes::copy_of(ByteView(*bytes).first(kKeySize));
  const auto sum = sha256(key.view());
  const bool right = equal(ByteView(*bytes).last(kPcKeyCheckSize), ByteView(sum).first(kPcKeyCheckSize));
  wipe(*bytes);
  if (!right) return corrupt(kDamaged);
  return key;
}

}  // namespace till::security

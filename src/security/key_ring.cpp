#include "security/key_ring.hpp"

#include <algorithm>

#include "security/hash.hpp"
#include "security/seal.hpp"

namespace till::security {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kMaxEpochs = 100'000;

}  // namespace

KeyRing KeyRing::generate(const Id& tenant, Clock& clock, Random& random) {
  KeyRing ring;
  ring.tenant_ = tenant;
  ring.master_ = SecretBytes::random(random, kKeySize);
  ring.rotate(clock, random);
  return ring;
}

SecretBytes KeyRing::encode() const {
  ByteWriter out;
  out.u8(kVersion);
  out.raw(tenant_.view());
  out.raw(master_.view());
  std::size_t keys = 0;
  for (const auto& [number, alternatives] : epochs_) keys += alternatives.size();
  out.varint(keys);
  for (const auto& [number, alternatives] : epochs_) {
    for (const auto& epoch : alternatives) {
      out.u32(number);
      out.u64(static_cast<std::uint64_t>(epoch.created_at.us));
      out.raw(epoch.key.view());
    }
  }
  return SecretBytes(out.take());
}

Result<KeyRing> KeyRing::decode(ByteView bytes) {
  ByteReader in(bytes);
  if (TRY(in.u8()) != kVersion) {
    return fail(ErrorKind::permanent, "the key ring is of a newer version of Tillstick; update this terminal first");
  }
  KeyRing ring;
  const auto tenant = TRY(in.raw(16));
  ring.tenant_ = TRY(id_from_bytes(tenant));
  ring.master_ = SecretBytes::copy_of(TRY(in.raw(kKeySize)));
  const auto count = TRY(in.varint());
  if (count == 0 || count > kMaxEpochs) return corrupt("the key ring is damaged");
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto number = TRY(in.u32());
    const UtcTime created{static_cast<std::int64_t>(TRY(in.u64()))};
    ring.epochs_[number].push_back({SecretBytes::copy_of(TRY(in.raw(kKeySize))), created});
  }
  if (!in.empty()) return corrupt("the key ring is longer than its content");
  return ring;
}

KeyRing KeyRing::clone() const {
  KeyRing ring;
  ring.tenant_ = tenant_;
  ring.master_ = master_.clone();
  for (const auto& [number, alternatives] : epochs_) {
    for (const auto& epoch : alternatives) ring.epochs_[number].push_back({epoch.key.clone(), epoch.created_at});
  }
  return ring;
}

Result<const SecretBytes*> KeyRing::key_for(EpochNumber epoch) const {
  const auto it = epochs_.find(epoch);
  if (it == epochs_.end()) {
    return denied("this terminal has not been given key " + std::to_string(epoch) +
                  " yet; it comes with the next exchange, or from a manager's terminal");
  }
  return &it->second.front().key;
}

std::vector<const SecretBytes*> KeyRing::keys_for(EpochNumber epoch) const {
  std::vector<const SecretBytes*> keys;
  if (const auto it = epochs_.find(epoch); it != epochs_.end()) {
    for (const auto& alternative : it->second) keys.push_back(&alternative.key);
  }
  return keys;
}

UtcTime KeyRing::created_at(EpochNumber epoch) const {
  const auto it = epochs_.find(epoch);
  return it == epochs_.end() ? UtcTime{} : it->second.front().created_at;
}

std::vector<EpochNumber> KeyRing::epochs() const {
  std::vector<EpochNumber> numbers;
  for (const auto& [number, alternatives] : epochs_) numbers.push_back(number);
  return numbers;
}

SecretBytes KeyRing::derive(std::string_view purpose, ByteView salt) const {
  return hkdf_sha256(master_.view(), salt, view(purpose));
}

EpochNumber KeyRing::rotate(Clock& clock, Random& random) {
  const EpochNumber number = epochs_.empty() ? 1 : current_epoch() + 1;
  epochs_[number].push_back({SecretBytes::random(random, kKeySize), clock.now()});
  return number;
}

bool KeyRing::rotation_due(UtcTime now) const {
  return now.us - created_at(current_epoch()).us > kEpochLife_us;
}

Status KeyRing::merge(const KeyRing& other) {
  if (other.tenant_ != tenant_) return denied("these keys belong to another shop");
  if (!(other.master_ == master_)) return denied("these keys do not belong with this shop's; enrol the terminal again");
  for (const auto& [number, alternatives] : other.epochs_) {
    auto& own = epochs_[number];
    for (const auto& epoch : alternatives) {
      const bool known = std::any_of(own.begin(), own.end(), [&](const EpochKey& e) { return e.key == epoch.key; });
      if (!known) own.push_back({epoch.key.clone(), epoch.created_at});
    }
    std::sort(own.begin(), own.end(), [](const EpochKey& a, const EpochKey& b) {
      return std::ranges::lexicographical_compare(a.key.view(), b.key.view());
    });
  }
  return {};
}

}  // namespace till::security

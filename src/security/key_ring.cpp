#include "security/key_ring.hpp"

#include <algorithm>

#include "security/hash.hpp"
#include "security/seal.hpp"

namespace till::security {
namespace {

constexpr std::uint8_t kVersionOneMaster = 1, kVersion = 2;
constexpr std::size_t kMaxEpochs = 100'000, kMaxMasters = 1000;

bool is_smaller(const SecretBytes& a, const SecretBytes& b) {
  return std::ranges::lexicographical_compare(a.view(), b.view());
}

}  // namespace

KeyRing KeyRing::generate(const Id& tenant, Clock& clock, Random& random) {
  KeyRing ring;
  ring.tenant_ = tenant;
  ring.masters_.push_back({SecretBytes::random(random, kKeySize), UtcTime{}});
  ring.rotate(clock, random);
  return ring;
}

SecretBytes KeyRing::encode() const {
  std::size_t keys = 0;
  for (const auto& [number, alternatives] : epochs_) keys += alternatives.size();
  // All at once: a buffer that grows leaves what was in it behind, and nobody wipes that.
  Bytes out;
  out.reserve(64 + (masters_.size() + keys) * (kKeySize + 16));
  const auto put = [&out](ByteView bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); };
  const auto number = [&put](void (ByteWriter::*write)(std::uint64_t), std::uint64_t value) {
    ByteWriter one;
    (one.*write)(value);
    put(one.bytes());
  };
  const bool is_first = masters_.size() == 1;
  out.push_back(is_first ? kVersionOneMaster : kVersion);
  put(tenant_.view());
  put(masters_.front().key.view());
  if (!is_first) {
    number(&ByteWriter::varint, masters_.size() - 1);
    for (std::size_t i = 1; i < masters_.size(); ++i) {
      number(&ByteWriter::u64, static_cast<std::uint64_t>(masters_[i].created_at.us));
      put(masters_[i].key.view());
    }
  }
  number(&ByteWriter::varint, keys);
  for (const auto& [epoch_number, alternatives] : epochs_) {
    for (const auto& epoch : alternatives) {
      ByteWriter head;
      head.u32(epoch_number);
      put(head.bytes());
      number(&ByteWriter::u64, static_cast<std::uint64_t>(epoch.created_at.us));
      put(epoch.key.view());
    }
  }
  return SecretBytes(std::move(out));
}

Result<KeyRing> KeyRing::decode(ByteView bytes) {
  ByteReader in(bytes);
  const auto version = TRY(in.u8());
  if (version != kVersion && version != kVersionOneMaster) {
    return fail(ErrorKind::permanent, "the key ring is of a newer version of Tillstick; update this terminal first");
  }
  KeyRing ring;
  const auto tenant = TRY(in.raw(16));
  ring.tenant_ = TRY(id_from_bytes(tenant));
  ring.masters_.push_back({SecretBytes::copy_of(TRY(in.raw(kKeySize))), {}});
  const auto more = version == kVersion ? TRY(in.varint()) : 0;
  if (more > kMaxMasters) return corrupt("the key ring is damaged");
  for (std::uint64_t i = 0; i < more; ++i) {
    const UtcTime made{static_cast<std::int64_t>(TRY(in.u64()))};
    ring.masters_.push_back({SecretBytes::copy_of(TRY(in.raw(kKeySize))), made});
  }
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
  for (const auto& master : masters_) ring.masters_.push_back({master.key.clone(), master.created_at});
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
  return hkdf_sha256(masters_.back().key.view(), salt, view(purpose));
}

std::vector<SecretBytes> KeyRing::derive_all(std::string_view purpose, ByteView salt) const {
  std::vector<SecretBytes> keys;
  for (auto master = masters_.rbegin(); master != masters_.rend(); ++master)
    keys.push_back(hkdf_sha256(master->key.view(), salt, view(purpose)));
  return keys;
}

SecretBytes KeyRing::derive_lasting(std::string_view purpose) const {
  return hkdf_sha256(masters_.front().key.view(), {}, view(purpose));
}

EpochNumber KeyRing::rotate(Clock& clock, Random& random) {
  const EpochNumber number = epochs_.empty() ? 1 : current_epoch() + 1;
  epochs_[number].push_back({SecretBytes::random(random, kKeySize), clock.now()});
  return number;
}

EpochNumber KeyRing::replace_master(Clock& clock, Random& random) {
  // Behind all that there are, whatever the clock says.
  const auto now = std::max(clock.now().us, masters_.back().created_at.us + 1);
  masters_.push_back({SecretBytes::random(random, kKeySize), UtcTime{now}});
  return rotate(clock, random);
}

bool KeyRing::rotation_due(UtcTime now) const {
  return now.us - created_at(current_epoch()).us > kEpochLife_us;
}

Status KeyRing::merge(const KeyRing& other) {
  if (other.tenant_ != tenant_) return denied("these keys belong to another shop");
  if (!(other.masters_.front().key == masters_.front().key))
    return denied("these keys do not belong with this shop's; enrol the terminal again");
  for (const auto& master : other.masters_) {
    const bool known = std::ranges::any_of(masters_, [&](const EpochKey& m) { return m.key == master.key; });
    if (!known) masters_.push_back({master.key.clone(), master.created_at});
  }
  sort_masters();
  for (const auto& [number, alternatives] : other.epochs_) {
    auto& own = epochs_[number];
    for (const auto& epoch : alternatives) {
      const bool known = std::any_of(own.begin(), own.end(), [&](const EpochKey& e) { return e.key == epoch.key; });
      if (!known) own.push_back({epoch.key.clone(), epoch.created_at});
    }
    std::sort(own.begin(), own.end(), [](const EpochKey& a, const EpochKey& b) { return is_smaller(a.key, b.key); });
  }
  return {};
}

// The first stays the first: its time is not kept.
void KeyRing::sort_masters() {
  std::sort(masters_.begin() + 1, masters_.end(), [](const EpochKey& a, const EpochKey& b) {
    return a.created_at.us != b.created_at.us ? a.created_at.us < b.created_at.us : is_smaller(a.key, b.key);
  });
}

}  // namespace till::security

#include "sync/ring_keys.hpp"

#include "security/key_ring.hpp"
#include "security/seal.hpp"
#include "security/signing.hpp"

namespace till::sync {

void RingKeys::set_device(const Id& device, const Bytes& public_key) {
  if (public_key.size() == std::tuple_size_v<security::SigningPublicKey>) devices_[device] = public_key;
}

EpochNumber RingKeys::current_epoch() const {
  return ring_.current_epoch();
}

bool RingKeys::has_epoch(EpochNumber epoch) const {
  return !ring_.keys_for(epoch).empty();
}

std::size_t RingKeys::seal_overhead_bytes() const {
  return security::kSealOverhead;
}

Result<Bytes> RingKeys::seal(EpochNumber epoch, ByteView plain, ByteView associated) {
  return security::seal(*TRY(ring_.key_for(epoch)), plain, associated, random_);
}

Result<Bytes> RingKeys::open(EpochNumber epoch, ByteView sealed, ByteView associated) const {
  Result<Bytes> opened = denied("this terminal has not been given the key of these records yet");
  for (const security::SecretBytes* key : ring_.keys_for(epoch)) {
    opened = security::open(*key, sealed, associated);
    if (opened) break;
  }
  return opened;
}

Result<SegmentSignature> RingKeys::sign(ByteView message) {
  return own_.sign(message);
}

Status RingKeys::verify(const Id& device, ByteView message, ByteView signature) const {
  const auto known = devices_.find(device);
  if (known == devices_.end()) return denied("this terminal does not know the device that wrote these records yet");
  security::SigningPublicKey key;
  std::copy(known->second.begin(), known->second.end(), key.begin());
  return security::verify(key, message, signature);
}

bool RingKeys::counts(const Feed& feed, std::uint64_t last_sequence) const {
  const auto ended = ends_.find(feed.device);
  if (ended == ends_.end()) return true;
  const auto end = ended->second.find(feed);
  return end != ended->second.end() && last_sequence <= end->second;
}

}  // namespace till::sync

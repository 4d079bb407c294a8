// Cheap keys for the simulator: a checksum for a signature, the plain bytes and a checksum for a sealed payload. What
// they do not prove, tests/unit/sync proves with the real ones.
#pragma once

#include "sync/segment.hpp"
#include "sync/segment_keys.hpp"

namespace till::sim {

class SimKeys final : public sync::SegmentKeys {
 public:
  explicit SimKeys(const Id& own) : own_(own) {}
  [[nodiscard]] sync::EpochNumber current_epoch() const override { return 1; }
  [[nodiscard]] bool has_epoch(sync::EpochNumber epoch) const override { return epoch == 1; }
  [[nodiscard]] bool knows_device(const Id&) const override { return true; }
  [[nodiscard]] std::size_t seal_overhead_bytes() const override { return 8; }
  Result<Bytes> seal(sync::EpochNumber epoch, ByteView plain, ByteView associated) override;
  [[nodiscard]] Result<Bytes> open(sync::EpochNumber epoch, ByteView sealed, ByteView associated) const override;
  Result<sync::SegmentSignature> sign(ByteView message) override;
  [[nodiscard]] Status verify(const Id& device, ByteView message, ByteView signature) const override;

 private:
  Id own_;
};

std::uint64_t checksum(ByteView bytes, std::uint64_t seed = 0xcbf29ce484222325ULL);
// What is added by the records of a segment that is genuine and that programs of today can read.
std::vector<Id> documents_in_segment(ByteView segment);
Status verify_for_hub(ByteView segment, const sync::Envelope& envelope, ByteView public_key);

}  // namespace till::sim

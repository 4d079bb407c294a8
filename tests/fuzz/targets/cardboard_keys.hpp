// Keys that open everything, so that a fuzzer gets past the seal: what is sealed is the plain bytes.
#pragma once

#include "sync/segment_keys.hpp"

namespace till::fuzz {

class CardboardKeys final : public sync::SegmentKeys {
 public:
  [[nodiscard]] sync::EpochNumber current_epoch() const override { return 1; }
  [[nodiscard]] bool has_epoch(sync::EpochNumber) const override { return true; }
  [[nodiscard]] bool knows_device(const Id&) const override { return true; }
  [[nodiscard]] std::size_t seal_overhead_bytes() const override { return 0; }
  Result<Bytes> seal(sync::EpochNumber, ByteView plain, ByteView) override { return to_bytes(plain); }
  [[nodiscard]] Result<Bytes> open(sync::EpochNumber, ByteView sealed, ByteView) const override {
    return to_bytes(sealed);
  }
  Result<sync::SegmentSignature> sign(ByteView) override { return sync::SegmentSignature{}; }
  [[nodiscard]] Status verify(const Id&, ByteView, ByteView) const override { return {}; }
};

}  // namespace till::fuzz

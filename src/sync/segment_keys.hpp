// The keys that sealing, opening and checking segments need. The real ones are RingKeys (ring_keys.hpp); the simulator
// brings cheap ones. Not thread-safe unless an implementation says so.
#pragma once

#include <array>
#include <cstdint>

#include "core/bytes.hpp"
#include "core/id.hpp"
#include "core/result.hpp"
#include "sync/record.hpp"

namespace till::sync {

using EpochNumber = std::uint32_t;
using SegmentSignature = std::array<std::uint8_t, 64>;

class SegmentKeys {
 public:
  virtual ~SegmentKeys() = default;
  [[nodiscard]] virtual EpochNumber current_epoch() const = 0;
  [[nodiscard]] virtual bool has_epoch(EpochNumber epoch) const = 0;
  [[nodiscard]] virtual bool knows_device(const Id& device) const = 0;
  // By how much sealed bytes are longer than plain ones.
  [[nodiscard]] virtual std::size_t seal_overhead_bytes() const = 0;
  virtual Result<Bytes> seal(EpochNumber epoch, ByteView plain, ByteView associated) = 0;
  // Denied when the epoch is unknown, corrupt when the bytes are not what was sealed.
  [[nodiscard]] virtual Result<Bytes> open(EpochNumber epoch, ByteView sealed, ByteView associated) const = 0;
  // With this device's own key.
  virtual Result<SegmentSignature> sign(ByteView message) = 0;
  // Denied when the device is unknown, corrupt when the signature is wrong.
  [[nodiscard]] virtual Status verify(const Id& device, ByteView message, ByteView signature) const = 0;
  // A terminal that was locked out: what it wrote after the end of its feed counts nowhere, whoever brings it, and no
  // snapshot of it is believed.
  [[nodiscard]] virtual bool is_locked_out(const Id&) const { return false; }
  [[nodiscard]] virtual bool counts(const Feed&, std::uint64_t /*last_sequence*/) const { return true; }
};

}  // namespace till::sync

// The keys that the samples of this room are sealed and signed under. Written out, and not drawn by the program's own
// generators: those may change, the samples may not.
#pragma once

#include <array>

#include "sync_fixture.hpp"

namespace till::sync {

struct SampleKeys {
  static constexpr std::size_t kDevices = 2;
  Id tenant = id_of(0x7e);

  SampleKeys() {
    for (std::size_t i = 0; i < kDevices; ++i) {
      signing_.push_back(value_of(
          security::SigningKey::from_seed(security::SecretBytes(Bytes(32, static_cast<std::uint8_t>(0x51 + i))))));
    }
    for (std::size_t i = 0; i < kDevices; ++i) {
      keys_.at(i) = std::make_unique<RingKeys>(ring_, signing_[i], random_);
      for (std::size_t d = 1; d <= kDevices; ++d) keys_.at(i)->set_device(device(d), public_key(d));
    }
  }
  // Devices 1 and 2.
  static Id device(std::size_t number) { return id_of(0xde, static_cast<std::uint8_t>(number)); }
  RingKeys& of_device(std::size_t number) { return *keys_.at(number - 1); }
  [[nodiscard]] Bytes public_key(std::size_t number) const {
    const auto& key = signing_.at(number - 1).public_key();
    return {key.begin(), key.end()};
  }

 private:
  // docs/SECURITY.md, the plain bytes of a ring: one master, epoch 3.
  static security::KeyRing ring() {
    ByteWriter out;
    out.u8(1);
    out.raw(id_of(0x7e).view());
    out.raw(Bytes(32, 0x11));
    out.varint(1);
    out.u32(3);
    out.u64(1'790'000'000'000'000);
    out.raw(Bytes(32, 0x33));
    return value_of(security::KeyRing::decode(out.bytes()));
  }

  SeededRandom random_{1};
  security::KeyRing ring_ = ring();
  std::vector<security::SigningKey> signing_;
  std::array<std::unique_ptr<RingKeys>, kDevices> keys_;
};

}  // namespace till::sync

// The first three binary frames on /ws, before any sync message: the hub's challenge, the device's proof, the hub's
// verdict. The signature covers "tillstick live 1\n", the challenge's nonce, the device id and the tenant id, so that
// it is good for one connection only. A welcome names the tenant again: a terminal that expected another one hangs up.
// Pure.
#pragma once

#include <string>

#include "core/id.hpp"
#include "core/wire.hpp"

namespace till::net {

constexpr std::uint8_t kLiveVersion = 1;
constexpr std::size_t kLiveNonceSize = 32;
constexpr std::size_t kMaxHandshakeFrame = 1024;

struct LiveChallenge {
  std::uint8_t version = kLiveVersion;
  Bytes nonce;
  std::int64_t hub_time_us = 0;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(version, nonce, hub_time_us);
  }
};

struct LiveProof {
  std::uint8_t version = kLiveVersion;
  Id device;
  Id tenant;
  Bytes signature;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(version, device, tenant, signature);
  }
};

struct LiveVerdict {
  bool welcome = false;
  Id tenant;
  std::string reason;  // a sentence when not welcome

  template <class Archive>
  void serialize(Archive& archive) {
    archive(welcome, tenant, reason);
  }
};

inline Bytes live_proof_text(ByteView nonce, const Id& device, const Id& tenant) {
  Bytes text = to_bytes(std::string_view("tillstick live 1\n"));
  for (const auto part : {nonce, device.view(), tenant.view()}) text.insert(text.end(), part.begin(), part.end());
  return text;
}

}  // namespace till::net

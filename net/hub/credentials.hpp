// How a device proves who it is to a hub: its id and a way to sign with its Ed25519 identity. The key itself never
// comes into this room. `sign` must be callable from any thread.
#pragma once

#include <functional>

#include "core/bytes.hpp"
#include "core/id.hpp"
#include "core/result.hpp"

namespace till::net {

struct DeviceCredentials {
  Id device;
  std::function<Result<Bytes>(ByteView message)> sign;  // 64 bytes
};

}  // namespace till::net

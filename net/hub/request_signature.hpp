// How a device signs an HTTP request to the hub. The header is
//
//   Authorization: Till-Ed25519 device=<uuid>,time=<microseconds since 1970>,nonce=<32 hex>,signature=<128 hex>
//
// and the signature (RFC 8032) covers the text
//
//   "tillstick request 1\n" METHOD "\n" target "\n" time "\n" nonce "\n" hex(SHA-256(body))
//
// with the target as sent (path and query). The hub takes a time within kRequestWindow of its own and each nonce once.
// Pure; any thread.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "core/random.hpp"
#include "net/hub/credentials.hpp"

namespace till::net {

constexpr std::chrono::minutes kRequestWindow{5};
constexpr std::size_t kRequestNonceSize = 16;

struct RequestProof {
  Id device;
  UtcTime time;
  Bytes nonce;
  Bytes signature;
};

Bytes signed_request_text(std::string_view method, std::string_view target, UtcTime time, ByteView nonce,
                          ByteView body);
Result<std::string> authorization_for(const DeviceCredentials& credentials, std::string_view method,
                                      std::string_view target, ByteView body, UtcTime time, Random& random);
Result<RequestProof> parse_authorization(std::string_view header);

}  // namespace till::net

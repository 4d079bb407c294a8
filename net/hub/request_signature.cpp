#include "net/hub/request_signature.hpp"

#include <fmt/format.h>

#include <charconv>

#include "core/text.hpp"
#include "security/hash.hpp"

namespace till::net {
namespace {

constexpr std::string_view kScheme = "Till-Ed25519 ";
constexpr std::size_t kMaxHeader = 512;

Result<std::int64_t> microseconds(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0)
    return invalid("the request's time is not a number");
  return value;
}

}  // namespace

Bytes signed_request_text(std::string_view method, std::string_view target, UtcTime time, ByteView nonce,
                          ByteView body) {
  return to_bytes(std::string_view(fmt::format("tillstick request 1\n{}\n{}\n{}\n{}\n{}", method, target, time.us,
                                               to_hex(nonce), to_hex(security::sha256(body)))));
}

Result<std::string> authorization_for(const DeviceCredentials& credentials, std::string_view method,
                                      std::string_view target, ByteView body, UtcTime time, Random& random) {
  const Bytes nonce = random.bytes(kRequestNonceSize);
  const Bytes signature = TRY(credentials.sign(signed_request_text(method, target, time, nonce, body)));
  return fmt::format("{}device={},time={},nonce={},signature={}", kScheme, to_string(credentials.device), time.us,
                     to_hex(nonce), to_hex(signature));
}

Result<RequestProof> parse_authorization(std::string_view header) {
  if (!header.starts_with(kScheme) || header.size() > kMaxHeader)
    return denied("the request is not signed by a terminal");
  RequestProof proof;
  unsigned seen = 0;
  for (const auto& part : split(header.substr(kScheme.size()), ',')) {
    const auto at = part.find('=');
    if (at == std::string::npos) return denied("the request's signature cannot be read");
    const auto name = std::string_view(part).substr(0, at);
    const auto value = std::string_view(part).substr(at + 1);
    if (name == "device") {
      proof.device = TRY(id_from_string(value));
      seen |= 1;
    } else if (name == "time") {
      proof.time.us = TRY(microseconds(value));
      seen |= 2;
    } else if (name == "nonce") {
      proof.nonce = TRY(from_hex(value));
      seen |= 4;
    } else if (name == "signature") {
      proof.signature = TRY(from_hex(value));
      seen |= 8;
    }
  }
  if (seen != 15 || proof.nonce.size() != kRequestNonceSize || proof.signature.size() != 64)
    return denied("the request's signature is incomplete");
  return proof;
}

}  // namespace till::net

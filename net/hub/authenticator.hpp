// Is this request, or this connection, from the device it names? Worker's thread only, inside a transaction.
//
// Errors: denied (not signed, unknown, wrong signature, seen before, revoked), retry when a device asks too often. A
// request whose time is too far from the hub's is refused with kWrongTime as the cause; the answer carries the hub's
// time, so that a terminal with a wrong clock can sign again.
#pragma once

#include "net/hub/api_types.hpp"
#include "net/hub/nonce_window.hpp"
#include "net/hub/request_signature.hpp"
#include "net/ws_handshake.hpp"
#include "sync/hub_directory.hpp"

namespace till::net {

constexpr std::string_view kWrongTime = "wrong_time";

class Authenticator {
 public:
  Authenticator(sync::HubDirectory& directory, Clock& clock) : directory_(directory), clock_(clock) {}

  Result<sync::HubDevice> request(const ApiRequest& request);
  // The same by a key that the request itself brings: proof that an enrolling device holds it.
  Status request_by_key(const ApiRequest& request, const Id& device, ByteView signing_key);
  Result<sync::HubDevice> live(const LiveChallenge& challenge, ByteView proof);

 private:
  Status check(const ApiRequest& request, const RequestProof& proof, ByteView signing_key);

  sync::HubDirectory& directory_;
  Clock& clock_;
  NonceWindow nonces_;
};

}  // namespace till::net
